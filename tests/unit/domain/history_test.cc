#include "domain/history.h"

#include <gtest/gtest.h>

#include "support/manual_clock.h"

namespace {

using namespace std::chrono_literals;
using domain::Backup;
using domain::BackupHistory;
using domain::BackupStatus;
using domain::BackupSummary;
using domain::BackupType;
using support::kNoon;

Backup row(std::string_view guid, base::TimePoint at, BackupStatus status,
           BackupType type = BackupType::incremental) {
  Backup backup;
  backup.id = domain::BackupId(guid);
  backup.vm = domain::VmId("vm-1");
  backup.status = status;
  backup.type = type;
  backup.backup_time = at;
  return backup;
}

BackupSummary summary_of(const std::vector<Backup>& rows) {
  BackupHistory history;
  history.merge(rows);
  return history.summaries()[domain::VmId("vm-1")];
}

TEST(History, SuccessIsAnyOfThreeStatuses) {
  for (const auto status :
       {BackupStatus::success, BackupStatus::partial_success, BackupStatus::success_removed}) {
    EXPECT_EQ(summary_of({row("a", kNoon, status)}).last_success->at, kNoon);
  }
  for (const auto status :
       {BackupStatus::failed, BackupStatus::queued, BackupStatus::in_progress, BackupStatus::other}) {
    EXPECT_EQ(summary_of({row("a", kNoon, status)}).last_success, std::nullopt);
  }
}

TEST(History, AttemptSuccessAndFullAreDifferentClocks) {
  const BackupSummary summary = summary_of({row("full", kNoon - 48h, BackupStatus::success, BackupType::full),
                                            row("incremental", kNoon - 24h, BackupStatus::success),
                                            row("failure", kNoon, BackupStatus::failed)});
  EXPECT_EQ(summary.last_full->at, kNoon - 48h);
  EXPECT_EQ(summary.last_success->at, kNoon - 24h);
  EXPECT_EQ(summary.last_attempt->at, kNoon);
}

TEST(History, AnAttemptThatIsStillRunningHasNoOutcomeYet) {
  const BackupSummary summary = summary_of(
      {row("done", kNoon - 24h, BackupStatus::success), row("running", kNoon, BackupStatus::in_progress)});
  EXPECT_EQ(summary.last_attempt->at, kNoon - 24h);
}

TEST(History, FailuresAreCountedSinceTheLastSuccess) {
  const BackupSummary summary =
      summary_of({row("1", kNoon - 4h, BackupStatus::failed), row("2", kNoon - 3h, BackupStatus::success),
                  row("3", kNoon - 2h, BackupStatus::failed), row("4", kNoon - 1h, BackupStatus::failed)});
  EXPECT_EQ(summary.consecutive_failures, 2U);
}

TEST(History, ALaterReadingOfARowReplacesTheEarlierOne) {
  BackupHistory history;
  history.merge({row("a", kNoon, BackupStatus::in_progress)});
  EXPECT_EQ(history.oldest_unfinished(), kNoon);
  history.merge({row("a", kNoon, BackupStatus::failed)});
  EXPECT_EQ(history.oldest_unfinished(), std::nullopt);
  EXPECT_EQ(history.size(), 1U);
}

TEST(History, RowsOfOtherEntitiesAndWithoutATimeAreLeftOut) {
  Backup application = row("app", kNoon, BackupStatus::success);
  application.entity_type = base::SharedText("APP");
  Backup unborn = row("queued", kNoon, BackupStatus::queued);
  unborn.backup_time.reset();
  BackupHistory history;
  history.merge({application, unborn});
  EXPECT_EQ(history.size(), 0U);
}

TEST(History, ForgetsWhatIsOlderThanItsWindow) {
  BackupHistory history;
  history.merge({row("old", kNoon - 1ms, BackupStatus::success), row("new", kNoon, BackupStatus::success)});
  history.forget_before(kNoon);
  EXPECT_EQ(history.size(), 1U);
}

}  // namespace
