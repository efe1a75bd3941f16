#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "unit/ledger/operations.h"
#include "unit/ledger/rig.h"

// What several processes at one journal can bring about. Another store is to the database what another
// process is.
namespace {

using namespace std::chrono_literals;
using ledger_test::always;
using ledger_test::entry;
using ledger_test::job;
using ledger_test::key;
using ledger_test::operation;
using ledger_test::question;
using support::kNoon;

constexpr int kThreads = 8;

class TwoProcesses : public testing::Test {
 protected:
  void SetUp() override {
    if (!support::PrivatePostgres::is_available())
      GTEST_SKIP() << "VPROTECT_POSTGRES_BIN names no PostgreSQL";
    const std::string url = ledger_test::new_database();
    for (auto& journal : journals_) journal = ledger_test::open_journal(url);
  }

  // That of the process which the thread belongs to.
  ledger::Journal& journal(int thread) { return *journals_.at(static_cast<std::size_t>(thread) % 2); }

  void expect_whole_trail(std::uint64_t rows) {
    const auto check = journal(0).verify_audit();
    EXPECT_EQ(check->rows, rows);
    EXPECT_EQ(check->broken, std::nullopt) << check->fault;
  }

 private:
  std::array<std::shared_ptr<ledger::Journal>, 2> journals_;
};

std::string id_of(int thread, int round) {
  return "op_" + std::to_string(thread) + "_" + std::to_string(round);
}

TEST_F(TwoProcesses, EnterAKeyOnce) {
  constexpr int kKeys = 10;
  std::array<std::atomic<int>, kKeys> entered{};
  ledger_test::at_once(kThreads, [&](int thread) {
    for (int round = 0; round < kKeys; ++round) {
      const auto result =
          journal(thread).enter("key " + std::to_string(round), question(),
                                always(operation(id_of(thread, round), {job("a")}), {entry("accepted")}));
      EXPECT_TRUE(result) << result.error().message;
      if (result && !result->is_known) ++entered.at(static_cast<std::size_t>(round));
    }
  });
  for (const auto& times : entered) EXPECT_EQ(times, 1);
  expect_whole_trail(kKeys);
}

TEST_F(TwoProcesses, NeverExceedABudget) {
  constexpr std::uint64_t kBudget = 7;
  ledger_test::at_once(kThreads, [&](int thread) {
    for (int round = 0; round < 5; ++round) {
      const std::string id = id_of(thread, round);
      const auto decide = [&](const ledger::Facts& facts) {
        const bool passes = facts.begun < kBudget;
        const domain::Job wanted = passes ? job(id) : ledger_test::refused(job(id));
        return ledger::Decision{operation(id, {wanted}), {entry(passes ? "accepted" : "refused")}};
      };
      EXPECT_TRUE(journal(thread).enter(id, question({key(id)}), decide));
    }
  });
  EXPECT_EQ(journal(0).facts(question())->begun, kBudget);
  EXPECT_EQ(journal(1).audit({.decision = "accepted"})->size(), kBudget);
  expect_whole_trail(kThreads * 5);
}

TEST_F(TwoProcesses, ClaimAJobOnce) {
  std::vector<domain::Job> jobs;
  jobs.reserve(100);
  for (int number = 0; number < 100; ++number) jobs.push_back(job(std::to_string(number)));
  ASSERT_TRUE(journal(0).enter("key", question(), always(operation("op_1", jobs))));
  std::atomic<std::size_t> claimed = 0;
  ledger_test::at_once(kThreads, [&](int thread) {
    const auto mine = journal(thread).claim("prod", "owner " + std::to_string(thread), kNoon, 60s, {});
    ASSERT_TRUE(mine) << mine.error().message;
    claimed += mine->size();
  });
  EXPECT_EQ(claimed, 100);
}

TEST_F(TwoProcesses, DoAllAtOnceAndSucceed) {
  const std::vector<domain::Job> jobs(50, job("a"));
  ASSERT_TRUE(journal(0).enter("key", question(), always(operation("op_1", jobs))));
  ledger_test::at_once(kThreads, [&](int thread) {
    const std::string me = "owner " + std::to_string(thread);
    for (int round = 0; round < 5; ++round) {
      const auto now = kNoon + std::chrono::minutes(round);
      const auto mine = journal(thread).claim("prod", me, now, 60s, {});
      ASSERT_TRUE(mine) << mine.error().message;
      for (const auto& [_, each] : *mine)
        EXPECT_TRUE(journal(thread).save("op_1", each, me, now, {entry("asked")}));
      EXPECT_TRUE(journal(thread).ask_cancel("op_1", {}, {entry("cancel")}));
      EXPECT_TRUE(journal(thread).forget_operations_before(now));
      EXPECT_TRUE(journal(thread).verify_audit());
    }
  });
  EXPECT_EQ(journal(0).verify_audit()->broken, std::nullopt);
}

}  // namespace
