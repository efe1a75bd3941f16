#include "collector/task_book.h"

#include <gtest/gtest.h>

#include "support/fake_ledger.h"
#include "support/manual_clock.h"

namespace {

using namespace std::chrono_literals;
using base::SharedText;
using collector::TaskBook;
using support::FakeLedger;
using support::kNoon;

domain::Task task(std::string_view guid, std::string_view state, std::string_view vm = "vm-1") {
  domain::Task task;
  task.id = domain::TaskId(guid);
  task.type = SharedText("EXPORT");
  task.state = SharedText(state);
  task.entity = domain::VmId(vm);
  return task;
}

std::vector<domain::Vm> vms() {
  domain::Vm vm;
  vm.id = domain::VmId("vm-1");
  vm.tenant = SharedText("finance");
  return {vm};
}

domain::TaskCounter counter(const base::Shared<domain::TaskCounters>& counters,
                            std::string_view tenant = "finance") {
  const auto found = counters->find({SharedText(tenant), SharedText("EXPORT")});
  return found == counters->end() ? domain::TaskCounter{} : found->second;
}

TEST(TaskBook, CountsWhatTheServerListsAtTheFirstStart) {
  FakeLedger ledger;
  TaskBook book(ledger, "prod");
  const auto counters =
      book.note({task("1", "FINISHED"), task("2", "FAILED"), task("3", "CANCELLED"), task("4", "RUNNING")},
                vms(), kNoon);
  EXPECT_EQ(counter(counters), (domain::TaskCounter{.finished = 3, .failures = 1, .created = kNoon}));
}

TEST(TaskBook, CountsATaskOnceThoughItIsListedAgainAndAgain) {
  FakeLedger ledger;
  TaskBook book(ledger, "prod");
  book.note({task("1", "FAILED")}, vms(), kNoon);
  const auto counters = book.note({task("1", "FAILED")}, vms(), kNoon + 15s);
  EXPECT_EQ(counter(counters).failures, 1U);
  EXPECT_EQ(ledger.writes(), 1U) << "what is known is not written again";
}

TEST(TaskBook, CountsOnAfterARestartAndAWipe) {
  FakeLedger ledger;
  TaskBook(ledger, "prod").note({task("1", "FAILED")}, vms(), kNoon);
  TaskBook book(ledger, "prod");
  EXPECT_EQ(counter(book.note({}, vms(), kNoon + 1h)).failures, 1U);
  EXPECT_EQ(counter(book.note({task("1", "FAILED"), task("2", "FAILED")}, vms(), kNoon + 1h)).failures, 2U);
}

TEST(TaskBook, ACancelledTaskThatFailsAfterAllIsAFailureButEndedOnce) {
  FakeLedger ledger;
  TaskBook book(ledger, "prod");
  book.note({task("1", "CANCELLED")}, vms(), kNoon);
  const auto counters = book.note({task("1", "FAILED")}, vms(), kNoon + 15s);
  EXPECT_EQ(counter(counters), (domain::TaskCounter{.finished = 1, .failures = 1, .created = kNoon}));
}

TEST(TaskBook, ATaskOfNoListedVmIsOfNoTenant) {
  FakeLedger ledger;
  TaskBook book(ledger, "prod");
  EXPECT_EQ(counter(book.note({task("1", "FAILED", "")}, vms(), kNoon), "unassigned").failures, 1U);
}

TEST(TaskBook, ShowsNothingThatIsNotWrittenAndCountsItWhenTheLedgerWorksAgain) {
  FakeLedger ledger;
  TaskBook book(ledger, "prod");
  book.note({task("1", "FAILED")}, vms(), kNoon);
  ledger.fail_with(support::ledger_failure());
  EXPECT_EQ(counter(book.note({task("1", "FAILED"), task("2", "FAILED")}, vms(), kNoon + 15s)).failures, 1U);
  ledger.fail_with(std::nullopt);
  EXPECT_EQ(counter(book.note({task("1", "FAILED"), task("2", "FAILED")}, vms(), kNoon + 30s)).failures, 2U);
}

TEST(TaskBook, IsSilentWhileTheLedgerWasNeverRead) {
  FakeLedger ledger;
  ledger.fail_with(support::ledger_failure());
  TaskBook book(ledger, "prod");
  EXPECT_EQ(book.note({task("1", "FAILED")}, vms(), kNoon), nullptr);
}

TEST(TaskBook, ForgetsATaskOnlyWhenItWasNotListedForADay) {
  FakeLedger ledger;
  TaskBook book(ledger, "prod");
  book.note({task("1", "FAILED")}, vms(), kNoon);
  book.note({}, vms(), kNoon + TaskBook::kForgetAfter);
  EXPECT_TRUE(ledger.tasks("prod")->counted.contains(domain::TaskId("1")));
  book.note({}, vms(), kNoon + TaskBook::kForgetAfter + 1h);
  EXPECT_FALSE(ledger.tasks("prod")->counted.contains(domain::TaskId("1")));
  EXPECT_EQ(counter(book.note({}, vms(), kNoon + TaskBook::kForgetAfter + 2h)).failures, 1U);
}

TEST(TaskBook, ATaskThatAPageShiftHidForAWhileIsNotCountedAgain) {
  FakeLedger ledger;
  TaskBook book(ledger, "prod");
  for (auto now = kNoon; now < kNoon + 72h; now += 2h) {
    const bool hidden = (now - kNoon) % 6h == 0h && now != kNoon;
    book.note(hidden ? std::vector<domain::Task>{} : std::vector{task("1", "FAILED")}, vms(), now);
  }
  EXPECT_EQ(counter(book.note({}, vms(), kNoon + 73h)).failures, 1U);
}

}  // namespace
