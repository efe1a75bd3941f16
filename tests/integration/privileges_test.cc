// What the exporter says when the server withholds one of its lists.
#include <gtest/gtest.h>

#include "scenario.h"

namespace {

using integration::becomes;
using integration::RunningExporter;
using integration::RunningScenario;
using integration::scrape;

struct Withheld {
  std::string collector;
  std::string path;
  int status = 403;
  std::string kind = "forbidden";
};

void PrintTo(const Withheld& withheld, std::ostream* out) { *out << withheld.collector; }

void withhold(simulator::Simulator& site, const std::string& path, int status = 403) {
  site.fault({.kind = simulator::FaultKind::status, .path = path, .status = status});
}

// How often the log tells that the collector fails.
int complaints(const RunningExporter& exporter, const std::string& collector) {
  std::istringstream log(exporter.process().output());
  int count = 0;
  for (std::string line; std::getline(log, line);) {
    if (line.find("msg=\"a collector fails\"") != line.npos &&
        line.find("collector=" + collector + " ") != line.npos)
      ++count;
  }
  return count;
}

class WithheldList : public testing::TestWithParam<Withheld> {};

TEST_P(WithheldList, IsShownAndLoggedOnceAndNotAtEachPoll) {
  const Withheld& withheld = GetParam();
  RunningScenario scenario("coverage_covered");
  withhold(scenario.site(), withheld.path, withheld.status);
  RunningExporter exporter(scenario.setup());
  exporter.wait_until_ready();
  ASSERT_TRUE(scenario.is_read_again(withheld.path));
  const std::string collector = "{collector=\"" + withheld.collector + "\"";
  EXPECT_TRUE(scrape(exporter).has("vprotect_collector_success" + collector + "}", 0));
  EXPECT_TRUE(
      scrape(exporter).has("vprotect_collector_error" + collector + ",kind=\"" + withheld.kind + "\"}", 1));
  EXPECT_EQ(scrape(exporter).values("vprotect_collector_error").size(), 1U) << "the others are read";
  EXPECT_EQ(complaints(exporter, withheld.collector), 1) << exporter.process().output();
}

INSTANTIATE_TEST_SUITE_P(
    Lists, WithheldList,
    testing::Values(Withheld{"rules", "/rules/vm-backup"}, Withheld{"schedules", "/schedules"},
                    Withheld{"backups", "/backups"}, Withheld{"policies", "/policies/vm-backup"},
                    Withheld{"tasks", "/tasks"},
                    Withheld{"backup_destinations", "/backup-destinations", 404, "not_found"},
                    Withheld{"protection", "/dashboard/protection", 404, "not_found"}),
    [](const auto& test) { return test.param.collector; });

// Nobody else tells whether a rule is active.
TEST(WithheldRules, MakeThePlansUnknown) {
  RunningScenario scenario("coverage_overdue");
  withhold(scenario.site(), "/rules/vm-backup");
  RunningExporter exporter(scenario.setup());
  exporter.wait_until_ready();
  const auto samples = scrape(exporter);
  EXPECT_FALSE(samples.has(R"(vprotect_vm_coverage{vm="erp-01"})"));
  EXPECT_FALSE(samples.has(R"(vprotect_vm_backup_overdue{vm="erp-01"})"));
  EXPECT_FALSE(samples.has(R"(vprotect_vm_rpo_target_seconds{vm="erp-01"})"));
  EXPECT_TRUE(samples.has(R"(vprotect_tenant_vms{tenant="finance",state="overdue"})", 0));
  EXPECT_TRUE(samples.has(R"(vprotect_collector_error{collector="rules",kind="forbidden"})", 1));
}

// The first record of the page is that of the policy Office.
TEST(UnreadableRule, MakesItsPlanUnknownAndNoOther) {
  RunningScenario scenario("meaning_monday_to_friday_on_sunday");
  scenario.site().fault(
      {.kind = simulator::FaultKind::bad_record, .path = "/rules/vm-backup", .text = "missing_guid"});
  RunningExporter exporter(scenario.setup());
  exporter.wait_until_ready();
  const auto samples = scrape(exporter);
  EXPECT_FALSE(samples.has(R"(vprotect_vm_coverage{vm="office-01"})"));
  EXPECT_TRUE(samples.has(R"(vprotect_vm_coverage{vm="daily-01",state="overdue"})", 1));
  EXPECT_TRUE(samples.has(R"(vprotect_tenant_vms{tenant="finance",state="unknown"})", 1));
  EXPECT_TRUE(samples.has(R"(vprotect_collector_skipped_records{collector="rules"})", 1));
}

// Of an attempt that nobody tells of it is not said that it went well.
TEST(WithheldBackups, LeaveOpenWhetherTheLastAttemptFailed) {
  RunningScenario scenario("coverage_failing");
  withhold(scenario.site(), "/backups");
  RunningExporter exporter(scenario.setup());
  exporter.wait_until_ready();
  const auto samples = scrape(exporter);
  EXPECT_TRUE(samples.has(R"(vprotect_vm_backup_overdue{vm="erp-01"})", 0));
  EXPECT_FALSE(samples.has(R"(vprotect_vm_coverage{vm="erp-01"})"));
  EXPECT_TRUE(samples.has(R"(vprotect_tenant_vms{tenant="finance",state="unknown"})", 1));
}

TEST(WithheldSchedules, LeaveWhatNeedsNoPlanAndSayNothingElse) {
  RunningScenario scenario("coverage_excluded");
  withhold(scenario.site(), "/schedules");
  RunningExporter exporter(scenario.setup());
  exporter.wait_until_ready();
  const auto samples = scrape(exporter);
  EXPECT_TRUE(samples.has(R"(vprotect_vm_coverage{vm="old-01",state="no_policy"})", 1));
  EXPECT_TRUE(samples.has(R"(vprotect_vm_coverage{vm="lab-02",state="excluded"})", 1));
  EXPECT_TRUE(samples.has(R"(vprotect_vm_coverage{vm="lab-03",state="not_present"})", 1));
  EXPECT_TRUE(samples.has(R"(vprotect_vm_present{vm="web-02"})", 1));
  EXPECT_FALSE(samples.has(R"(vprotect_vm_coverage{vm="web-02"})")) << "it has a policy";
  EXPECT_FALSE(samples.has("vprotect_vm_backup_overdue"));
  EXPECT_FALSE(samples.has("vprotect_vm_backup_due_timestamp_seconds"));
  EXPECT_FALSE(samples.has("vprotect_tenant_vms"));
  EXPECT_FALSE(samples.has("vprotect_tenant_rpo_compliance_ratio"));
}

// The VMs' own records tell their last success, and nothing of attempts.
TEST(WithheldBackups, LeaveWhatTheVmsThemselvesTell) {
  RunningScenario scenario("coverage_overdue");
  withhold(scenario.site(), "/backups");
  RunningExporter exporter(scenario.setup());
  exporter.wait_until_ready();
  const auto samples = scrape(exporter);
  EXPECT_TRUE(samples.has(R"(vprotect_vm_coverage{vm="erp-01",state="overdue"})", 1));
  EXPECT_TRUE(samples.has(R"(vprotect_vm_coverage{vm="erp-02",state="overdue"})", 1));
  EXPECT_TRUE(samples.has(R"(vprotect_tenant_vms{tenant="finance",state="overdue"})", 2));
  EXPECT_FALSE(samples.has("vprotect_vm_consecutive_failures"));
  EXPECT_FALSE(samples.has("vprotect_vm_last_attempt_success"));
  EXPECT_FALSE(samples.has("vprotect_vm_last_attempt_timestamp_seconds"));
}

TEST(GrantedList, ThatWasWithheldIsUsedAndLogged) {
  RunningScenario scenario("coverage_covered");
  withhold(scenario.site(), "/schedules");
  RunningExporter exporter(scenario.setup());
  exporter.wait_until_ready();
  scenario.site().clear_faults();
  EXPECT_EQ(scenario.faults(exporter), "");
  EXPECT_FALSE(scrape(exporter).has("vprotect_collector_error"));
  exporter.process().wait_for_output("msg=\"a collector works again\"");
}

}  // namespace
