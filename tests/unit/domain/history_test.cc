#include "domain/history.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "support/manual_clock.h"

namespace {

using namespace std::chrono_literals;
using domain::Backup;
using domain::BackupHistory;
using domain::BackupRun;
using domain::BackupStatus;
using domain::BackupSummary;
using domain::BackupType;
using domain::FailureNote;
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
  return *history.summaries()->at(domain::VmId("vm-1"));
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

TEST(History, TimesThatNoBackupCanHaveAreNone) {
  constexpr base::TimePoint kLast{(std::chrono::milliseconds{std::int64_t{1} << 47}) - 1ms};
  constexpr base::TimePoint kFirst{-std::chrono::milliseconds{std::int64_t{1} << 47}};
  EXPECT_EQ(summary_of({row("last", kLast, BackupStatus::success)}).last_success->at, kLast);
  EXPECT_EQ(summary_of({row("first", kFirst, BackupStatus::success)}).last_success->at, kFirst);
  BackupHistory history;
  history.merge({row("later", kLast + 1ms, BackupStatus::success),
                 row("earlier", kFirst - 1ms, BackupStatus::success),
                 row("never", base::TimePoint::max(), BackupStatus::success)});
  EXPECT_EQ(history.size(), 0U);
}

TEST(History, ForgetsWhatIsOlderThanItsWindow) {
  BackupHistory history;
  history.merge({row("old", kNoon - 1ms, BackupStatus::success), row("new", kNoon, BackupStatus::success)});
  history.forget_before(kNoon);
  EXPECT_EQ(history.size(), 1U);
}

TEST(History, OfTwoAttemptsAtOneTimeTheOneThatIsNoFailureCounts) {
  const BackupSummary summary =
      summary_of({row("a", kNoon, BackupStatus::success), row("b", kNoon, BackupStatus::failed)});
  EXPECT_EQ(summary.last_attempt->status, BackupStatus::success);
}

TEST(History, ARowThatGetsAnotherTimeIsStillOneRow) {
  BackupHistory history;
  history.merge({row("a", kNoon, BackupStatus::in_progress), row("b", kNoon - 1h, BackupStatus::success)});
  history.merge({row("a", kNoon + 2s, BackupStatus::success)});
  EXPECT_EQ(history.size(), 2U);
  EXPECT_EQ(history.summaries()->at(domain::VmId("vm-1"))->last_success->at, kNoon + 2s);
}

TEST(History, WhatIsNotReadAgainIsGoneAtTheEndOfAReread) {
  BackupHistory history;
  history.merge({row("kept", kNoon - 2h, BackupStatus::success), row("wiped", kNoon, BackupStatus::success)});
  history.begin_reread();
  history.merge({row("kept", kNoon - 2h, BackupStatus::success)});
  EXPECT_EQ(history.size(), 2U) << "until then nothing is missing";
  history.end_reread();
  EXPECT_EQ(history.summaries()->at(domain::VmId("vm-1"))->last_success->at, kNoon - 2h);
}

TEST(History, TheSummariesAreTheSameValueWhileNothingChanges) {
  BackupHistory history;
  history.merge({row("a", kNoon, BackupStatus::success)});
  const auto before = history.summaries();
  history.merge({row("a", kNoon, BackupStatus::success)});
  EXPECT_EQ(history.summaries(), before);
  history.merge({row("a", kNoon, BackupStatus::success_removed)});
  EXPECT_NE(history.summaries(), before);
}

TEST(History, TheNewestRunsTellTheirPhasesAndFailure) {
  Backup success = row("s", kNoon - 1h, BackupStatus::success);
  success.phases = {.queued_export = 1s, .exporting = 2s, .queued_store = 3s, .storing = 4s};
  Backup failure = row("f", kNoon, BackupStatus::failed);
  failure.status_info = base::SharedText("Export failed: snapshot could not be created");
  std::vector<Backup> rows{success, failure};
  for (int i = 2; i < 40; ++i) rows.push_back(row(std::to_string(i), kNoon - i * 1h, BackupStatus::success));
  const BackupSummary summary = summary_of(rows);
  EXPECT_EQ(summary.last_success->phases, success.phases);
  EXPECT_EQ(summary.last_success->duration, 10s);
  EXPECT_EQ(summary.last_attempt->failure, domain::FailureClass::snapshot);
}

TEST(History, RunsTellTheirPhasesInWhateverOrderTheyWereRead) {
  std::vector<Backup> rows{row("old full", kNoon - 5h, BackupStatus::success, BackupType::full),
                           row("full", kNoon - 4h, BackupStatus::success, BackupType::full),
                           row("old failure", kNoon - 3h, BackupStatus::failed),
                           row("success", kNoon - 2h, BackupStatus::success),
                           row("failure", kNoon - 1h, BackupStatus::failed),
                           row("running", kNoon, BackupStatus::in_progress)};
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].phases.exporting = static_cast<int>(i) * 1s;
  std::vector<std::size_t> order{0, 1, 2, 3, 4, 5};
  do {
    BackupHistory history;
    for (const std::size_t i : order) history.merge({rows[i]});
    const BackupSummary summary = *history.summaries()->at(domain::VmId("vm-1"));
    EXPECT_EQ(summary.last_full->phases, rows[1].phases);
    EXPECT_EQ(summary.last_success->phases, rows[3].phases);
    EXPECT_EQ(summary.last_attempt->phases, rows[4].phases);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(History, ARunKeepsItsPhasesWhileNewerOnesAreAdded) {
  Backup full = row("full", kNoon - 3h, BackupStatus::success, BackupType::full);
  full.phases.exporting = 7s;
  BackupHistory history;
  history.merge({full});
  for (int i = 2; i > 0; --i) {
    EXPECT_EQ(history.summaries()->at(domain::VmId("vm-1"))->last_full->phases, full.phases);
    history.merge({row("incremental " + std::to_string(i), kNoon - i * 1h, BackupStatus::success)});
  }
  EXPECT_EQ(history.summaries()->at(domain::VmId("vm-1"))->last_full->phases, full.phases);
}

Backup failure(std::string_view guid, base::TimePoint at, std::string_view text) {
  Backup backup = row(guid, at, BackupStatus::failed);
  backup.status_info = base::SharedText(text);
  return backup;
}

FailureNote note(base::TimePoint at, base::TimePoint since, std::string_view text) {
  return {
      .at = at, .since = since, .failure = domain::failure_class_of(text), .text = base::SharedText(text)};
}

base::Shared<FailureNote> last_failure(BackupHistory& history) {
  return history.summaries()->at(domain::VmId("vm-1"))->last_failure;
}

TEST(LastFailure, TellsItsTextAndSinceWhenNothingSucceeded) {
  const std::vector<Backup> rows{
      failure("1", kNoon - 5h, "earlier"), row("2", kNoon - 4h, BackupStatus::success_removed),
      failure("3", kNoon - 3h, "no space left on staging"), failure("4", kNoon - 2h, "timed out"),
      row("5", kNoon - 1h, BackupStatus::in_progress)};
  EXPECT_EQ(*summary_of(rows).last_failure, note(kNoon - 2h, kNoon - 3h, "timed out"));
}

TEST(LastFailure, StaysKnownAfterASuccess) {
  const std::vector<Backup> rows{failure("1", kNoon - 3h, "first"), failure("2", kNoon - 2h, "second"),
                                 row("3", kNoon - 1h, BackupStatus::success)};
  EXPECT_EQ(*summary_of(rows).last_failure, note(kNoon - 2h, kNoon - 3h, "second"));
}

TEST(LastFailure, IsNoneWhereNothingFailed) {
  EXPECT_EQ(summary_of({row("1", kNoon, BackupStatus::success)}).last_failure, nullptr);
}

TEST(LastFailure, OfASuccessAtTheSameTimeTheSuccessIsTheLaterOne) {
  const std::vector<Backup> rows{failure("1", kNoon - 3h, "first"), failure("2", kNoon - 2h, "second"),
                                 row("3", kNoon - 2h, BackupStatus::success),
                                 failure("4", kNoon - 1h, "third")};
  EXPECT_EQ(*summary_of(rows).last_failure, note(kNoon - 1h, kNoon - 1h, "third"));
  EXPECT_EQ(summary_of(rows).consecutive_failures, 1U);
  const std::vector<Backup> without_the_third(rows.begin(), rows.end() - 1);
  EXPECT_EQ(*summary_of(without_the_third).last_failure, note(kNoon - 2h, kNoon - 3h, "second"));
}

TEST(LastFailure, IsTheSameInWhateverOrderTheRowsWereRead) {
  std::vector<Backup> rows{failure("1", kNoon - 3h, "first"), row("2", kNoon - 2h, BackupStatus::success),
                           failure("3", kNoon - 1h, "third"), failure("4", kNoon - 1h, "fourth"),
                           row("5", kNoon, BackupStatus::success, BackupType::full)};
  do {
    BackupHistory at_once;
    at_once.merge(rows);
    BackupHistory one_by_one;
    for (const Backup& backup : rows) {
      one_by_one.merge({backup});
      one_by_one.summaries();
    }
    EXPECT_EQ(*last_failure(at_once), note(kNoon - 1h, kNoon - 1h, "third"));
    EXPECT_EQ(*last_failure(one_by_one), note(kNoon - 1h, kNoon - 1h, "third"));
  } while (std::next_permutation(rows.begin(), rows.end(),
                                 [](const Backup& a, const Backup& b) { return a.id < b.id; }));
}

TEST(LastFailure, KeepsItsTextWhileOtherRowsComeAndGo) {
  BackupHistory history;
  history.merge({failure("1", kNoon - 30h, "broken"), row("2", kNoon - 60h, BackupStatus::success)});
  const auto before = last_failure(history);
  for (int i = 0; i < 5; ++i) {
    history.merge({row("success " + std::to_string(i), kNoon + i * 1h, BackupStatus::success)});
    EXPECT_EQ(last_failure(history), before) << "not a second one of the same content";
  }
  history.begin_reread();
  history.merge({failure("1", kNoon - 30h, "broken")});
  history.end_reread();
  history.forget_before(kNoon - 31h);
  EXPECT_EQ(*last_failure(history), note(kNoon - 30h, kNoon - 30h, "broken"));
}

TEST(LastFailure, TheOneBeforeAWipedOneGetsItsTextWhenItIsReadAgain) {
  BackupHistory history;
  history.merge({failure("old", kNoon - 2h, "old"), failure("wiped", kNoon - 1h, "wiped")});
  EXPECT_EQ(last_failure(history)->text, "wiped");
  history.begin_reread();
  history.merge({failure("old", kNoon - 2h, "old")});
  history.end_reread();
  EXPECT_EQ(last_failure(history)->text, "");
  history.merge({failure("old", kNoon - 2h, "old")});
  EXPECT_EQ(*last_failure(history), note(kNoon - 2h, kNoon - 2h, "old"));
}

TEST(LastFailure, ATextThatChangesIsTakenAndOneThatDoesNotChangesNothing) {
  BackupHistory history;
  history.merge({failure("1", kNoon, "one"), failure("2", kNoon, "another at the same time")});
  const auto before = history.summaries();
  history.merge({failure("1", kNoon, "one"), failure("2", kNoon, "another at the same time")});
  EXPECT_EQ(history.summaries(), before);
  history.merge({failure("1", kNoon, "one, in other words")});
  EXPECT_EQ(last_failure(history)->text, "one, in other words");
}

TEST(LastFailure, ALongTextIsCutBetweenCharacters) {
  const std::string text = std::string(499, 'x') + "\xC3\xBC";
  EXPECT_EQ(summary_of({failure("1", kNoon, text)}).last_failure->text, std::string(499, 'x'));
}

// Successes of these sizes, one an hour, the last one the newest.
std::vector<Backup> sized(const std::vector<std::uint64_t>& sizes, BackupType type) {
  std::vector<Backup> rows;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    rows.push_back(row(std::to_string(i), kNoon + static_cast<int>(i) * 1h, BackupStatus::success, type));
    rows.back().size = domain::Bytes{sizes[i]};
  }
  return rows;
}

TEST(History, TheSizeRatioIsTheNewestAgainstTheMedianOfThoseBefore) {
  EXPECT_EQ(summary_of(sized({10, 1000, 20, 60}, BackupType::incremental)).incremental_size_ratio, 3.0);
  EXPECT_EQ(summary_of(sized({10, 20, 30, 40, 100}, BackupType::full)).full_size_ratio, 4.0);
  EXPECT_EQ(summary_of(sized({10, 20, 60}, BackupType::incremental)).incremental_size_ratio, std::nullopt);
  EXPECT_EQ(summary_of(sized({10, 10, 10, 10}, BackupType::full)).incremental_size_ratio, std::nullopt);
}

TEST(History, TheSizeRatioLooksAtTheTenBeforeTheNewest) {
  std::vector<std::uint64_t> sizes(30, 1000);
  std::fill(sizes.end() - 11, sizes.end(), 5);
  EXPECT_EQ(summary_of(sized(sizes, BackupType::incremental)).incremental_size_ratio, 1.0);
}

TEST(History, AddsUpWhatIsStillThere) {
  std::vector<Backup> rows = sized({1, 10, 100, 1000, 10000}, BackupType::full);
  rows[1].status = BackupStatus::partial_success;
  rows[2].status = BackupStatus::success_removed;
  rows[3].status = BackupStatus::failed;
  rows[4].status = BackupStatus::in_progress;
  EXPECT_EQ(summary_of(rows).stored, domain::Bytes{11});
  EXPECT_EQ(summary_of(rows).restorable, 2U);
}

TEST(History, WhatIsRemovedIsNoLongerStoredAndMayComeBack) {
  std::vector<Backup> rows = sized({1, 10}, BackupType::full);
  BackupHistory history;
  const auto stored = [&] { return history.summaries()->at(domain::VmId("vm-1"))->stored; };
  history.merge(rows);
  EXPECT_EQ(stored(), domain::Bytes{11});
  rows[0].status = BackupStatus::success_removed;
  history.merge(rows);
  EXPECT_EQ(stored(), domain::Bytes{10});
  rows[0].status = BackupStatus::success;
  history.merge(rows);
  EXPECT_EQ(stored(), domain::Bytes{11});
}

TEST(History, SizesOfNothingAreNoSizes) {
  EXPECT_EQ(summary_of(sized({0, 10, 0, 10, 10, 20}, BackupType::full)).full_size_ratio, 2.0);
}

TEST(History, TellsTheRunsOfAVmTheNewestFirstAndWhatIsKnownOfEach) {
  Backup success = row("success", kNoon - 2h, BackupStatus::success, BackupType::full);
  success.size = domain::Bytes{7};
  success.duration = 5min;
  success.phases.exporting = 4s;
  BackupHistory history;
  history.merge({failure("failure", kNoon - 1h, "timed out"), success,
                 row("old", kNoon - 3h, BackupStatus::success), row("running", kNoon, BackupStatus::queued)});
  std::vector<BackupRun> expected{
      {.id = domain::BackupId("running"), .at = kNoon, .status = BackupStatus::queued},
      {.id = domain::BackupId("failure"), .at = kNoon - 1h, .status = BackupStatus::failed},
      {.id = domain::BackupId("success"), .at = kNoon - 2h, .status = BackupStatus::success},
      {.id = domain::BackupId("old"), .at = kNoon - 3h, .status = BackupStatus::success}};
  for (BackupRun& run : expected) run.type = BackupType::incremental;
  expected[1].failure = domain::FailureClass::timeout;
  expected[2].type = BackupType::full;
  expected[2].size = success.size;
  expected[2].duration = success.duration;
  expected[2].phases = success.phases;
  EXPECT_EQ(history.runs_of(domain::VmId("vm-1")), expected);
  history.summaries();
  EXPECT_EQ(history.runs_of(domain::VmId("vm-1")), expected);
  EXPECT_TRUE(history.runs_of(domain::VmId("other")).empty());
}

TEST(History, TellsTheSizesOfTheNewestSuccessesTheOldestFirst) {
  std::vector<Backup> rows = sized({1, 2, 3, 0, 5, 6}, BackupType::full);
  rows[4].status = BackupStatus::failed;
  rows[5].status = BackupStatus::success_removed;
  BackupHistory history;
  history.merge(rows);
  const auto sizes = [&](std::size_t most) { return history.sizes_of(domain::VmId("vm-1"), most); };
  EXPECT_EQ(sizes(3), (std::vector{domain::Bytes{2}, domain::Bytes{3}, domain::Bytes{6}}));
  EXPECT_EQ(sizes(9).size(), 4U);
  EXPECT_TRUE(sizes(0).empty());
  EXPECT_TRUE(history.sizes_of(domain::VmId("other"), 3).empty());
}

TEST(History, TellsHowTheBackupsOfEachDayEnded) {
  BackupHistory history;
  history.merge({row("1", kNoon - 48h, BackupStatus::success),
                 row("2", kNoon - 48h + 1h, BackupStatus::failed),
                 row("3", kNoon, BackupStatus::partial_success), row("4", kNoon, BackupStatus::in_progress)});
  const domain::DayStrip strip = history.days_of(domain::VmId("vm-1"));
  EXPECT_EQ(strip.begin, std::chrono::floor<std::chrono::days>(kNoon - 48h));
  EXPECT_EQ(strip.days, (std::vector<domain::DayResults>{{1, 1}, {0, 0}, {1, 0}}));
  EXPECT_TRUE(history.days_of(domain::VmId("other")).days.empty());
}

TEST(History, TellsOnceWhoseRowsChanged) {
  BackupHistory history;
  history.merge({row("1", kNoon, BackupStatus::in_progress)});
  EXPECT_EQ(history.take_changed(), std::vector{domain::VmId("vm-1")});
  history.merge({row("1", kNoon, BackupStatus::in_progress)});
  EXPECT_TRUE(history.take_changed().empty());
  history.merge({row("1", kNoon, BackupStatus::success)});
  EXPECT_EQ(history.take_changed(), std::vector{domain::VmId("vm-1")});
}

}  // namespace
