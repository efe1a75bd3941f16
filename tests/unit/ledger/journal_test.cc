#include "ledger/journal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "unit/ledger/operations.h"
#include "unit/ledger/rig.h"

// What the interface promises, of each database.
namespace {

using namespace std::chrono_literals;
using domain::JobOutcome;
using domain::JobState;
using domain::OperationKind;
using domain::Scope;
using ledger::Database;
using ledger::Facts;
using ledger_test::always;
using ledger_test::ended;
using ledger_test::entries;
using ledger_test::entry;
using ledger_test::ids;
using ledger_test::job;
using ledger_test::key;
using ledger_test::operation;
using ledger_test::question;
using ledger_test::refused;
using support::kNoon;
using Ids = std::vector<std::string>;

const Scope kEverything{};
const Scope kFinance{std::vector<std::string>{"finance"}};
const Scope kNobody{std::vector<std::string>{}};

class JournalTest : public ledger_test::OnEachDatabase {
 protected:
  void SetUp() override {
    OnEachDatabase::SetUp();
    if (!IsSkipped()) reopen();
  }

  ledger::Journal& journal() { return *journal_; }
  void close() { journal_.reset(); }
  void reopen() {
    close();
    journal_ = ledger_test::open_journal(url());
  }

  domain::Operation enter(const domain::Operation& wanted) {
    const auto entered = journal_->enter(wanted.key, question(), always(wanted));
    EXPECT_TRUE(entered) << entered.error().message;
    return entered ? entered->operation : domain::Operation();
  }

  std::vector<ledger::OpenJob> claim(const std::string& owner, base::TimePoint now = kNoon) {
    const auto claimed = journal_->claim("prod", owner, now, 60s);
    EXPECT_TRUE(claimed) << claimed.error().message;
    return claimed ? *claimed : std::vector<ledger::OpenJob>();
  }

  // Claims and ends the job.
  void end(const std::string& id, const domain::Job& job) {
    claim("me");
    EXPECT_TRUE(*journal_->save(id, job, "me", kNoon, {}));
  }

  std::optional<domain::Operation> kept(const std::string& id, const Scope& scope = kEverything) {
    return *journal_->operation(id, scope);
  }

  Ids list(const ledger::OperationFilter& filter) {
    const auto found = journal_->operations(filter);
    EXPECT_TRUE(found) << found.error().message;
    return found ? ids(*found) : Ids();
  }

  Facts facts(const ledger::FactsQuestion& asked) {
    const auto found = journal_->facts(asked);
    EXPECT_TRUE(found) << found.error().message;
    return found ? *found : Facts();
  }

  std::vector<ledger::AuditEntry> trail() { return entries(*journal_->audit({})); }

 private:
  std::shared_ptr<ledger::Journal> journal_;
};

INSTANTIATE_TEST_SUITE_P(, JournalTest, testing::Values(Database::sqlite, Database::postgresql),
                         ledger_test::name_of);

domain::Job job_with_everything() {
  domain::Job all = job("a");
  all.state = JobState::running;
  all.rule = "rule";
  all.passes_at = kNoon + 1ms;
  all.detail = "detail";
  all.window_start = kNoon + 2ms;
  all.window_end = kNoon + 3ms;
  all.task = domain::TaskId("t1");
  all.second_task = domain::TaskId("11111111-2222-3333-4444-555555555555");
  all.backup = domain::BackupId("b1");
  all.progress = 100.0 / 3;
  all.attempts = 4;
  all.retries = 5;
  all.cancel_asked = true;
  all.sent = kNoon + 4ms;
  all.changed = kNoon + 5ms;
  all.ended = kNoon + 6ms;
  return all;
}

domain::Operation operation_with_everything() {
  domain::Operation all = operation("op_1", {job_with_everything(), job("b", "hr", "lab")});
  all.kind = OperationKind::restore;
  all.reason = "a reason";
  all.request = R"({"vm": "a"})";
  all.callback = "https://example.org/done";
  return all;
}

TEST_P(JournalTest, ANewOneIsEmpty) {
  EXPECT_EQ(kept("op_1"), std::nullopt);
  EXPECT_EQ(list({}), Ids());
  EXPECT_EQ(facts(question({key("a")})), Facts());
  EXPECT_TRUE(claim("me").empty());
  EXPECT_TRUE(journal().open_jobs()->empty());
  EXPECT_EQ(*journal().kill_switch(), ledger::KillSwitch());
  EXPECT_TRUE(journal().last_restores("prod")->empty());
  EXPECT_TRUE(trail().empty());
  EXPECT_EQ(journal().verify_audit()->broken, std::nullopt);
}

TEST_P(JournalTest, KeepsAllOfAnOperation) {
  const domain::Operation wanted = operation_with_everything();
  EXPECT_EQ(enter(wanted), wanted);
  reopen();
  EXPECT_EQ(kept("op_1"), wanted);
}

TEST_P(JournalTest, TheSameKeyGetsTheSameOperationAndNothingIsDecided) {
  const domain::Operation first = enter(operation("op_1", {job("a")}));
  bool is_asked = false;
  const auto again = journal().enter(first.key, question(), [&](const Facts&) {
    is_asked = true;
    return ledger::Decision{operation("op_2", {job("b")}), {entry("accepted")}};
  });
  EXPECT_EQ(again->operation, first);
  EXPECT_TRUE(again->is_known);
  EXPECT_FALSE(is_asked);
  EXPECT_TRUE(trail().empty());
}

TEST_P(JournalTest, LongKeysThatBeginAlikeAreDifferent) {
  const std::string beginning(600, 'k');
  domain::Operation one = operation("op_1", {job("a")});
  domain::Operation other = operation("op_2", {job("b")});
  one.key = beginning + "1";
  other.key = beginning + "2";
  EXPECT_EQ(enter(one).id, "op_1");
  EXPECT_EQ(enter(other).id, "op_2");
  EXPECT_EQ(enter(one).id, "op_1");
}

TEST_P(JournalTest, WhatIsRefusedAltogetherLeavesItsAuditAndItsKeyFree) {
  const domain::Operation wanted = operation("op_1", {refused(job("a")), refused(job("b"))});
  const auto entered = journal().enter(wanted.key, question(), always(wanted, {entry("refused")}));
  EXPECT_EQ(entered->operation, wanted);
  EXPECT_FALSE(entered->is_known);
  EXPECT_EQ(kept("op_1"), std::nullopt);
  EXPECT_EQ(trail(), std::vector{entry("refused")});
  EXPECT_EQ(enter(operation("op_1", {job("a")})).jobs.front().state, JobState::waiting);
}

TEST_P(JournalTest, WhatIsRefusedInPartIsKept) {
  const domain::Operation wanted = operation("op_1", {refused(job("a")), job("b")});
  enter(wanted);
  EXPECT_EQ(kept("op_1"), wanted);
  EXPECT_EQ(claim("me").size(), 1);
}

TEST_P(JournalTest, AClaimGivesTheOpenJobsOfTheServerWithWhatTheyArePartOf) {
  domain::Operation whole = operation("op_1", {refused(job("a")), job("b"), job("c", "finance", "lab")});
  enter(whole);
  const auto claimed = claim("me");
  ASSERT_EQ(claimed.size(), 1);
  EXPECT_EQ(claimed.front().job, whole.jobs[1]);
  whole.jobs.clear();
  EXPECT_EQ(claimed.front().operation, whole);
}

TEST_P(JournalTest, AJobIsItsOwnersUntilTheLeaseRunsOut) {
  enter(operation("op_1", {job("a")}));
  EXPECT_EQ(claim("one").size(), 1);
  EXPECT_EQ(claim("other", kNoon + 60s - 1ms).size(), 0);
  EXPECT_EQ(claim("one", kNoon + 30s).size(), 1) << "renewed";
  EXPECT_EQ(claim("other", kNoon + 90s - 1ms).size(), 0);
  EXPECT_EQ(claim("other", kNoon + 90s).size(), 1);
  EXPECT_EQ(claim("one", kNoon + 91s).size(), 0);
}

TEST_P(JournalTest, OnlyTheOwnerSaves) {
  domain::Operation whole = operation("op_1", {job("a")});
  enter(whole);
  domain::Job changed = whole.jobs[0];
  changed.state = JobState::queued;
  const auto save = [&](const std::string& owner, base::TimePoint now) {
    return *journal().save("op_1", changed, owner, now, {entry("asked")});
  };
  EXPECT_FALSE(save("one", kNoon)) << "nobody's";
  claim("one");
  EXPECT_FALSE(save("other", kNoon));
  EXPECT_FALSE(save("one", kNoon + 60s)) << "the lease has run out";
  EXPECT_EQ(kept("op_1"), whole);
  EXPECT_TRUE(trail().empty());
  EXPECT_TRUE(save("one", kNoon + 60s - 1ms));
  whole.jobs[0] = changed;
  EXPECT_EQ(kept("op_1"), whole);
  EXPECT_EQ(trail(), std::vector{entry("asked")});
}

TEST_P(JournalTest, WhoLostAJobToAnotherSavesNothing) {
  enter(operation("op_1", {job("a")}));
  claim("one");
  claim("other", kNoon + 60s);
  EXPECT_FALSE(*journal().save("op_1", ended(job("a"), JobOutcome::failed), "one", kNoon + 61s, {}));
  EXPECT_TRUE(*journal().save("op_1", ended(job("a"), JobOutcome::succeeded), "other", kNoon + 61s, {}));
  EXPECT_EQ(kept("op_1")->jobs[0].outcome, JobOutcome::succeeded);
}

TEST_P(JournalTest, SavesAllThatBecameOfAJob) {
  enter(operation("op_1", {job("a")}));
  claim("me");
  EXPECT_TRUE(*journal().save("op_1", job_with_everything(), "me", kNoon, {}));
  EXPECT_EQ(kept("op_1")->jobs[0], job_with_everything());
}

TEST_P(JournalTest, AJobThatHasEndedIsNobodys) {
  enter(operation("op_1", {job("a")}));
  claim("me");
  const domain::Job last = ended(job("a"), JobOutcome::succeeded);
  EXPECT_TRUE(*journal().save("op_1", last, "me", kNoon, {entry("succeeded")}));
  EXPECT_FALSE(*journal().save("op_1", last, "me", kNoon, {entry("succeeded")}));
  EXPECT_TRUE(claim("me").empty());
  EXPECT_EQ(trail(), std::vector{entry("succeeded")});
}

TEST_P(JournalTest, ASaveKeepsThatACancelWasAsked) {
  enter(operation("op_1", {job("a")}));
  claim("me");
  EXPECT_EQ(*journal().ask_cancel("op_1", kEverything, {entry("asked")}), 1);
  domain::Job changed = job("a");
  changed.state = JobState::running;
  EXPECT_TRUE(*journal().save("op_1", changed, "me", kNoon, {}));
  changed.cancel_asked = true;
  EXPECT_EQ(kept("op_1")->jobs[0], changed);
  EXPECT_EQ(trail(), std::vector{entry("asked")});
}

}  // namespace
