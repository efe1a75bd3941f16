#include <gtest/gtest.h>

#include <set>

#include "calendar.h"
#include "engine.h"
#include "test_client.h"

namespace simulator {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

Options frozen_demo(std::uint64_t seed) {
  Options options;
  options.seed = seed;
  options.start = kGoldenNow;
  options.speed = 0;
  return options;
}

std::string everything(TestClient& client) {
  std::string text;
  for (const char* path :
       {"/virtual-machines", "/backups", "/tasks", "/schedules", "/nodes", "/backup-destinations"}) {
    text += client.get(path)->body;
  }
  return text;
}

TEST(Engine, SameSeedSameCourse) {
  Simulator one(frozen_demo(7)), other(frozen_demo(7));
  TestClient first(one), second(other);
  one.advance(hours(3));
  for (int i = 0; i < 18; ++i) other.advance(minutes(10));
  first.log_in();
  second.log_in();
  EXPECT_EQ(everything(first), everything(second));
}

TEST(Engine, OtherSeedOtherCourse) {
  const Simulator one(frozen_demo(7)), other(frozen_demo(8));
  EXPECT_NE(one.truth(), other.truth());
}

TEST(Engine, BackupPassesThroughItsStates) {
  Simulator simulator(golden());
  TestClient client(simulator);
  simulator.set_session_lifetime(Millis(0));
  client.log_in();
  std::vector<std::string> states;
  const auto note = [&] {
    const auto backups = client.json("/backups?protected-entity=" + vm_guid(13));
    const std::string state = backups.back()["status"]["name"];
    if (states.empty() || states.back() != state) states.push_back(state);
  };
  for (int i = 0; i < 60 && (states.empty() || states.back() != "SUCCESS"); ++i) {
    note();
    simulator.advance(seconds(5));
  }
  EXPECT_EQ(states, (std::vector<std::string>{"QUEUED", "INPROGRESS", "SUCCESS"}));
  EXPECT_GT(client.json("/virtual-machines")[12]["lastBackup"], kGoldenNow.time_since_epoch().count());
}

TEST(Engine, ExportIsFollowedByStore) {
  Simulator simulator(golden());
  simulator.advance(minutes(10));
  std::set<std::pair<TaskType, TaskState>> tasks;
  for (const Task& task : simulator.model().tasks) {
    if (task.vm == Id{13}) tasks.emplace(task.type, task.state);
  }
  EXPECT_EQ(tasks, (std::set<std::pair<TaskType, TaskState>>{{TaskType::export_, TaskState::finished},
                                                             {TaskType::store, TaskState::finished}}));
}

TEST(Engine, WithoutNodesTasksMissTheirWindow) {
  Model model = golden_scenario();
  for (Node& node : model.nodes) node.died_at = kGoldenNow;
  Engine engine(model, 1, kGoldenNow);
  engine.advance_to(kGoldenNow + hours(1));
  const Task& task = *model.task(6);
  EXPECT_EQ(task.state, TaskState::failed);
  EXPECT_EQ(task.status_info, "Task was not started within its window");
  EXPECT_EQ(at(model.vms, 13).up_to_date, false);
}

TEST(Engine, BackupThatNeverBeganIsFoundByTheTimeItWasGivenUp) {
  Model model = golden_scenario();
  for (Node& node : model.nodes) node.died_at = kGoldenNow;
  Engine engine(model, 1, kGoldenNow);
  engine.advance_to(kGoldenNow + hours(1));
  const Backup& backup = *model.backup(*model.task(6)->backup);
  EXPECT_EQ(backup.status, BackupStatus::failed);
  EXPECT_EQ(backup.snapshot_at, std::nullopt);
  EXPECT_EQ(backup_time(backup), model.task(6)->window_end);
}

TEST(Engine, PausedPoliciesAndStoppedSchedulesDoNothing) {
  Simulator simulator(golden());
  simulator.advance(days(8));
  const Model model = simulator.model();
  EXPECT_EQ(at(model.vms, 6).last_backup, golden_scenario().vms.at(5).last_backup);
  EXPECT_EQ(at(model.vms, 7).last_backup, golden_scenario().vms.at(6).last_backup);
  EXPECT_GT(at(model.vms, 1).last_backup, kGoldenNow + days(7));
}

TEST(Demo, HasWhatANewcomerShouldSee) {
  Simulator simulator(frozen_demo(1));
  simulator.advance(minutes(3));
  std::set<BackupStatus> statuses;
  std::set<TaskState> states;
  const Model model = simulator.model();
  for (const Backup& backup : model.backups) statuses.insert(backup.status);
  for (const Task& task : model.tasks) states.insert(task.state);
  EXPECT_EQ(model.vms.size(), 60U);
  EXPECT_TRUE(statuses.contains(BackupStatus::success));
  EXPECT_TRUE(statuses.contains(BackupStatus::failed));
  EXPECT_TRUE(statuses.contains(BackupStatus::partial_success));
  EXPECT_TRUE(states.contains(TaskState::finished));
  EXPECT_TRUE(states.contains(TaskState::failed));
}

TEST(Calendar, RunsOnItsWeekdays) {
  const Schedule schedule{.hour = hours(1), .days = 0b0000001};
  EXPECT_EQ(next_run(schedule, kGoldenNow), kGoldenNow + days(4) - hours(11));
}

TEST(Calendar, RunsOnTheLastWeekdayOfAMonth) {
  const Schedule schedule{.hour = hours(1), .days = 0b1000000, .months = 0b10, .occurrences = 0b10000};
  const std::chrono::sys_days last_sunday = std::chrono::year{2026} / 2 / 22;
  EXPECT_EQ(next_run(schedule, kGoldenNow), TimePoint(last_sunday) + hours(1));
}

TEST(Calendar, RepeatsWithinItsHours) {
  const Schedule schedule{.execution = Execution::interval,
                          .interval_start = hours(8),
                          .interval_end = hours(13),
                          .frequency = hours(2)};
  EXPECT_EQ(next_run(schedule, kGoldenNow - minutes(1)), kGoldenNow);
  EXPECT_EQ(next_run(schedule, kGoldenNow), kGoldenNow + hours(20));
}

}  // namespace
}  // namespace simulator
