#include "exposition/page.h"

#include <gtest/gtest.h>

#include <random>

#include "exposition/catalogue.h"
#include "support/exposition_parser.h"
#include "unit/exposition/snapshots.h"

namespace {

using exposition::Filter;
using exposition::Format;
using exposition::Page;
using exposition::Sink;
using snapshots::add_vms;
using snapshots::full_server;
using snapshots::kNoon;
using snapshots::snapshot;
using snapshots::vm;
using support::Dialect;
using support::ExpositionParser;

std::string text_of(const Page& page, Format format, const Filter& filter = {}) {
  std::string text;
  page.write(format, filter, [&](std::string_view piece) {
    text += piece;
    return true;
  });
  return text;
}

std::string text_of(std::vector<domain::ServerState> servers, const Filter& filter = {},
                    Format format = Format::text) {
  return text_of(Page(snapshot(std::move(servers)), nullptr), format, filter);
}

// The samples alone, for tests of what is exposed and not of how.
std::string samples_in(const std::string& text) {
  std::string samples;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at) + 1;
    if (text[at] != '#') samples += text.substr(at, end - at);
    at = end;
  }
  return samples;
}

std::string samples_of(std::vector<domain::ServerState> servers, const Filter& filter) {
  return samples_in(text_of(std::move(servers), filter));
}

const char* const kAllSamples =
    R"(vprotect_up{server="prod"} 1
vprotect_collector_success{server="prod",collector="virtual_machines"} 1
vprotect_collector_success{server="prod",collector="rules"} 0
vprotect_collector_last_success_timestamp_seconds{server="prod",collector="virtual_machines"} 1767268770
vprotect_collector_duration_seconds{server="prod",collector="virtual_machines"} 1.25
vprotect_collector_duration_seconds{server="prod",collector="rules"} 0
vprotect_collector_stale{server="prod",collector="virtual_machines"} 0
vprotect_collector_rows{server="prod",collector="virtual_machines"} 2
vprotect_collector_skipped_records{server="prod",collector="virtual_machines"} 0
vprotect_collector_reported_rows{server="prod",collector="virtual_machines"} 2
vprotect_collector_pages{server="prod",collector="virtual_machines"} 1
vprotect_collector_incomplete_reads_total{server="prod",collector="virtual_machines"} 0
vprotect_collector_incomplete_reads_total{server="prod",collector="rules"} 0
vprotect_collector_error{server="prod",collector="rules",kind="forbidden"} 1
vprotect_backup_history_rows{server="prod"} 70
vprotect_server_clock_skew_seconds{server="prod"} -1.5
vprotect_tenant_filter_effective{server="prod"} 1
vprotect_snapshot_timestamp_seconds 1767268800
vprotect_vm_info{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11",uuid="9f0e6c6a-58b3-4f0e-8f2c-1f4f6b7a0c55",platform="OPENSTACK",hypervisor="compute-03",cluster="aa10",policy="Gold"} 1
vprotect_vm_info{server="prod",tenant="b",vm="db",guid="d2",uuid="",platform="",hypervisor="",cluster="",policy=""} 1
vprotect_vm_present{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11"} 1
vprotect_vm_protection_status{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11",status="protected"} 1
vprotect_vm_protection_status{server="prod",tenant="b",vm="db",guid="d2",status="no_schedule"} 1
vprotect_vm_restorable{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11"} 1
vprotect_vm_warnings{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11"} 0
vprotect_vm_last_backup_timestamp_seconds{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11",backup_type="any"} 1767265200
vprotect_vm_last_backup_timestamp_seconds{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11",backup_type="full"} 1767178800
vprotect_vm_last_backup_age_seconds{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11"} 3600
vprotect_vm_last_backup_size_bytes{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11",backup_type="any"} 7516192768
vprotect_vm_last_backup_size_bytes{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11",backup_type="full"} 128849018880
vprotect_vm_last_attempt_timestamp_seconds{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11"} 1767268200
vprotect_vm_last_attempt_success{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11"} 0
vprotect_vm_last_backup_duration_seconds{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11"} 61.5
vprotect_vm_consecutive_failures{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11"} 2
vprotect_vm_last_attempt_info{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11",backup_type="incremental",result="failed",failure_class="snapshot"} 1
vprotect_vm_last_backup_phase_duration_seconds{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11",phase="queue"} 1.5
vprotect_vm_last_backup_phase_duration_seconds{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11",phase="export"} 40
vprotect_vm_last_backup_phase_duration_seconds{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11",phase="store"} 20
vprotect_vm_backup_size_ratio{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11",backup_type="full"} 1.25
vprotect_vm_backup_size_ratio{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11",backup_type="incremental"} 0.5
vprotect_vm_last_restore_success_timestamp_seconds{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11"} 1767182400
vprotect_vm_backup_failures_total{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11"} 5
vprotect_vm_coverage{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11",state="failing"} 1
vprotect_vm_backup_due_timestamp_seconds{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11"} 1767340800
vprotect_vm_backup_overdue{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11"} 0
vprotect_vm_rpo_target_seconds{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11"} 86400
vprotect_tenant_protected_bytes{server="prod",tenant="a"} 128849018880
vprotect_tenant_stored_bytes{server="prod",tenant="a"} 901943132160
vprotect_tenant_protection_vms{server="prod",tenant="a",status="protected"} 1
vprotect_tenant_protection_vms{server="prod",tenant="a",status="not_protected"} 0
vprotect_tenant_protection_vms{server="prod",tenant="a",status="no_schedule"} 0
vprotect_tenant_protection_vms{server="prod",tenant="b",status="protected"} 0
vprotect_tenant_protection_vms{server="prod",tenant="b",status="not_protected"} 0
vprotect_tenant_protection_vms{server="prod",tenant="b",status="no_schedule"} 1
vprotect_tenant_vms{server="prod",tenant="a",state="not_present"} 0
vprotect_tenant_vms{server="prod",tenant="a",state="excluded"} 0
vprotect_tenant_vms{server="prod",tenant="a",state="no_policy"} 0
vprotect_tenant_vms{server="prod",tenant="a",state="paused"} 0
vprotect_tenant_vms{server="prod",tenant="a",state="no_schedule"} 0
vprotect_tenant_vms{server="prod",tenant="a",state="never_backed_up"} 0
vprotect_tenant_vms{server="prod",tenant="a",state="overdue"} 0
vprotect_tenant_vms{server="prod",tenant="a",state="failing"} 1
vprotect_tenant_vms{server="prod",tenant="a",state="covered"} 0
vprotect_tenant_vms{server="prod",tenant="a",state="unknown"} 0
vprotect_tenant_vms{server="prod",tenant="b",state="not_present"} 0
vprotect_tenant_vms{server="prod",tenant="b",state="excluded"} 0
vprotect_tenant_vms{server="prod",tenant="b",state="no_policy"} 0
vprotect_tenant_vms{server="prod",tenant="b",state="paused"} 0
vprotect_tenant_vms{server="prod",tenant="b",state="no_schedule"} 0
vprotect_tenant_vms{server="prod",tenant="b",state="never_backed_up"} 0
vprotect_tenant_vms{server="prod",tenant="b",state="overdue"} 0
vprotect_tenant_vms{server="prod",tenant="b",state="failing"} 0
vprotect_tenant_vms{server="prod",tenant="b",state="covered"} 0
vprotect_tenant_vms{server="prod",tenant="b",state="unknown"} 1
vprotect_tenant_rpo_compliance_ratio{server="prod",tenant="a"} 1
vprotect_tasks_finished_total{server="prod",tenant="a",task_type="EXPORT"} 9
vprotect_tasks_finished_total{server="prod",tenant="b",task_type="STORE"} 1
vprotect_task_failures_total{server="prod",tenant="a",task_type="EXPORT"} 4
vprotect_task_failures_total{server="prod",tenant="b",task_type="STORE"} 0
vprotect_tasks{server="prod",tenant="a",task_type="EXPORT",state="RUNNING"} 3
vprotect_tasks{server="prod",tenant="b",task_type="STORE",state="QUEUED"} 1
vprotect_task_oldest_queued_seconds{server="prod",tenant="a"} 90
vprotect_schedule_active{server="prod",schedule="Nightly",guid="s1"} 1
vprotect_schedule_last_run_timestamp_seconds{server="prod",schedule="Nightly",guid="s1"} 1767232800
vprotect_schedule_next_run_timestamp_seconds{server="prod",schedule="Nightly",guid="s1"} 1767315600
vprotect_schedule_calendar_known{server="prod",schedule="Nightly",guid="s1"} 1
vprotect_schedule_policies{server="prod",schedule="Nightly",guid="s1"} 1
vprotect_policy_next_run_timestamp_seconds{server="prod",policy="Gold",guid="p1",backup_type="full"} 1767528000
vprotect_policy_next_run_timestamp_seconds{server="prod",policy="Gold",guid="p1",backup_type="incremental"} 1767315600
vprotect_policy_active{server="prod",policy="Gold",guid="p1"} 0
vprotect_policy_vms{server="prod",policy="Gold",guid="p1"} 42
vprotect_node_info{server="prod",node="node-1",guid="n1",version="7.4.0-27",state="RUNNING"} 1
vprotect_node_last_seen_timestamp_seconds{server="prod",node="node-1",guid="n1"} 1767268795
vprotect_node_staging_used_bytes{server="prod",node="node-1",guid="n1"} 100
vprotect_node_staging_total_bytes{server="prod",node="node-1",guid="n1"} 1000
vprotect_backup_destination_info{server="prod",destination="xfs-main",guid="d1",type="SYNTHETICXFS"} 1
vprotect_backup_destination_used_bytes{server="prod",destination="xfs-main",guid="d1"} 5
vprotect_backup_destination_capacity_bytes{server="prod",destination="xfs-main",guid="d1"} 50
vprotect_dashboard_vms{server="prod",status="protected"} 1
vprotect_dashboard_vms{server="prod",status="not_protected"} 0
vprotect_dashboard_vms{server="prod",status="no_schedule"} 1
vprotect_dashboard_difference_vms{server="prod",status="protected"} 0
vprotect_dashboard_difference_vms{server="prod",status="not_protected"} -1
vprotect_dashboard_difference_vms{server="prod",status="no_schedule"} 1
)";

TEST(Page, ExposesEverythingThatIsKnown) { EXPECT_EQ(samples_of({full_server("prod")}, {}), kAllSamples); }

TEST(Page, EveryFamilyOfTheCatalogueIsInTheSampleAbove) {
  const auto families = ExpositionParser::parse(text_of({full_server("prod")}), Dialect::text);

  EXPECT_EQ(families.size(), exposition::catalogue().size());
}

TEST(Page, AServerThatWasNeverReadIsNeitherUpNorDown) {
  EXPECT_EQ(
      text_of({snapshots::server("prod")}),
      R"(# HELP vprotect_snapshot_timestamp_seconds When the data of this scrape was put together; ages were measured at this moment.
# TYPE vprotect_snapshot_timestamp_seconds gauge
vprotect_snapshot_timestamp_seconds 1767268800
)");
}

TEST(Page, WhatIsOfTheSiteIsShownByOneShardAndTheRestByEach) {
  const auto shown_by = [](const domain::Shard& shard, const Filter& filter) {
    const domain::Snapshot snapshot{.taken_at = kNoon, .shard = shard, .servers = {full_server("prod")}};
    const Page page(std::make_shared<const domain::Snapshot>(snapshot), nullptr);
    return samples_in(text_of(page, Format::text, filter));
  };
  using exposition::Collector;
  const Filter site{.cut = {.collectors = {Collector::plans, Collector::infrastructure}}};
  const Filter rest{.cut = {.collectors = {Collector::servers, Collector::vms, Collector::backups,
                                           Collector::coverage, Collector::tenants, Collector::tasks}}};
  EXPECT_EQ(shown_by({.index = 0, .count = 3}, site), shown_by({}, site));
  EXPECT_EQ(shown_by({.index = 1, .count = 3}, site), "");
  EXPECT_EQ(shown_by({.index = 1, .count = 3}, rest), shown_by({}, rest));
}

TEST(Page, OpenMetricsHasItsOwnHeadersAndTheSameSamples) {
  const Filter filter{
      .names = {"vprotect_vm_present", "vprotect_node_info", "vprotect_node_staging_used_bytes"}};

  EXPECT_EQ(text_of({full_server("prod")}, filter, Format::openmetrics),
            R"(# TYPE vprotect_vm_present gauge
# HELP vprotect_vm_present Whether the VM still exists on its platform (present): 1 or 0. Absent when the server does not say.
vprotect_vm_present{server="prod",tenant="a",vm="web",guid="3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11"} 1
# TYPE vprotect_node info
# HELP vprotect_node Always 1; what the server lists about the node, for joins: version and state in the server's words. Absent when the node is no longer listed.
vprotect_node_info{server="prod",node="node-1",guid="n1",version="7.4.0-27",state="RUNNING"} 1
# TYPE vprotect_node_staging_used_bytes gauge
# UNIT vprotect_node_staging_used_bytes bytes
# HELP vprotect_node_staging_used_bytes Used space of the node's staging area at its last report (stagingSpace.usedSpace). Absent until the node reports it.
vprotect_node_staging_used_bytes{server="prod",node="node-1",guid="n1"} 100
)");
}

TEST(Page, ASourceThatFailedFromTheStartSaysSoAndNothingOfItsData) {
  domain::ServerState server = snapshots::server("prod");
  server.sources = {{.resource = domain::Resource::tasks, .health = {.last_attempt = kNoon}}};

  EXPECT_EQ(
      samples_of({server}, {.names = {"vprotect_collector_success", "vprotect_collector_rows",
                                      "vprotect_collector_skipped_records", "vprotect_collector_stale"}}),
      "vprotect_collector_success{server=\"prod\",collector=\"tasks\"} 0\n");
}

TEST(Page, ASourceWhoseDataWasDroppedIsStale) {
  domain::ServerState server = snapshots::server("prod");
  server.sources = {snapshots::source(domain::Resource::tasks)};
  server.sources[0].stale = true;

  EXPECT_EQ(samples_of({server}, {.names = {"vprotect_collector_stale"}}),
            "vprotect_collector_stale{server=\"prod\",collector=\"tasks\"} 1\n");
}

TEST(Page, ATenantSeesItsOwnAndTheHealthOfTheServers) {
  EXPECT_EQ(samples_of({full_server("prod")}, {.scope = {{{"b"}}}}),
            R"(vprotect_up{server="prod"} 1
vprotect_collector_success{server="prod",collector="virtual_machines"} 1
vprotect_collector_success{server="prod",collector="rules"} 0
vprotect_collector_last_success_timestamp_seconds{server="prod",collector="virtual_machines"} 1767268770
vprotect_collector_duration_seconds{server="prod",collector="virtual_machines"} 1.25
vprotect_collector_duration_seconds{server="prod",collector="rules"} 0
vprotect_collector_stale{server="prod",collector="virtual_machines"} 0
vprotect_collector_error{server="prod",collector="rules",kind="forbidden"} 1
vprotect_server_clock_skew_seconds{server="prod"} -1.5
vprotect_snapshot_timestamp_seconds 1767268800
vprotect_vm_info{server="prod",tenant="b",vm="db",guid="d2",uuid="",platform="",hypervisor="",cluster="",policy=""} 1
vprotect_vm_protection_status{server="prod",tenant="b",vm="db",guid="d2",status="no_schedule"} 1
vprotect_tenant_protection_vms{server="prod",tenant="b",status="protected"} 0
vprotect_tenant_protection_vms{server="prod",tenant="b",status="not_protected"} 0
vprotect_tenant_protection_vms{server="prod",tenant="b",status="no_schedule"} 1
vprotect_tenant_vms{server="prod",tenant="b",state="not_present"} 0
vprotect_tenant_vms{server="prod",tenant="b",state="excluded"} 0
vprotect_tenant_vms{server="prod",tenant="b",state="no_policy"} 0
vprotect_tenant_vms{server="prod",tenant="b",state="paused"} 0
vprotect_tenant_vms{server="prod",tenant="b",state="no_schedule"} 0
vprotect_tenant_vms{server="prod",tenant="b",state="never_backed_up"} 0
vprotect_tenant_vms{server="prod",tenant="b",state="overdue"} 0
vprotect_tenant_vms{server="prod",tenant="b",state="failing"} 0
vprotect_tenant_vms{server="prod",tenant="b",state="covered"} 0
vprotect_tenant_vms{server="prod",tenant="b",state="unknown"} 1
vprotect_tasks_finished_total{server="prod",tenant="b",task_type="STORE"} 1
vprotect_task_failures_total{server="prod",tenant="b",task_type="STORE"} 0
vprotect_tasks{server="prod",tenant="b",task_type="STORE",state="QUEUED"} 1
)");
}

TEST(Page, ATenantSeesItsVmsWhereverTheyStandInTheList) {
  domain::ServerState server = snapshots::server("prod");
  add_vms(server, {vm("a", "1", "g1"), vm("b", "2", "g2"), vm("a", "3", "g3")});

  EXPECT_EQ(samples_of({server}, {.scope = {{{"a"}}}, .names = {"vprotect_vm_protection_status"}}),
            R"(vprotect_vm_protection_status{server="prod",tenant="a",vm="1",guid="g1",status="no_schedule"} 1
vprotect_vm_protection_status{server="prod",tenant="a",vm="3",guid="g3",status="no_schedule"} 1
)");
  EXPECT_EQ(samples_of({server}, {.names = {"vprotect_tenant_protection_vms"}}),
            R"(vprotect_tenant_protection_vms{server="prod",tenant="a",status="protected"} 0
vprotect_tenant_protection_vms{server="prod",tenant="a",status="not_protected"} 0
vprotect_tenant_protection_vms{server="prod",tenant="a",status="no_schedule"} 2
vprotect_tenant_protection_vms{server="prod",tenant="b",status="protected"} 0
vprotect_tenant_protection_vms{server="prod",tenant="b",status="not_protected"} 0
vprotect_tenant_protection_vms{server="prod",tenant="b",status="no_schedule"} 1
)");
}

TEST(Page, AnUnknownTenantSeesTheHealthOnly) {
  const Filter filter{.scope = {{{"nobody"}}},
                      .names = {"vprotect_up", "vprotect_vm_info", "vprotect_tasks"}};

  EXPECT_EQ(samples_of({full_server("prod")}, filter), "vprotect_up{server=\"prod\"} 1\n");
}

TEST(Page, SlimLabelsAreServerAndGuidAndTheInfoHasTheOthers) {
  domain::ServerState server = snapshots::server("prod");
  add_vms(server, {vm("a,guid=\"x", "web\",guid=\"y", "g\"1,guid=\"")});
  const Filter filter{.names = {"vprotect_vm_info", "vprotect_vm_protection_status", "vprotect_vm_present",
                                "vprotect_tenant_vms"},
                      .cut = {.labels = exposition::Labels::slim}};

  EXPECT_EQ(
      samples_of({server}, filter),
      R"(vprotect_vm_info{server="prod",tenant="a,guid=\"x",vm="web\",guid=\"y",guid="g\"1,guid=\"",uuid="",platform="",hypervisor="",cluster="",policy=""} 1
vprotect_vm_protection_status{server="prod",guid="g\"1,guid=\"",status="no_schedule"} 1
)");
}

TEST(Page, SlimHasTheSeriesOfTheFullOne) {
  const auto all = snapshot({full_server("north"), full_server("south")});
  const Page page(all, nullptr);

  const auto full = ExpositionParser::parse(text_of(page, Format::text), Dialect::text);
  const auto slim = ExpositionParser::parse(
      text_of(page, Format::text, {.cut = {.labels = exposition::Labels::slim}}), Dialect::text);

  ASSERT_EQ(full.size(), slim.size());
  for (std::size_t i = 0; i < full.size(); ++i) EXPECT_EQ(full[i].samples.size(), slim[i].samples.size());
}

TEST(Page, ACutHasTheServersAskedFor) {
  const auto text = [](std::set<std::string> servers) {
    return samples_of({full_server("north"), full_server("south")}, {.cut = {.servers = std::move(servers)}});
  };
  const auto alone = samples_of({full_server("south")}, {});

  EXPECT_EQ(text({"south"}), alone);
  EXPECT_EQ(text({"north", "south"}), text({}));
}

TEST(Page, TheCutsOfAllCollectorsTogetherAreTheWhole) {
  const Page page(snapshot({full_server("prod")}), nullptr);
  std::string all;
  for (std::size_t i = 0; i < exposition::collector_names().size(); ++i) {
    all += text_of(page, Format::text, {.cut = {.collectors = {static_cast<exposition::Collector>(i)}}});
  }

  EXPECT_EQ(all, text_of(page, Format::text));
}

TEST(Page, SeveralServersShareAFamily) {
  EXPECT_EQ(samples_of({full_server("north"), full_server("south")}, {.names = {"vprotect_up"}}),
            "vprotect_up{server=\"north\"} 1\nvprotect_up{server=\"south\"} 1\n");
}

TEST(Page, AThingThatIsListedTwiceIsExposedOnce) {
  domain::ServerState server = snapshots::server("prod");
  const domain::Policy policy{.id = domain::PolicyId("p1"), .name = "Gold", .active = true};
  server.policies = snapshots::list<domain::Policy>({policy, policy});

  EXPECT_EQ(samples_of({server}, {.names = {"vprotect_policy_active"}}),
            "vprotect_policy_active{server=\"prod\",policy=\"Gold\",guid=\"p1\"} 1\n");
}

TEST(Page, TheLengthIsTheSameWhicheverWayItIsFound) {
  const auto all = snapshot({full_server("prod")});
  const Page counted(all, nullptr);
  const Page compressed(all, nullptr);

  EXPECT_EQ(counted.length(Format::text), text_of(counted, Format::text).size());
  compressed.deflated(Format::text);
  EXPECT_EQ(compressed.length(Format::text), counted.length(Format::text));
}

TEST(Page, ALaterSnapshotOfTheSameListReadsTheSame) {
  domain::ServerState server = full_server("prod");
  const Page first(snapshot({server}), nullptr);
  server.vm_states[0].age = std::chrono::hours{2};
  const auto later = snapshot({server});

  EXPECT_EQ(text_of(Page(later, &first), Format::text), text_of(Page(later, nullptr), Format::text));
}

TEST(Page, ARenamedServerDoesNotKeepItsLabels) {
  domain::ServerState server = full_server("prod");
  const Page first(snapshot({server}), nullptr);
  server.name = "production";
  const auto renamed = snapshot({server});

  EXPECT_EQ(text_of(Page(renamed, &first), Format::text), text_of(Page(renamed, nullptr), Format::text));
}

TEST(Page, PiecesAreAtMost64KiBAlsoWithNamesBeyondAnyMeasure) {
  domain::ServerState server = snapshots::server("prod");
  add_vms(server, {vm("a", std::string(300'000, 'n'), "g1"), vm("a", "n", "g2")});
  const Page page(snapshot({server}), nullptr);

  std::size_t largest = 0;
  std::string text;
  page.write(Format::text, {}, [&](std::string_view piece) {
    largest = std::max(largest, piece.size());
    text += piece;
    return true;
  });

  EXPECT_EQ(largest, 65536U);
  EXPECT_EQ(ExpositionParser::parse(text, Dialect::text).at(2).samples.at(0).labels.at(2).second.size(),
            300'000U);
}

TEST(Page, NothingIsHandedToASinkThatEndedIt) {
  domain::ServerState server = snapshots::server("prod");
  add_vms(server, {vm("a", std::string(300'000, 'n'), "g1"), vm("a", std::string(300'000, 'n'), "g2")});
  const Page page(snapshot({server}), nullptr);

  int pieces = 0;
  const bool whole = page.write(Format::text, {}, [&](std::string_view) { return ++pieces < 3; });

  EXPECT_FALSE(whole);
  EXPECT_EQ(pieces, 3);
}

std::string random_bytes(std::mt19937& random) {
  std::string text(random() % 40, ' ');
  const std::string_view nasty = "\"\\\n\r,{}= \xC3\xFF\xE2\x82";
  for (char& c : text) {
    c = random() % 2 == 0 ? nasty[random() % nasty.size()] : static_cast<char>(random());
  }
  return text;
}

domain::Reference random_reference(std::mt19937& random) {
  return {.guid = base::SharedText(random_bytes(random)), .name = base::SharedText(random_bytes(random))};
}

domain::ServerState random_server(std::mt19937& random) {
  domain::ServerState server = full_server(random_bytes(random));
  std::vector<domain::Vm> vms;
  for (int i = 0; i < 20; ++i) {
    domain::Vm machine =
        vm(random_bytes(random), random_bytes(random), std::to_string(i) + random_bytes(random));
    machine.uuid = domain::PlatformId(random_bytes(random));
    machine.platform = base::SharedText(random_bytes(random));
    machine.hypervisor = random_reference(random);
    machine.policy = random_reference(random);
    vms.push_back(machine);
    server.task_counts[{machine.tenant, machine.platform, machine.policy.name}] = random() % 5;
  }
  add_vms(server, vms);
  server.nodes = snapshots::list<domain::Node>({{.id = domain::NodeId(random_bytes(random)),
                                                 .name = random_bytes(random),
                                                 .version = random_bytes(random),
                                                 .last_seen = kNoon}});
  return server;
}

TEST(Page, AnyNamesAreValidInBothFormats) {
  std::mt19937 random(3);
  for (int i = 0; i < 30; ++i) {
    const Page page(snapshot({random_server(random)}), nullptr);
    ASSERT_NO_THROW(ExpositionParser::parse(text_of(page, Format::text), Dialect::text));
    ASSERT_NO_THROW(
        ExpositionParser::parse(text_of(page, Format::openmetrics) + "# EOF\n", Dialect::openmetrics));
  }
}

TEST(Page, NamesReadBackAsTheyWere) {
  const std::string name = "a \"quoted\" \\ name\nof two lines, \xC3\xA9t\xC3\xA9 {x=\"y\"}";
  domain::ServerState server = snapshots::server("prod");
  add_vms(server, {vm("ten\"ant", name, "g1")});

  const auto families = ExpositionParser::parse(text_of({server}), Dialect::text);

  const std::vector<std::pair<std::string, std::string>> expected{
      {"server", "prod"}, {"tenant", "ten\"ant"}, {"vm", name}, {"guid", "g1"}, {"status", "no_schedule"}};
  EXPECT_EQ(families.at(2).samples.at(0).labels, expected);
}

}  // namespace
