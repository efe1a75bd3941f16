#include "coverage.h"

#include <gtest/gtest.h>

#include <set>

#include "calendar.h"
#include "scenario_file.h"
#include "test_client.h"

namespace simulator {
namespace {

using nlohmann::json;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr TimePoint kMidnight{std::chrono::sys_days{std::chrono::year{2026} / 1 / 7}};
constexpr TimePoint kNoon = kMidnight + hours(12);

// A VM of policy Gold, which runs every night at one, and its backups, written as in a scenario file.
Model site_with(const std::string& backups, const std::string& vm = "",
                const std::string& schedules =
                    R"({"name": "Nightly", "at": "01:00", "window": "6h", "policies": ["Gold"]})") {
  return site_in(
             R"({"about": "", "now": "2026-01-07T12:00:00Z", "policies": [{"name": "Gold"}], "schedules": [)" +
             schedules + R"(], "vms": [{"name": "a", "policy": "Gold", )" + vm + R"("backups": [)" + backups +
             "]}]}")
      .model;
}

Protection protection_in(const Model& model, const Watch& watch = {.since = kNoon}, TimePoint now = kNoon) {
  return protection_of(model, at(model.vms, 1), attempts_by_vm(model).front(), watch, now);
}

TEST(Coverage, IsDueAWindowAndTheGraceAfterTheNextRun) {
  const Protection protection = protection_in(site_with(R"({"at": "2026-01-07T01:00:05Z"})"));
  EXPECT_EQ(protection.due, kMidnight + days(1) + hours(1 + 6 + 1));
  EXPECT_EQ(protection.coverage, "covered");
}

TEST(Coverage, IsOverdueOnlyAfterTheMoment) {
  const Model model = site_with(R"({"at": "2026-01-06T01:00:05Z"})");
  const TimePoint due = kMidnight + hours(8);
  EXPECT_FALSE(protection_in(model, {}, due).overdue);
  EXPECT_TRUE(protection_in(model, {}, due + Millis(1)).overdue);
}

TEST(Coverage, OfTwoSchedulesTheOneThatIsDueFirstCounts) {
  const Model model =
      site_with(R"({"at": "2026-01-07T01:00:05Z"})", "",
                R"({"name": "Early, long window", "at": "14:00", "window": "6h", "policies": ["Gold"]},
                                   {"name": "Late, short window", "at": "16:00", "window": "1h", "policies": ["Gold"]})");
  EXPECT_EQ(protection_in(model).due, kMidnight + hours(16 + 1 + 1));
}

TEST(Coverage, OfAVmWithoutSuccessIsReckonedFromItsFirstSight) {
  EXPECT_EQ(protection_in(site_with("")).due, kMidnight + days(1) + hours(8));
  EXPECT_EQ(protection_in(site_with(""), {.since = kMidnight - days(3)}).due, kMidnight - days(3) + hours(8));
  EXPECT_EQ(protection_in(site_with("", R"("created": "-2d", )"), {.since = kMidnight - days(3)}).due,
            kMidnight - days(1) + hours(8));
}

TEST(Coverage, OfAVmWithoutSuccessIsReckonedFromItsFirstAttemptWhenThatWasBefore) {
  const Model model = site_with(R"({"at": "2026-01-02T01:00:05Z", "status": "FAILED"})");
  const Protection protection = protection_in(model);
  EXPECT_EQ(protection.due, kMidnight - days(4) + hours(8));
  EXPECT_TRUE(protection.overdue);
  EXPECT_EQ(protection.coverage, "never_backed_up");
}

TEST(Coverage, TheGraceIsAChoice) {
  const Model model = site_with(R"({"at": "2026-01-06T01:00:05Z"})");
  EXPECT_EQ(protection_in(model, {.grace = hours(6)}).coverage, "covered");
}

TEST(Coverage, OverdueComesBeforeFailing) {
  const std::string failed = R"({"at": "2026-01-07T01:00:05Z", "status": "FAILED"})";
  EXPECT_EQ(protection_in(site_with(R"({"at": "2026-01-06T13:00:05Z"}, )" + failed)).coverage, "overdue");
  EXPECT_EQ(protection_in(site_with(R"({"at": "2026-01-07T01:00:01Z"}, )" + failed)).coverage, "failing");
}

TEST(Coverage, ARunningAttemptEndsNothing) {
  const Model model = site_with(R"({"at": "2026-01-07T01:00:05Z"}, {"at": "-1m", "status": "INPROGRESS"})");
  EXPECT_EQ(protection_in(model).coverage, "covered");
}

TEST(Coverage, AVmThatIsNotPresentIsNeverDue) {
  const Protection protection = protection_in(site_with(R"({"at": "-30d"})", R"("present": false, )"));
  EXPECT_EQ(protection.coverage, "not_present");
  EXPECT_EQ(protection.due, std::nullopt);
  EXPECT_FALSE(protection.overdue);
}

TEST(Coverage, RememberedSuccessesCountWhenTheirBackupsAreWiped) {
  Simulator simulator({.scenario_file = SCENARIOS_DIR "/coverage_covered.json"});
  simulator.wipe_backups();
  EXPECT_TRUE(simulator.model().backups.empty());
  EXPECT_EQ(json::parse(simulator.truth())["vms"][0]["coverage"], "covered");
  simulator.watch(kNoon, hours(1));
  EXPECT_EQ(json::parse(simulator.truth())["vms"][0]["coverage"], "covered");
}

TEST(Coverage, FailuresAreUnknownToWhoeverBeginsToWatchAfterAWipe) {
  Simulator simulator({.scenario_file = SCENARIOS_DIR "/coverage_failing.json"});
  simulator.wipe_backups();
  EXPECT_EQ(json::parse(simulator.truth())["vms"][0]["coverage"], "failing");
  simulator.watch(kNoon, hours(1));
  EXPECT_EQ(json::parse(simulator.truth())["vms"][0]["coverage"], "covered");
}

TEST(Coverage, TheTruthBeginsWithTheSimulatorUnlessSomebodyWatchesLonger) {
  Options options{.scenario_file = SCENARIOS_DIR "/coverage_never_backed_up.json"};
  const auto second_is_overdue = [&] {
    return json::parse(Simulator(options).truth())["vms"][1]["overdue"].get<bool>();
  };
  EXPECT_FALSE(second_is_overdue());
  options.watched_since = kNoon - days(3);
  EXPECT_TRUE(second_is_overdue());
}

TEST(Calendar, AnIntervalMayGoOnPastMidnight) {
  const Schedule schedule{.execution = Execution::interval,
                          .interval_start = hours(20),
                          .interval_end = hours(6),
                          .frequency = hours(4),
                          .days = 0b0000010};  // Tuesdays; kMidnight begins a Wednesday
  EXPECT_EQ(next_run(schedule, kMidnight - hours(1)), kMidnight);
  EXPECT_EQ(next_run(schedule, kMidnight), kMidnight + hours(4));
  EXPECT_EQ(next_run(schedule, kMidnight + hours(4)), kMidnight + days(6) + hours(20));
}

json events(const Simulator& simulator) { return json::parse(simulator.truth())["events"]; }

TEST(Events, CountWhatTheScenarioStartedWith) {
  const Simulator simulator({.scenario_file = SCENARIOS_DIR "/meaning_counters_never_fall.json"});
  EXPECT_EQ(events(simulator), json::parse(R"({
    "tasks": {"EXPORT": {"ended": 4, "failed": 2}, "STORE": {"ended": 1, "failed": 0}},
    "failed_backups": {"3c1b7a52-0d5e-4a44-9e0b-000000000001": 2}})"));
}

TEST(Events, StayCountedWhenTheyAreWiped) {
  Simulator simulator({.scenario_file = SCENARIOS_DIR "/meaning_counters_never_fall.json"});
  const json before = events(simulator);
  simulator.wipe_tasks();
  simulator.wipe_backups();
  EXPECT_EQ(events(simulator), before);
}

// Whoever looks often enough sees each event: nothing is forgotten within ten minutes.
struct Seen {
  std::set<Id> ended_exports, failed_exports, failed_backups;

  void look(const Model& model) {
    for (const Task& task : model.tasks) {
      if (task.type != TaskType::export_ || !has_ended(task.state)) continue;
      ended_exports.insert(task.id);
      if (task.state == TaskState::failed) failed_exports.insert(task.id);
    }
    for (const Backup& backup : model.backups) {
      if (backup.status == BackupStatus::failed) failed_backups.insert(backup.id);
    }
  }
};

TEST(Events, AreCountedOnceEach) {
  Simulator simulator({.scenario = "demo", .speed = 0, .start = kNoon});
  Seen seen;
  for (int i = 0; i < 6 * 26; ++i) {
    seen.look(simulator.model());
    if (i == 50) simulator.wipe_tasks();
    if (i == 60) simulator.wipe_backups();
    simulator.advance(minutes(10));
  }
  seen.look(simulator.model());
  const Events counted = simulator.model().events;
  std::uint64_t failed_backups = 0;
  for (const auto& [vm, count] : counted.failed_backups) failed_backups += count;
  EXPECT_EQ(counted.tasks.at(TaskType::export_).ended, seen.ended_exports.size());
  EXPECT_EQ(counted.tasks.at(TaskType::export_).failed, seen.failed_exports.size());
  EXPECT_EQ(failed_backups, seen.failed_backups.size());
}

}  // namespace
}  // namespace simulator
