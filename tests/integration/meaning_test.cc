// What is easy to get wrong while a site changes: the scenarios of the same names, and somebody who acts on
// them.
#include <gtest/gtest.h>

#include "scenario.h"

namespace {

using namespace std::chrono_literals;
using integration::becomes;
using integration::RunningExporter;
using integration::RunningScenario;
using integration::scrape;
using integration::vanishes;
using integration::vm_guid;
using simulator::Fault;
using simulator::FaultKind;

constexpr const char* kTaskFailures = R"(vprotect_task_failures_total{tenant="finance",task_type="EXPORT"})";
constexpr const char* kTasksFinished =
    R"(vprotect_tasks_finished_total{tenant="finance",task_type="EXPORT"})";
constexpr const char* kBackupFailures = R"(vprotect_vm_backup_failures_total{vm="erp-01"})";

std::vector<double> counters(RunningExporter& exporter) {
  const auto samples = scrape(exporter);
  std::vector<double> values;
  for (const char* counter : {kTaskFailures, kTasksFinished, kBackupFailures}) {
    const auto found = samples.values(counter);
    values.insert(values.end(), found.begin(), found.end());
  }
  return values;
}

void fail_once_more(simulator::Simulator& site) {
  site.add_tasks(vm_guid(1), simulator::TaskType::export_, simulator::TaskState::failed);
  site.add_backup(vm_guid(1), {.status = simulator::BackupStatus::failed});
}

TEST(MeaningCountersNeverFall, WhenTheHistoryIsWipedAndNewFailuresCountOn) {
  RunningScenario scenario("meaning_counters_never_fall");
  RunningExporter exporter(scenario.setup());
  ASSERT_EQ(scenario.faults(exporter), "");
  scenario.site().wipe_tasks();
  scenario.site().wipe_backups();
  ASSERT_TRUE(vanishes(exporter, R"(vprotect_tasks{tenant="finance",state="FAILED"})"));
  ASSERT_TRUE(scenario.is_read_again("/backups"));
  EXPECT_EQ(counters(exporter), (std::vector<double>{2, 4, 2}));
  fail_once_more(scenario.site());
  EXPECT_TRUE(becomes(exporter, kBackupFailures, 3));
  EXPECT_TRUE(becomes(exporter, kTaskFailures, 3));
  EXPECT_EQ(counters(exporter), (std::vector<double>{3, 5, 3}));
}

TEST(MeaningCountersNeverFall, WhenTheExporterIsRestartedOnItsLedger) {
  RunningScenario scenario("meaning_counters_never_fall");
  const support::TempDir folder;
  auto setup = scenario.setup();
  setup.storage = integration::storage_in(folder);
  {
    RunningExporter first(setup);
    ASSERT_EQ(scenario.faults(first), "");
  }
  {
    RunningExporter second(setup);
    EXPECT_EQ(scenario.faults(second), "") << "what is still listed is counted once";
    EXPECT_TRUE(scenario.is_read_again("/tasks"));
    EXPECT_EQ(counters(second), (std::vector<double>{2, 4, 2}));
  }
  scenario.site().wipe_tasks();
  scenario.site().wipe_backups();
  RunningExporter third(setup);
  EXPECT_TRUE(support::eventually([&] { return counters(third).size() == 3; }));
  EXPECT_EQ(counters(third), (std::vector<double>{2, 4, 2})) << "once the ledger is read";
  fail_once_more(scenario.site());
  EXPECT_TRUE(becomes(third, kBackupFailures, 3));
  EXPECT_TRUE(becomes(third, kTaskFailures, 3));
}

struct Damage {
  std::string name;
  Fault fault;
  std::string kind;
};

void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.name; }

class DamagedList : public testing::TestWithParam<Damage> {};

TEST_P(DamagedList, TheVmsStayAsTheyWereAndItIsSaid) {
  RunningScenario scenario("meaning_incomplete_list_is_not_used");
  auto setup = scenario.setup();
  setup.server_lines = "    page_size: 2\n";
  RunningExporter exporter(setup);
  ASSERT_EQ(scenario.faults(exporter), "");
  Fault fault = GetParam().fault;
  fault.path = "/virtual-machines";
  scenario.site().fault(fault);
  EXPECT_TRUE(becomes(exporter, R"(vprotect_collector_success{collector="virtual_machines"})", 0));
  EXPECT_TRUE(scrape(exporter).has(
      R"(vprotect_collector_error{collector="virtual_machines",kind=")" + GetParam().kind + "\"}", 1));
  const auto incomplete = [&] {
    return scrape(exporter).values(
        R"(vprotect_collector_incomplete_reads_total{collector="virtual_machines"})");
  };
  const auto before = incomplete();
  EXPECT_GT(before, std::vector{0.0});
  EXPECT_TRUE(support::eventually([&] { return incomplete() > before; })) << "it rises with each read";
  EXPECT_EQ(scenario.faults(exporter), "");
  scenario.site().clear_faults();
  EXPECT_TRUE(becomes(exporter, R"(vprotect_collector_success{collector="virtual_machines"})", 1));
  EXPECT_FALSE(scrape(exporter).has(R"(vprotect_collector_error{collector="virtual_machines"})"));
}

INSTANTIATE_TEST_SUITE_P(
    MeaningIncompleteListIsNotUsed, DamagedList,
    testing::Values(Damage{"WrongTotal", {.kind = FaultKind::wrong_total, .amount = 1}, "incomplete"},
                    Damage{"RowsVanish", {.kind = FaultKind::rows_vanish, .amount = 1}, "incomplete"},
                    Damage{"TruncatedJson", {.kind = FaultKind::truncated_json}, "malformed"}),
    [](const auto& test) { return test.param.name; });

TEST(MeaningIncompleteListIsNotUsed, RowsThatAreAddedWhileItIsReadHideNone) {
  RunningScenario scenario("meaning_incomplete_list_is_not_used");
  auto setup = scenario.setup();
  setup.server_lines = "    page_size: 2\n";
  scenario.site().fault({.kind = FaultKind::rows_appear, .path = "/virtual-machines", .amount = 1});
  RunningExporter exporter(setup);
  EXPECT_EQ(scenario.faults(exporter), "");
}

TEST(MeaningStaleDataGoes, AndSaysSoInsteadOfOverdueVms) {
  RunningScenario scenario("meaning_stale_data_goes");
  auto setup = scenario.setup();
  setup.collection_lines = "  stale_after: 3s\n";
  RunningExporter exporter(setup);
  ASSERT_EQ(scenario.faults(exporter), "");
  scenario.site().refuse_connections();
  EXPECT_TRUE(becomes(exporter, R"(vprotect_collector_stale{collector="virtual_machines"})", 1));
  for (const char* family : {"vprotect_vm_coverage", "vprotect_vm_backup_overdue", "vprotect_tenant_vms",
                             "vprotect_vm_last_backup_age_seconds", "vprotect_vm_info"}) {
    EXPECT_TRUE(vanishes(exporter, family)) << family;
  }
  EXPECT_TRUE(scrape(exporter).has("vprotect_up", 0));
  scenario.site().accept_connections();
  EXPECT_EQ(scenario.faults(exporter), "");
}

TEST(MeaningNamesRepeatAndChange, ARenamedVmIsTheSameVmUnderItsNewNameOnly) {
  RunningScenario scenario("meaning_names_repeat_and_change");
  RunningExporter exporter(scenario.setup());
  ASSERT_EQ(scenario.faults(exporter), "");
  httplib::Client control(scenario.site().control_url());
  const auto answer =
      control.Post("/vms/" + vm_guid(2), R"({"name":"no longer a twin"})", "application/json");
  ASSERT_TRUE(answer && answer->status == 200);
  const std::string guid = R"({guid=")" + vm_guid(2) + R"(",)";
  EXPECT_TRUE(
      becomes(exporter, "vprotect_vm_coverage" + guid + R"(vm="no longer a twin",state="overdue"})", 1));
  EXPECT_FALSE(scrape(exporter).has("vprotect_vm_info" + guid + R"(vm="twin"})"));
  EXPECT_EQ(scrape(exporter).values(R"(vprotect_vm_info{vm="twin"})").size(), 2U);
}

TEST(MeaningSuccessStatuses, ASuccessWhoseBackupIsRemovedStaysOneAndSoDoesOneThatIsFoundAgain) {
  constexpr const char* kRemoved =
      R"(vprotect_vm_last_attempt_info{vm="success-01",result="success_removed"})";
  RunningScenario scenario("meaning_success_statuses");
  auto setup = scenario.setup();
  setup.collection_lines = "  backups_overlap: 1d\n";
  RunningExporter exporter(setup);
  ASSERT_EQ(scenario.faults(exporter), "");
  scenario.site().mark_removed(true);
  EXPECT_TRUE(becomes(exporter, kRemoved, 1));
  EXPECT_EQ(scenario.faults(exporter), "");
  scenario.site().mark_removed(false);
  EXPECT_TRUE(vanishes(exporter, kRemoved));
  EXPECT_EQ(scenario.faults(exporter), "");
}

TEST(MeaningUnknownIsAbsent, AVmThatLeavesTheServerLeavesNoSample) {
  RunningScenario scenario("meaning_unknown_is_absent");
  RunningExporter exporter(scenario.setup());
  ASSERT_EQ(scenario.faults(exporter), "");
  ASSERT_TRUE(scenario.site().remove_vm(vm_guid(3)));
  EXPECT_TRUE(becomes(exporter, R"(vprotect_collector_rows{collector="virtual_machines"})", 1));
  EXPECT_EQ(exporter.get("/metrics")->body.find("leaving-01"), std::string::npos);
}

TEST(MeaningPausedIsNotOverdue, APolicyThatIsSwitchedOffAndOnAgain) {
  constexpr const char* kDue = R"(vprotect_vm_backup_due_timestamp_seconds{vm="on-01"})";
  const std::string policy = simulator::guid(simulator::Kind::policy, 3);
  RunningScenario scenario("meaning_paused_is_not_overdue");
  RunningExporter exporter(scenario.setup());
  ASSERT_EQ(scenario.faults(exporter), "");
  scenario.site().set_policy_active(policy, false);
  EXPECT_TRUE(becomes(exporter, R"(vprotect_vm_coverage{vm="on-01",state="paused"})", 1));
  EXPECT_FALSE(scrape(exporter).has(kDue));
  EXPECT_FALSE(scrape(exporter).has(R"(vprotect_vm_backup_overdue{vm="on-01"})"));
  scenario.site().set_policy_active(policy, true);
  EXPECT_EQ(scenario.faults(exporter), "");
  EXPECT_TRUE(scrape(exporter).has(kDue));
}

TEST(MeaningMondayToFridayOnSunday, OverdueOnMondayOnceTheWindowIsOverUntilItIsBackedUp) {
  RunningScenario scenario("meaning_monday_to_friday_on_sunday");
  RunningExporter exporter(scenario.setup());
  ASSERT_EQ(scenario.faults(exporter), "");
  scenario.site().advance(19h + 59min);  // 07:59 on Monday
  ASSERT_TRUE(scenario.is_read_again("/virtual-machines"));
  EXPECT_TRUE(scrape(exporter).has(R"(vprotect_vm_coverage{vm="office-01",state="covered"})"));
  scenario.site().advance(2min);
  EXPECT_TRUE(becomes(exporter, R"(vprotect_vm_coverage{vm="office-01",state="overdue"})", 1));
  scenario.site().add_backup(vm_guid(1), {});
  EXPECT_TRUE(becomes(exporter, R"(vprotect_vm_coverage{vm="office-01",state="covered"})", 1));
}

TEST(MeaningFirstSeenIsNotYetOverdue, NorForgottenWhenTheExporterIsRestarted) {
  constexpr const char* kDue = R"(vprotect_vm_backup_due_timestamp_seconds{vm="new-01"})";
  constexpr const char* kOverdue = R"(vprotect_vm_backup_overdue{vm="new-01"})";
  constexpr double kFirstDue = 1767859200;
  RunningScenario scenario("meaning_first_seen_is_not_yet_overdue");
  const support::TempDir folder;
  auto setup = scenario.setup();
  setup.storage = integration::storage_in(folder);
  {
    RunningExporter exporter(setup);
    ASSERT_EQ(scenario.faults(exporter), "");
  }
  scenario.site().advance(48h);
  {
    RunningExporter restarted(setup);
    EXPECT_TRUE(becomes(restarted, kDue, kFirstDue));
    EXPECT_TRUE(scrape(restarted).has(kOverdue, 1));
  }
  RunningExporter new_ledger(scenario.setup());
  EXPECT_TRUE(becomes(new_ledger, kDue, kFirstDue + 48 * 3600));
  EXPECT_TRUE(scrape(new_ledger).has(kOverdue, 0));
}

}  // namespace
