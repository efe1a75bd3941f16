#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "unit/ledger/rig.h"

// What only a server, and several processes at it, can bring about. Another ledger object is to the database
// what another process is.
namespace {

using namespace std::chrono_literals;
using ledger_test::failure;
using ledger_test::group;
using ledger_test::last_known;
using ledger_test::task;
using ledger_test::vm;
using support::kNoon;

class Postgresql : public testing::Test {
 protected:
  void SetUp() override {
    if (!support::PrivatePostgres::is_available())
      GTEST_SKIP() << "VPROTECT_POSTGRES_BIN names no PostgreSQL";
    url_ = ledger_test::new_database();
  }

  std::string url_;
};

std::string text_of(const std::string& url) { return ledger_test::location(url).text; }

std::vector<ledger::EndedTask> tasks(int begin, int end) {
  std::vector<ledger::EndedTask> all;
  for (int number = begin; number < end; ++number) {
    all.push_back(task(std::to_string(number), number % 2 == 0, "TYPE " + std::to_string(number % 7)));
  }
  return all;
}

std::uint64_t finished(const domain::TaskCounters& counters) {
  std::uint64_t sum = 0;
  for (const auto& [_, counter] : counters) sum += counter.finished;
  return sum;
}

std::uint64_t failures(const domain::TaskCounters& counters) {
  std::uint64_t sum = 0;
  for (const auto& [_, counter] : counters) sum += counter.failures;
  return sum;
}

TEST_F(Postgresql, TwoProcessesCountATaskOnce) {
  const auto first = ledger_test::open(url_);
  const auto second = ledger_test::open(url_);
  ASSERT_TRUE(first->count("prod", std::vector{task("1"), task("2", true)}, kNoon));
  const auto counters = second->count("prod", std::vector{task("2", true), task("3")}, kNoon + 1h);
  EXPECT_EQ(*counters, (domain::TaskCounters{{group("finance", "EXPORT"), {3, 1, kNoon}}}));
}

TEST_F(Postgresql, TwoProcessesCountABackupOnce) {
  const auto first = ledger_test::open(url_);
  const auto second = ledger_test::open(url_);
  ASSERT_TRUE(first->count("prod", std::vector{failure("1", "a", kNoon)}, kNoon));
  ASSERT_TRUE(first->forget_failures_before("prod", kNoon + 1h));
  const auto counters = second->count("prod", std::vector{failure("1", "a", kNoon)}, kNoon);
  EXPECT_EQ(*counters, (domain::FailureCounters{{vm("a"), {1, kNoon}}}));
}

TEST_F(Postgresql, ProcessesThatCountInAnyOrderAtOnceLoseAndDoubleNothing) {
  constexpr int kTasks = 1500;
  ledger_test::at_once(4, [&](int process) {
    const auto ledger = ledger_test::open(url_);
    for (int round = 0; round < 3; ++round) {
      auto mine = tasks(round * 500, kTasks);
      if (process % 2 == 0) std::reverse(mine.begin(), mine.end());
      if (process == 3) {
        for (auto& ended : mine) ended.failed = false;
      }
      EXPECT_TRUE(ledger->count("prod", mine, kNoon));
    }
  });
  const auto book = ledger_test::open(url_)->tasks("prod");
  EXPECT_EQ(finished(book->counters), kTasks);
  EXPECT_EQ(failures(book->counters), kTasks / 2);
}

TEST_F(Postgresql, FailuresAreCountedOnceWhileOthersForgetThem) {
  std::vector<ledger::FailedBackup> backups;
  backups.reserve(300);
  for (int number = 0; number < 300; ++number) {
    backups.push_back(failure(std::to_string(number), "a", kNoon + std::chrono::seconds(number)));
  }
  ASSERT_TRUE(ledger_test::open(url_)->count("prod", backups, kNoon));
  ledger_test::at_once(3, [&](int process) {
    const auto ledger = ledger_test::open(url_);
    for (int round = 0; round < 300; ++round) {
      if (process > 0)
        EXPECT_TRUE(ledger->count("prod", backups, kNoon));
      else
        EXPECT_TRUE(ledger->forget_failures_before("prod", kNoon + std::chrono::seconds(round + 1)));
    }
  });
  const auto book = ledger_test::open(url_)->backup_failures("prod");
  EXPECT_EQ(book->counters, (domain::FailureCounters{{vm("a"), {300, kNoon}}}));
  EXPECT_TRUE(book->counted.empty());
}

TEST_F(Postgresql, ManyProcessesMakeANewLedgerAtOnce) {
  ledger_test::at_once(8, [&](int) { EXPECT_EQ(ledger_test::refusal(url_), ""); });
  EXPECT_EQ(ledger_test::number_of(url_, "SELECT count(*) FROM ledger_migrations"), 3);
}

TEST_F(Postgresql, OneProcessTellsWhatAnotherKnewOfAVm) {
  const auto first = ledger_test::open(url_);
  const auto second = ledger_test::open(url_);
  ASSERT_TRUE(first->note("prod", {{vm("a"), {kNoon, std::nullopt, last_known("web", "finance", "Gold")}}}));
  ASSERT_TRUE(second->note("prod", {{vm("a"), {kNoon + 1h, kNoon + 2h, nullptr}}}));
  EXPECT_EQ(ledger_test::contents(*first->sightings("prod")),
            ledger_test::contents({{vm("a"), {kNoon, kNoon + 2h, last_known("web", "finance", "Gold")}}}));
}

TEST_F(Postgresql, ProcessesThatNoteTheSameVmsAtOnceAllSucceed) {
  ledger_test::at_once(4, [&](int process) {
    const auto ledger = ledger_test::open(url_);
    std::vector<std::pair<domain::VmId, domain::Sighting>> seen;
    seen.reserve(1200);
    for (int number = 0; number < 1200; ++number) {
      seen.push_back(
          {vm(std::to_string(number)), {kNoon, std::nullopt, last_known("web", "finance", "Gold")}});
    }
    if (process % 2 == 0) std::reverse(seen.begin(), seen.end());
    EXPECT_TRUE(ledger->note("prod", seen));
  });
  EXPECT_EQ(ledger_test::open(url_)->sightings("prod")->size(), 1200);
}

TEST_F(Postgresql, WorksOnAfterItsServerWasStartedAnew) {
  const auto ledger = ledger_test::open(url_);
  ASSERT_TRUE(ledger->count("prod", std::vector{task("1")}, kNoon));
  ledger_test::postgres().stop();
  const auto refused = ledger->count("prod", std::vector{task("2")}, kNoon);
  ledger_test::postgres().start();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::unreachable);
  EXPECT_TRUE(refused.error().message.starts_with("count_tasks in " + text_of(url_) + ": "));
  const auto counters = ledger->count("prod", std::vector{task("2")}, kNoon);
  EXPECT_EQ(*counters, (domain::TaskCounters{{group("finance", "EXPORT"), {2, 0, kNoon}}}));
}

TEST_F(Postgresql, NoticesNothingWhenItsServerWasStartedAnewBetweenTwoCalls) {
  const auto ledger = ledger_test::open(url_);
  ledger_test::postgres().stop();
  ledger_test::postgres().start();
  EXPECT_TRUE(ledger->count("prod", std::vector{task("1")}, kNoon));
}

TEST_F(Postgresql, AStatementThatIsHeldUpTooLongIsAnError) {
  const auto ledger = ledger_test::open(url_ + "&options=-cstatement_timeout%3D300");
  soci::session blocker;
  ledger_test::connect(blocker, url_);
  ledger::run(blocker, "BEGIN");
  ledger::run(blocker, "LOCK TABLE ledger_vms");
  const auto sightings = ledger->sightings("prod");
  ASSERT_FALSE(sightings);
  EXPECT_EQ(sightings.error().kind, base::ErrorKind::timeout);
}

TEST_F(Postgresql, OneWithoutSuchADatabaseIsRefused) {
  const std::string url = ledger_test::postgres().url("missing");
  const std::string refusal = ledger_test::refusal(url);
  EXPECT_TRUE(refusal.starts_with("cannot open the ledger " + text_of(url) + ": ")) << refusal;
  EXPECT_NE(refusal.find("database \"missing\" does not exist"), std::string::npos) << refusal;
  EXPECT_EQ(refusal.find('\n'), std::string::npos);
}

TEST_F(Postgresql, OneOfAnotherEncodingIsRefused) {
  ledger_test::execute(ledger_test::postgres().url(),
                       "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
  const std::string url = ledger_test::postgres().url("latin");
  EXPECT_EQ(ledger_test::refusal(url),
            "cannot open the ledger " + text_of(url) + ": the database's encoding is LATIN1, not UTF8");
}

TEST(PostgresqlAbsent, IsRefusedWithoutItsPassword) {
  const support::TempDir folder;
  const std::string refusal =
      ledger_test::refusal("postgresql://me:secret@/x?host=" + folder.path().string());
  EXPECT_TRUE(refusal.starts_with("cannot open the ledger postgresql:///x?host=" + folder.path().string()))
      << refusal;
  EXPECT_EQ(refusal.find("secret"), std::string::npos) << refusal;
  EXPECT_EQ(refusal.find('\n'), std::string::npos) << refusal;
}

}  // namespace
