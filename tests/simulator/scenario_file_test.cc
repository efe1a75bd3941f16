#include "scenario_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "support/temp_dir.h"
#include "test_client.h"

namespace simulator {
namespace {

using nlohmann::json;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr TimePoint kNoon{std::chrono::sys_days{std::chrono::year{2026} / 1 / 7} + hours(12)};

Site site_of(const std::string& sections) {
  return site_in(R"({"about": "A test.", "now": "2026-01-07T12:00:00Z", )" + sections + "}");
}

std::string error_of(const std::string& sections) {
  try {
    site_of(sections);
  } catch (const ScenarioError& error) {
    return error.what();
  }
  return "";
}

const std::string kGold = R"("policies": [{"name": "Gold"}], "schedules": [{"name": "Nightly", "at": "01:00",
  "policies": ["Gold"]}], )";

TEST(ScenarioFile, TellsTimeFromItsNow) {
  const Site site =
      site_of(R"("vms": [{"name": "a", "created": "-1d2h", "last_backup": "2026-01-01T00:00:01Z"}])");
  EXPECT_EQ(site.now, kNoon);
  EXPECT_EQ(at(site.model.vms, 1).created, kNoon - hours(26));
  EXPECT_EQ(at(site.model.vms, 1).last_backup, kNoon - days(6) - hours(12) + seconds(1));
}

TEST(ScenarioFile, CanBeMovedToAnotherTime) {
  const Site site =
      site_in(R"({"about": "", "now": "2026-01-07T12:00:00Z", "vms": [{"name": "a", "created": "-1h"}]})",
              kGoldenNow);
  EXPECT_EQ(at(site.model.vms, 1).created, kGoldenNow - hours(1));
}

TEST(ScenarioFile, DescribesADailySchedule) {
  const Site site =
      site_of(R"("policies": [{"name": "Gold"}], "schedules": [{"name": "S", "at": "01:30", "type": "FULL",
    "days": ["MONDAY", "SUNDAY"], "months": ["DECEMBER"], "occurrences": ["FIRST_IN_MONTH", "LAST_IN_MONTH"],
    "window": "2h", "active": false, "policies": ["Gold"]}])");
  const Schedule& schedule = at(site.model.schedules, 1);
  EXPECT_EQ(schedule.execution, Execution::time);
  EXPECT_EQ(schedule.hour, hours(1) + minutes(30));
  EXPECT_EQ(schedule.days, 0b1000001);
  EXPECT_EQ(schedule.months, 0b100000000000);
  EXPECT_EQ(schedule.occurrences, 0b10001);
  EXPECT_EQ(schedule.window, hours(2));
  EXPECT_EQ(schedule.backup_type, BackupType::full);
  EXPECT_FALSE(schedule.active);
  EXPECT_EQ(schedule.rules, std::vector<Id>{1});
}

TEST(ScenarioFile, DescribesAnIntervalOfHours) {
  const Site site = site_of(R"("schedules": [{"name": "S", "every": "2h", "from": "06:00", "to": "22:00"}])");
  const Schedule& schedule = at(site.model.schedules, 1);
  EXPECT_EQ(schedule.execution, Execution::interval);
  EXPECT_EQ(schedule.frequency, hours(2));
  EXPECT_EQ(schedule.interval_start, hours(6));
  EXPECT_EQ(schedule.interval_end, hours(22));
}

TEST(ScenarioFile, GivesEachPolicyOneRuleUnlessItHasItsOwn) {
  const Site usual = site_of(R"("policies": [{"name": "A"}, {"name": "B"}])");
  EXPECT_EQ(usual.model.rules.size(), 2U);
  EXPECT_EQ(at(usual.model.rules, 2).policy, 2U);
  const Site own =
      site_of(R"("policies": [{"name": "A"}], "rules": [{"name": "R", "policy": "A", "active": false}])");
  ASSERT_EQ(own.model.rules.size(), 1U);
  EXPECT_FALSE(at(own.model.rules, 1).active);
}

TEST(ScenarioFile, PutsBackupsIntoTheRecordOfTheirVm) {
  const Site site = site_of(kGold + R"("vms": [{"name": "a", "policy": "Gold", "backups": [
    {"at": "-1h", "type": "INCREMENTAL", "status": "FAILED", "info": "lost"},
    {"at": "-2d", "type": "FULL", "size": 4096, "export": "1m", "store": "2m"}]}])");
  const Vm& vm = at(site.model.vms, 1);
  const Backup& full = site.model.backups.front();
  EXPECT_EQ(backup_time(full), kNoon - days(2));
  EXPECT_EQ(full.exported, minutes(1));
  EXPECT_EQ(vm.last_backup, full.snapshot_at);
  EXPECT_EQ(vm.last_full_size, Bytes{4096});
  EXPECT_EQ(vm.up_to_date, false);
  EXPECT_EQ(site.model.backups.back().status_info, "lost");
}

TEST(ScenarioFile, SaysItselfWhetherAVmIsUpToDate) {
  const Site site = site_of(kGold + R"("vms": [
    {"name": "said", "policy": "Gold", "up_to_date": true},
    {"name": "unsaid", "policy": "Gold"},
    {"name": "null", "policy": "Gold", "up_to_date": null, "backups": [{"at": "-1h"}]},
    {"name": "free"}])");
  EXPECT_EQ(at(site.model.vms, 1).up_to_date, true);
  EXPECT_EQ(at(site.model.vms, 2).up_to_date, false);
  EXPECT_EQ(at(site.model.vms, 3).up_to_date, std::nullopt);
  EXPECT_EQ(at(site.model.vms, 4).up_to_date, std::nullopt);
}

TEST(ScenarioFile, ListsTasks) {
  const Site site = site_of(R"("vms": [{"name": "a"}], "tasks": [
    {"type": "EXPORT", "state": "FAILED", "vm": "a", "finished": "-2h", "info": "lost"},
    {"type": "INVENTORY_SYNC", "state": "RUNNING", "started": "-3m"},
    {"type": "STORE", "state": "QUEUED", "vm": "a", "queued": "-1m", "window": "1h"}])");
  const Task& failed = site.model.tasks.at(0);
  EXPECT_EQ(failed.finished, kNoon - hours(2));
  EXPECT_EQ(failed.started, kNoon - hours(2) - seconds(48));
  EXPECT_EQ(site.model.tasks.at(1).started, kNoon - minutes(3));
  EXPECT_EQ(site.model.tasks.at(2).window_end, kNoon + minutes(59));
}

TEST(ScenarioFile, NamesThePlaceOfWhatIsWrong) {
  EXPECT_EQ(error_of(R"("vsm": [])"), "unknown key 'vsm'");
  EXPECT_EQ(error_of(R"("vms": [{"name": "a"}, {"name": "b", "polic": "Gold"}])"),
            "vms[1]: unknown key 'polic'");
  EXPECT_EQ(error_of(R"("vms": [{"name": "a", "policy": "Gold"}])"),
            "vms[0].policy: no policy is called 'Gold'");
  EXPECT_EQ(error_of(R"("vms": [{}])"), "vms[0]: 'name' is missing");
  EXPECT_EQ(error_of(kGold + R"("vms": [{"name": "a", "backups": [{"at": "yesterday"}]}])"),
            "vms[0].backups[0].at: 'yesterday' is no time, as 2026-01-01T12:00:00Z or -26h");
  EXPECT_EQ(error_of(R"("schedules": [{"name": "S", "at": "01:00", "days": ["Monday"]}])"),
            "schedules[0].days[0]: 'Monday' is no element of days");
  EXPECT_EQ(error_of(R"("schedules": [{"name": "S", "at": "25:00"}])"),
            "schedules[0].at: '25:00' is no time of day, as 01:00");
  EXPECT_EQ(error_of(R"("schedules": [{"name": "S", "at": "01:00", "every": "2h"}])"),
            "schedules[0]: 'at' and 'every' exclude each other");
  EXPECT_EQ(
      error_of(
          R"("vms": [{"name": "a"}, {"name": "a"}], "tasks": [{"type": "EXPORT", "state": "FAILED", "vm": "a"}])"),
      "tasks[0].vm: several of the VMs are called 'a'");
  EXPECT_EQ(error_of(R"("vms": [{"name": "a", "backups": [{"at": "-1h"}]}])"),
            "vms[0].backups[0]: a backup needs a rule, and so a policy, of whatever VM");
  EXPECT_EQ(error_of(R"("expect": {"vprotect_up": "1"})"), "expect: 'vprotect_up' is no number");
  EXPECT_EQ(error_of(R"("profile": "9.9")"), "profile: no profile '9.9': 3.9, 5.1 or 7.4");
}

TEST(ScenarioFile, NamesItselfWhenItIsWrong) {
  EXPECT_THROW(site_in_file("/nowhere/site.json"), ScenarioError);
  EXPECT_THROW(Simulator({.scenario_file = "/nowhere/site.json"}), std::invalid_argument);
}

// The files of this folder.
std::vector<std::string> scenario_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(SCENARIOS_DIR))
    files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

json parsed(const std::string& path) {
  std::ifstream file(path);
  return json::parse(file);
}

// The VM of the truth that an exposition's sample is about, by its guid or its name.
json vm_of(const json& truth, const std::string& sample) {
  std::smatch guid, name;
  std::regex_search(sample, guid, std::regex(R"re(guid="([^"]*)")re"));
  std::regex_search(sample, name, std::regex(R"re(vm="([^"]*)")re"));
  for (const json& vm : truth["vms"]) {
    if (guid.empty() ? vm["name"] == name[1].str() : vm["guid"] == guid[1].str()) return vm;
  }
  return {};
}

// What the simulator makes of what a file expects of the exporter, where it has an opinion on it.
void check(const json& truth, const std::string& sample, double value) {
  std::smatch state;
  if (sample.starts_with("vprotect_vm_coverage{") &&
      std::regex_search(sample, state, std::regex(R"re(state="([^"]*)")re")) && state[1] != "excluded") {
    EXPECT_EQ(vm_of(truth, sample)["coverage"], state[1].str()) << sample;
  }
  if (sample.starts_with("vprotect_vm_backup_due_timestamp_seconds{")) {
    EXPECT_EQ(vm_of(truth, sample)["due_ms"], value * 1000) << sample;
  }
  if (sample.starts_with("vprotect_vm_backup_overdue{")) {
    EXPECT_EQ(vm_of(truth, sample)["overdue"], value == 1) << sample;
  }
}

class ScenarioFileOf : public testing::TestWithParam<std::string> {};

TEST_P(ScenarioFileOf, ExpectsWhatIsTrue) {
  const json file = parsed(GetParam());
  const Simulator simulator({.scenario_file = GetParam()});
  const json truth = json::parse(simulator.truth());
  for (const auto& [sample, value] : file["expect"].items()) check(truth, sample, value);
  for (const std::string sample : file.value("absent", json::array())) {
    if (sample.starts_with("vprotect_vm_backup_due_")) {
      EXPECT_TRUE(vm_of(truth, sample)["due_ms"].is_null()) << sample;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, ScenarioFileOf, testing::ValuesIn(scenario_files()),
                         [](const auto& file) { return std::filesystem::path(file.param).stem().string(); });

TEST(ScenarioFiles, AreThereForEveryCoverageState) {
  for (const char* state : {"covered", "failing", "overdue", "never_backed_up", "no_policy", "no_schedule",
                            "paused", "excluded", "not_present"}) {
    const json file = parsed(std::string(SCENARIOS_DIR "/coverage_") + state + ".json");
    EXPECT_NE(file["expect"].dump().find(std::string(R"(state=\")") + state + R"(\"})"), std::string::npos)
        << state;
  }
}

TEST(ScenarioFiles, StandStillUntilTheClockIsMoved) {
  Simulator simulator({.scenario_file = SCENARIOS_DIR "/coverage_covered.json"});
  const std::string before = simulator.truth();
  EXPECT_EQ(simulator.now(), kNoon);
  EXPECT_EQ(simulator.truth(), before);
  simulator.advance(days(1));
  EXPECT_GT(at(simulator.model().vms, 1).last_backup, kNoon);
}

TEST(ScenarioFiles, BeginAgain) {
  Simulator simulator({.scenario_file = SCENARIOS_DIR "/coverage_covered.json"});
  const std::string before = simulator.truth();
  simulator.advance(days(1));
  simulator.reset();
  EXPECT_EQ(simulator.truth(), before);
}

TEST(ScenarioFiles, ServeTheirProfileUnlessAnotherIsWanted) {
  const support::TempDir folder;
  const auto file =
      folder.write("old.json", R"({"about": "", "now": "2026-01-07T12:00:00Z", "profile": "3.9"})");
  const auto login_status = [&](const std::string& profile) {
    const Simulator simulator({.profile = profile, .scenario_file = file.string()});
    return TestClient(simulator).log_in();
  };
  EXPECT_EQ(login_status(""), 200);
  EXPECT_EQ(login_status("7.4"), 201);
}

TEST(ScenarioFiles, BackupsThatNeverBeganAreListedByTheTimeTheyWereGivenUp) {
  const support::TempDir folder;
  const auto file =
      folder.write("late.json", R"({"about": "", "now": "2026-01-07T12:00:00Z", )" + kGold + R"("vms": [
    {"name": "a", "backups": [{"at": "-1h", "status": "FAILED", "began": false}, {"at": "-3h"}]}]})");
  const Simulator simulator({.scenario_file = file.string()});
  TestClient client(simulator);
  client.log_in();
  const auto from = std::to_string((kNoon - hours(2)).time_since_epoch().count());
  const json rows = client.json("/backups?from=" + from);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0]["backupTime"], (kNoon - hours(1)).time_since_epoch().count());
  EXPECT_FALSE(rows[0].contains("snapshotTime"));
}

TEST(ScenarioFiles, FrozenVmsAreNotBackedUp) {
  const support::TempDir folder;
  const auto file =
      folder.write("frozen.json", R"({"about": "", "now": "2026-01-07T12:00:00Z", )" + kGold +
                                      R"("vms": [{"name": "a", "policy": "Gold", "frozen": true},
                                                               {"name": "b", "policy": "Gold"}]})");
  Simulator simulator({.scenario_file = file.string()});
  simulator.advance(days(2));
  EXPECT_FALSE(at(simulator.model().vms, 1).last_backup);
  EXPECT_TRUE(at(simulator.model().vms, 2).last_backup);
}

}  // namespace
}  // namespace simulator
