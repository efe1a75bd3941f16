#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/snapshot.h"
#include "exposition/body.h"
#include "support/manual_clock.h"

// Snapshots and bodies for the tests of this folder.
namespace snapshots {

using namespace std::chrono_literals;
using support::kNoon;

inline domain::Vm vm(std::string_view tenant, std::string_view name, std::string_view guid) {
  domain::Vm vm;
  vm.id = domain::VmId(guid);
  vm.name = name;
  vm.tenant = base::SharedText(tenant);
  return vm;
}

template <class T>
base::Shared<std::vector<T>> list(std::vector<T> items = {}) {
  return std::make_shared<const std::vector<T>>(std::move(items));
}

// A server that was never read.
inline domain::ServerState server(std::string name) {
  domain::ServerState server{.name = std::move(name)};
  server.vms = list<domain::Vm>();
  server.tasks = list<domain::Task>();
  server.schedules = list<domain::Schedule>();
  server.policies = list<domain::Policy>();
  server.rules = list<domain::Rule>();
  server.nodes = list<domain::Node>();
  server.destinations = list<domain::Destination>();
  return server;
}

inline void add_vms(domain::ServerState& server, std::vector<domain::Vm> vms) {
  server.vm_states.resize(vms.size());
  for (const domain::Vm& vm : vms) ++server.tenants[vm.tenant].vms;
  server.vms = list(std::move(vms));
}

inline domain::SourceState source(domain::Resource resource) {
  domain::SourceState source{.resource = resource, .health = {}};
  source.health.success = true;
  source.health.last_attempt = source.health.last_success = kNoon - 30s;
  source.health.duration = 1250ms;
  source.health.rows = 2;
  source.health.pages = 1;
  source.health.reported_rows = 2;
  return source;
}

inline domain::SourceState refused_source(domain::Resource resource) {
  domain::SourceState source{.resource = resource, .health = {}};
  source.health.last_attempt = kNoon - 30s;
  source.health.error = base::Error{base::ErrorKind::forbidden, "GET /rules/vm-backup: 403"};
  return source;
}

inline base::Shared<domain::BackupSummary> history() {
  domain::BackupSummary summary;
  summary.last_attempt = domain::BackupRun{.at = kNoon - 10min,
                                           .status = domain::BackupStatus::failed,
                                           .type = domain::BackupType::incremental,
                                           .failure = domain::FailureClass::snapshot};
  summary.last_success = domain::BackupRun{
      .at = kNoon - 1h,
      .status = domain::BackupStatus::success,
      .type = domain::BackupType::incremental,
      .phases = {.queued_export = 1s, .exporting = 40s, .queued_store = 500ms, .storing = 20s}};
  summary.full_size_ratio = 1.25;
  summary.incremental_size_ratio = 0.5;
  return std::make_shared<const domain::BackupSummary>(summary);
}

// A server that tells everything there is to tell of a VM in tenant a; nothing is known of the one in b.
inline domain::ServerState full_server(std::string name) {
  domain::ServerState server = snapshots::server(std::move(name));
  server.up = true;
  server.sources = {source(domain::Resource::virtual_machines), refused_source(domain::Resource::rules)};
  server.history_backups = 70;
  server.clock_skew = -1500ms;
  server.tenant_filter_effective = true;

  domain::Vm told = vm("a", "web", "3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11");
  told.uuid = domain::PlatformId("9f0e6c6a-58b3-4f0e-8f2c-1f4f6b7a0c55");
  told.platform = base::SharedText("OPENSTACK");
  told.hypervisor.name = base::SharedText("compute-03");
  told.cluster.guid = base::SharedText("aa10");
  told.policy.name = base::SharedText("Gold");
  told.present = told.up_to_date = told.restorable = true;
  told.warnings = false;
  add_vms(server, {told, vm("b", "db", "d2")});
  server.vm_states[0] = {.protection = domain::Protection::is_protected,
                         .last_success = kNoon - 1h,
                         .last_full = kNoon - 25h,
                         .age = 1h,
                         .last_size = domain::Bytes{7516192768},
                         .last_full_size = domain::Bytes{128849018880},
                         .last_attempt = kNoon - 10min,
                         .last_attempt_success = false,
                         .last_duration = 61500ms,
                         .consecutive_failures = 2,
                         .history = history(),
                         .coverage = domain::Coverage::failing,
                         .due = kNoon + 20h,
                         .overdue = false,
                         .rpo_target = 24h,
                         .backup_failures = 5,
                         .last_restore = kNoon - 24h};
  server.plans = std::make_shared<const domain::Plans>();
  domain::TenantTotals& totals = server.tenants[base::SharedText("a")];
  totals.coverage.at(static_cast<std::size_t>(domain::Coverage::failing)) = 1;
  totals.due_vms = 1;
  server.tenants[base::SharedText("b")].unknown_coverage = 1;
  server.tenants[base::SharedText("a")].protected_bytes = domain::Bytes{128849018880};
  server.tenants[base::SharedText("a")].stored_bytes = domain::Bytes{901943132160};
  server.tenants[base::SharedText("a")].oldest_queued_task = 90s;
  const base::SharedText a("a");
  const base::SharedText b("b");
  server.task_counts[{a, base::SharedText("EXPORT"), base::SharedText("RUNNING")}] = 3;
  server.task_counts[{b, base::SharedText("STORE"), base::SharedText("QUEUED")}] = 1;

  server.memory.tasks = std::make_shared<const domain::TaskCounters>(domain::TaskCounters{
      {{a, base::SharedText("EXPORT")}, {.finished = 9, .failures = 4, .created = kNoon - 24h}},
      {{b, base::SharedText("STORE")}, {.finished = 1, .failures = 0, .created = kNoon}}});
  server.schedule_states = {{.calendar_known = true, .next_run = kNoon + 13h, .policies = 1}};
  server.policy_states = {{.next_full = kNoon + 72h, .next_other = kNoon + 13h}};
  server.protection_difference =
      domain::ProtectionDifference{.is_protected = 0, .not_protected = -1, .no_schedule = 1};

  server.schedules = list<domain::Schedule>(
      {{.id = domain::ScheduleId("s1"), .name = "Nightly", .active = true, .last_run = kNoon - 10h}});
  server.policies =
      list<domain::Policy>({{.id = domain::PolicyId("p1"), .name = "Gold", .active = false, .vm_count = 42}});
  server.nodes = list<domain::Node>({{.id = domain::NodeId("n1"),
                                      .name = "node-1",
                                      .version = "7.4.0-27",
                                      .state = base::SharedText("RUNNING"),
                                      .last_seen = kNoon - 5s,
                                      .staging_used = domain::Bytes{100},
                                      .staging_total = domain::Bytes{1000}}});
  server.destinations = list<domain::Destination>({{.id = domain::DestinationId("d1"),
                                                    .name = "xfs-main",
                                                    .type = base::SharedText("SYNTHETICXFS"),
                                                    .used = domain::Bytes{5},
                                                    .capacity = domain::Bytes{50}}});
  server.protection = domain::ProtectionTotals{.is_protected = 1, .not_protected = 0, .no_schedule = 1};
  return server;
}

inline base::Shared<domain::Snapshot> snapshot(std::vector<domain::ServerState> servers) {
  return std::make_shared<const domain::Snapshot>(
      domain::Snapshot{.taken_at = kNoon, .servers = std::move(servers)});
}

inline std::string text_of(const exposition::Body& body) {
  std::string text;
  body.write([&](std::string_view piece) {
    text += piece;
    return true;
  });
  return text;
}

}  // namespace snapshots
