#include "collector/backup_book.h"

#include <gtest/gtest.h>

#include <memory>

#include "support/fake_ledger.h"
#include "support/manual_clock.h"

namespace {

using namespace std::chrono_literals;
using collector::BackupBook;
using domain::DayResults;
using domain::DayStrip;
using domain::VmId;
using std::chrono::days;
using support::FakeLedger;
using support::kNoon;

constexpr auto kKeep = 35 * 24h;
constexpr auto kToday = std::chrono::floor<days>(kNoon);

ledger::FailedBackup failure(std::string_view guid, base::TimePoint at = kNoon) {
  return {.id = domain::BackupId(guid), .vm = VmId("vm-1"), .at = at};
}

BackupBook::Strips strip(std::chrono::sys_days begin, std::vector<DayResults> results) {
  return {{VmId("vm-1"), DayStrip{.begin = begin, .days = std::move(results)}}};
}

std::uint64_t failures(BackupBook& book) { return book.failures()->at(VmId("vm-1")).count; }

TEST(BackupBook, CountsEachFailureOnceAcrossReadsAndRestarts) {
  FakeLedger ledger;
  {
    BackupBook book(ledger, "prod", kKeep);
    book.note({failure("1"), failure("2")}, {}, kNoon);
    book.note({failure("1"), failure("2")}, {}, kNoon + 1min);
    EXPECT_EQ(failures(book), 2U);
  }
  BackupBook book(ledger, "prod", kKeep);
  book.note({failure("2"), failure("3")}, {}, kNoon + 2min);
  EXPECT_EQ(failures(book), 3U);
  EXPECT_EQ(book.failures()->at(VmId("vm-1")).created, kNoon);
}

TEST(BackupBook, KeepsWhatItCouldNotCountUntilTheLedgerWorks) {
  FakeLedger ledger;
  BackupBook book(ledger, "prod", kKeep);
  ledger.fail_with(support::ledger_failure());
  book.note({failure("1")}, strip(kToday, {{0, 1}}), kNoon);
  EXPECT_EQ(book.failures(), nullptr);
  ledger.fail_with(std::nullopt);
  book.note({}, {}, kNoon + 1min);
  EXPECT_EQ(failures(book), 1U);
  EXPECT_EQ(*book.days()->at(VmId("vm-1")), (DayStrip{.begin = kToday, .days = {{0, 1}}}));
}

TEST(BackupBook, DoesNotCountAgainWhatItHasForgotten) {
  FakeLedger ledger;
  BackupBook book(ledger, "prod", kKeep);
  book.note({failure("old", kNoon - 34 * 24h)}, {}, kNoon);
  book.note({}, {}, kNoon + 48h);
  EXPECT_TRUE(ledger.backup_failures("prod")->counted.empty());
  book.note({failure("old", kNoon - 34 * 24h)}, {}, kNoon + 48h + 1min);
  EXPECT_EQ(failures(book), 1U);
}

TEST(BackupBook, ADayKeepsWhatTheServerForgets) {
  FakeLedger ledger;
  BackupBook book(ledger, "prod", kKeep);
  book.note({}, strip(kToday - days(2), {{1, 0}, {0, 2}, {1, 0}}), kNoon);
  book.note({}, strip(kToday, {{1, 1}}), kNoon + 1h);
  EXPECT_EQ(*book.days()->at(VmId("vm-1")),
            (DayStrip{.begin = kToday - days(2), .days = {{1, 0}, {0, 2}, {1, 1}}}));
  EXPECT_EQ(*ledger.days("prod")->at(VmId("vm-1")), *book.days()->at(VmId("vm-1")));
}

TEST(BackupBook, DaysBeyondTheWindowAreDropped) {
  FakeLedger ledger;
  BackupBook book(ledger, "prod", 48h);
  book.note({}, strip(kToday - days(4), {{1, 0}, {1, 0}, {1, 0}, {1, 0}, {0, 1}}), kNoon);
  EXPECT_EQ(*book.days()->at(VmId("vm-1")),
            (DayStrip{.begin = kToday - days(2), .days = {{1, 0}, {1, 0}, {0, 1}}}));
}

TEST(BackupBook, AStripThatBringsNothingNewIsNotWritten) {
  FakeLedger ledger;
  BackupBook book(ledger, "prod", kKeep);
  book.note({}, strip(kToday, {{1, 0}}), kNoon);
  const std::size_t writes = ledger.writes();
  book.note({}, strip(kToday, {{1, 0}}), kNoon + 1min);
  EXPECT_EQ(ledger.writes(), writes);
}

}  // namespace
