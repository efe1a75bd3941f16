#include "collector/restore_book.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <vector>

#include "support/fake_ledger.h"
#include "support/manual_clock.h"

namespace collector {
namespace {

using namespace std::chrono_literals;
using domain::LastRestores;
using support::kNoon;

const domain::VmId kVm("vm-1");

domain::Task import(const char* id, const char* state, std::optional<base::TimePoint> finished) {
  domain::Task task;
  task.id = domain::TaskId(id);
  task.type = base::SharedText("IMPORT");
  task.state = base::SharedText(state);
  task.entity = kVm;
  task.finished = finished;
  return task;
}

TEST(RestoreBook, KnowsTheNewestImportThatEndedWell) {
  support::FakeLedger ledger;
  RestoreBook book(ledger, "prod");
  EXPECT_EQ(*book.note({import("a", "FINISHED", kNoon), import("b", "FINISHED", kNoon - 1h),
                        import("c", "FAILED", kNoon + 1h), import("d", "RUNNING", std::nullopt)}),
            (LastRestores{{kVm, kNoon}}));
}

TEST(RestoreBook, RemembersWhatIsNoLongerListed) {
  support::FakeLedger ledger;
  { ASSERT_TRUE(RestoreBook(ledger, "prod").note({import("a", "FINISHED", kNoon)})); }
  RestoreBook book(ledger, "prod");
  EXPECT_EQ(*book.note({}), (LastRestores{{kVm, kNoon}}));
  EXPECT_EQ(*book.note({import("b", "FINISHED", kNoon - 1h)}), (LastRestores{{kVm, kNoon}}));
}

TEST(RestoreBook, SaysNothingWithoutItsLedgerAndCatchesUp) {
  support::FakeLedger ledger;
  RestoreBook book(ledger, "prod");
  ledger.fail_with(base::Error{});
  EXPECT_EQ(book.note({import("a", "FINISHED", kNoon)}), nullptr);
  ledger.fail_with(std::nullopt);
  EXPECT_EQ(*book.note({import("a", "FINISHED", kNoon)}), (LastRestores{{kVm, kNoon}}));
}

}  // namespace
}  // namespace collector
