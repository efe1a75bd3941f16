#include "runbook/follow.h"

#include <gtest/gtest.h>

#include <deque>

#include "unit/runbook/site.h"

namespace runbook {
namespace {

using namespace runbook_test;
using domain::BackupStatus;
using domain::JobOutcome;
using domain::JobState;
using domain::OperationKind;
using domain::Task;

// A job that was sent at noon, and what its server shows of it.
struct Follow : testing::Test {
  Follow() {
    job.server = "prod";
    job.vm = domain::VmId("a");
    job.state = JobState::queued;
    job.task = domain::TaskId("t1");
    job.window_start = kNoon;
    job.window_end = kNoon + 6h + 123ms;
    job.sent = job.changed = kNoon;
    sight.backups.emplace();
    look_at(kNoon + 1min);
  }

  // Everything is read anew just before.
  void look_at(base::TimePoint now) {
    sight.now = now;
    sight.tasks_read = sight.backups_read = now - 1s;
  }

  Task& task(const std::string& id, const std::string& type, const std::string& state) {
    Task& task = tasks.emplace_back();
    task.id = domain::TaskId(id);
    task.type = base::SharedText(type);
    task.state = base::SharedText(state);
    task.entity = job.vm;
    task.window_start = job.window_start;
    task.window_end = job.window_end;
    if (state != "QUEUED") task.started = kNoon + 10s;
    if (state != "QUEUED" && state != "RUNNING") task.finished = kNoon + 50s;
    return task;
  }

  void backup(BackupStatus status, base::TimePoint at = kNoon + 20s) {
    domain::BackupRun run;
    run.id = domain::BackupId("b1");
    run.at = at;
    run.status = status;
    sight.backups->insert(sight.backups->begin(), run);
  }

  const domain::Job& follow(OperationKind kind = OperationKind::backup) {
    sight.tasks.clear();
    for (const Task& known : tasks) sight.tasks.push_back(&known);
    return job = runbook::follow(job, kind, sight, options, patience);
  }

  // Looks again after so long.
  const domain::Job& follow_after(std::chrono::milliseconds time,
                                  OperationKind kind = OperationKind::backup) {
    look_at(sight.now + time);
    return follow(kind);
  }

  domain::Job job;
  std::deque<Task> tasks;
  Sight sight;
  FollowOptions options;
  Patience patience;
};

TEST_F(Follow, GoesFromExportToStoreToTheRecord) {
  task("t1", "EXPORT", "QUEUED");
  EXPECT_EQ(follow().state, JobState::queued);
  tasks.front().state = base::SharedText("RUNNING");
  tasks.front().started = kNoon + 10s;
  tasks.front().progress = 66;
  EXPECT_EQ(follow().state, JobState::running);
  EXPECT_EQ(job.progress, 33);
  tasks.front().state = base::SharedText("FINISHED");
  tasks.front().finished = kNoon + 40s;
  task("t2", "STORE", "RUNNING").progress = 50;
  EXPECT_EQ(follow().state, JobState::finishing);
  EXPECT_EQ(job.second_task, domain::TaskId("t2"));
  EXPECT_EQ(job.progress, 75);
  tasks.back().state = base::SharedText("FINISHED");
  EXPECT_EQ(follow().state, JobState::finishing);
  backup(BackupStatus::success);
  EXPECT_EQ(follow().outcome, JobOutcome::succeeded);
  EXPECT_EQ(job.backup, domain::BackupId("b1"));
  EXPECT_EQ(job.progress, 100);
}

TEST_F(Follow, ConcludesNothingFromAListThatIsOlderThanTheRequest) {
  sight.tasks_read = kNoon - 1s;
  EXPECT_EQ(follow().state, JobState::queued);
  sight.tasks_read.reset();
  EXPECT_EQ(follow().state, JobState::queued);
}

TEST_F(Follow, TakesAnEarlierBackupForNoneOfItsOwn) {
  task("t1", "EXPORT", "FINISHED");
  backup(BackupStatus::success, kNoon - 2h);
  EXPECT_EQ(follow().state, JobState::finishing);
}

TEST_F(Follow, TakesAnEarlierStoreForNoneOfItsOwn) {
  task("t1", "EXPORT", "RUNNING");
  Task& earlier = task("t0", "STORE", "FINISHED");
  earlier.started = kNoon - 1h;
  earlier.finished = kNoon - 10s;
  EXPECT_EQ(follow().state, JobState::running);
  tasks.front().state = base::SharedText("FINISHED");
  follow();
  EXPECT_EQ(job.second_task, domain::TaskId());
}

TEST_F(Follow, ALaterFailureOfSomebodyElseIsNotItsOwn) {
  task("t1", "EXPORT", "FINISHED");
  task("t2", "STORE", "FINISHED");
  backup(BackupStatus::success, kNoon + 20s);
  backup(BackupStatus::failed, kNoon + 40s);
  EXPECT_EQ(follow().outcome, JobOutcome::succeeded);
}

TEST_F(Follow, AFailedTaskEndsItOnceNoCopyOfItComes) {
  task("t1", "EXPORT", "FAILED").status_info = "no snapshot";
  EXPECT_EQ(follow().state, JobState::queued);
  EXPECT_EQ(follow_after(29s).state, JobState::queued);
  EXPECT_EQ(follow_after(1s).outcome, JobOutcome::failed);
  EXPECT_EQ(job.detail, "no snapshot");
}

TEST_F(Follow, ATaskThatComesAgainIsFollowed) {
  task("t1", "EXPORT", "FAILED");
  follow();
  task("t1-again", "EXPORT", "RUNNING");
  EXPECT_EQ(follow().state, JobState::running);
  EXPECT_EQ(job.task, domain::TaskId("t1-again"));
  EXPECT_EQ(job.retries, 1U);
}

TEST_F(Follow, AScheduledExportIsNoCopy) {
  task("t1", "EXPORT", "FAILED");
  task("other", "EXPORT", "RUNNING").window_end = kNoon + 9h;
  follow();
  EXPECT_EQ(follow_after(1min).outcome, JobOutcome::failed);
}

TEST_F(Follow, AWindowThatClosedIsSaidSo) {
  Task& late = task("t1", "EXPORT", "FAILED");
  late.started.reset();
  late.finished = job.window_end;
  follow();
  EXPECT_EQ(follow_after(1min).outcome, JobOutcome::window_closed);
}

TEST_F(Follow, ACancelledTaskIsCancelled) {
  task("t1", "EXPORT", "CANCELLED");
  EXPECT_EQ(follow().outcome, JobOutcome::cancelled);
}

TEST_F(Follow, AWipedTaskIsKnownByItsBackup) {
  backup(BackupStatus::success);
  EXPECT_EQ(follow().outcome, JobOutcome::succeeded);
}

TEST_F(Follow, AWipedTaskIsWaitedForWhileItsBackupIsUnderWay) {
  backup(BackupStatus::in_progress);
  follow();
  EXPECT_EQ(follow_after(1h).state, JobState::queued);
}

TEST_F(Follow, AWipedTaskWithoutABackupVanished) {
  EXPECT_EQ(follow().state, JobState::queued);
  EXPECT_EQ(follow_after(options.patience).outcome, JobOutcome::vanished);
}

TEST_F(Follow, AWipedTaskWhoseBackupFailedFailed) {
  backup(BackupStatus::failed);
  follow();
  EXPECT_EQ(follow_after(options.patience).outcome, JobOutcome::failed);
}

TEST_F(Follow, WithoutARecordItIsUnknownInTheEnd) {
  task("t1", "EXPORT", "FINISHED");
  task("t2", "STORE", "FINISHED");
  follow();
  EXPECT_EQ(follow_after(options.patience).outcome, JobOutcome::unknown);
}

TEST_F(Follow, WhereTheHistoryCannotBeReadTheTasksDecide) {
  task("t1", "EXPORT", "FINISHED");
  task("t2", "STORE", "FINISHED");
  sight.backups.reset();
  follow();
  EXPECT_EQ(follow_after(options.patience).outcome, JobOutcome::succeeded);
  EXPECT_NE(job.detail, "");
}

TEST_F(Follow, WithoutTaskGuidItIsFoundByItsWindow) {
  job.task = {};
  task("scheduled", "EXPORT", "RUNNING").window_end = kNoon + 6h;
  task("mine", "EXPORT", "RUNNING");
  EXPECT_EQ(follow().task, domain::TaskId("mine"));
}

TEST_F(Follow, GivesUpLongAfterTheWindow) {
  task("t1", "EXPORT", "RUNNING");
  look_at(*job.window_end + options.at_most + 1s);
  EXPECT_EQ(follow().outcome, JobOutcome::unknown);
}

TEST_F(Follow, AServerWhoseClockIsAYearBehindHasAsLong) {
  task("t1", "EXPORT", "RUNNING");
  job.window_start = *job.window_start - 365 * 24h;
  job.window_end = *job.window_end - 365 * 24h;
  EXPECT_EQ(follow().state, JobState::running);
}

// --- The answer was lost a minute after noon ---

struct Search : Follow {
  Search() {
    job.state = JobState::searching;
    job.task = {};
    job.changed = kNoon + 1min;
    look_at(kNoon + 2min);
  }
};

TEST_F(Search, FindsTheTaskByItsWindow) {
  task("mine", "EXPORT", "RUNNING");
  EXPECT_EQ(follow().task, domain::TaskId("mine"));
  EXPECT_EQ(job.state, JobState::running);
}

TEST_F(Search, FindsItWhereTheServerKeepsWholeSeconds) {
  task("mine", "EXPORT", "QUEUED").window_end = std::chrono::floor<std::chrono::seconds>(*job.window_end);
  EXPECT_EQ(follow().task, domain::TaskId("mine"));
}

TEST_F(Search, FollowsOneOfTwo) {
  task("one", "EXPORT", "RUNNING");
  task("two", "EXPORT", "QUEUED");
  EXPECT_EQ(follow().task, domain::TaskId("one"));
  EXPECT_EQ(job.detail, "The server made 2 tasks of one request.");
}

TEST_F(Search, AsksAgainOnlyAfterBothListsSettled) {
  EXPECT_EQ(follow().state, JobState::searching);
  look_at(*job.changed + options.settle + 2s);
  sight.backups_read = *job.changed;
  EXPECT_EQ(follow().state, JobState::searching);
  sight.backups_read = *job.changed + options.settle + 1s;
  EXPECT_EQ(follow().state, JobState::waiting);
}

TEST_F(Search, AsksFiveTimesAndNoMore) {
  job.attempts = 5;
  look_at(*job.changed + options.settle + 2s);
  EXPECT_EQ(follow().outcome, JobOutcome::failed);
}

TEST_F(Search, NeverAsksAgainWhileTheHistoryHasNotSettled) {
  look_at(*job.changed + options.settle + 2s);
  sight.backups_read = *job.changed + 1s;
  EXPECT_EQ(follow().state, JobState::searching);
}

TEST_F(Search, NeverAsksAgainWhileTheHistoryCannotBeRead) {
  look_at(*job.changed + 1h);
  sight.backups.reset();
  sight.backups_read.reset();
  EXPECT_EQ(follow().state, JobState::searching);
  look_at(*job.window_end + options.at_most + 1s);
  EXPECT_EQ(follow().outcome, JobOutcome::unknown);
}

TEST_F(Search, ABackupOfWhomeverSinceThenIsADoubt) {
  backup(BackupStatus::success, kNoon + 30s);
  look_at(*job.changed + options.settle + 2s);
  EXPECT_EQ(follow().outcome, JobOutcome::unknown);
}

TEST_F(Search, ATaskThatTellsNoWindowIsADoubt) {
  Task& windowless = task("x", "EXPORT", "QUEUED");
  windowless.window_start.reset();
  windowless.window_end.reset();
  EXPECT_EQ(follow().state, JobState::searching);
  EXPECT_EQ(follow_after(options.settle + 1min).outcome, JobOutcome::unknown);
}

// --- Restores ---

TEST_F(Follow, ARestoreGoesToItsImport) {
  task("t1", "RESTORE", "FINISHED");
  EXPECT_EQ(follow(OperationKind::restore).state, JobState::finishing);
  task("t2", "IMPORT", "FINISHED");
  EXPECT_EQ(follow(OperationKind::restore).outcome, JobOutcome::succeeded);
}

TEST_F(Follow, ARestoreWithoutImportIsUnknown) {
  task("t1", "RESTORE", "FINISHED");
  follow(OperationKind::restore);
  EXPECT_EQ(follow_after(options.patience, OperationKind::restore).outcome, JobOutcome::unknown);
}

TEST_F(Search, ALostRestoreIsNeverAskedForAgain) {
  follow(OperationKind::restore);
  EXPECT_EQ(follow_after(options.settle + 1min, OperationKind::restore).outcome, JobOutcome::unknown);
}

TEST_F(Search, OfTwoNewRestoresNeitherIsTaken) {
  task("one", "RESTORE", "RUNNING");
  task("two", "RESTORE", "RUNNING");
  EXPECT_EQ(follow(OperationKind::restore).outcome, JobOutcome::unknown);
}

}  // namespace
}  // namespace runbook
