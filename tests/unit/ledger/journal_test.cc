#include "ledger/journal.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

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

  std::vector<ledger::OpenJob> claim(const std::string& owner, base::TimePoint now = kNoon,
                                     const domain::Shard& shard = {}) {
    const auto claimed = journal_->claim("prod", owner, now, 60s, shard);
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

TEST_P(JournalTest, AShardClaimsTheJobsAtItsVmsAndAnyoneThoseAboutNoVm) {
  // Of "prod", shard 1 of 3 has "finance", and shard 2 "research".
  enter(operation("op_1", {job("a", "finance"), job("b", "research"), job("", "")}));
  const auto claimed_by = [&](std::uint32_t index, base::TimePoint now) {
    std::vector<std::string> vms;
    for (const auto& open : claim(std::to_string(index), now, {.index = index, .count = 3}))
      vms.push_back(open.job.vm.text());
    return vms;
  };
  using Vms = std::vector<std::string>;
  EXPECT_EQ(claimed_by(0, kNoon), Vms{""});
  EXPECT_EQ(claimed_by(1, kNoon), Vms{"a"});
  EXPECT_EQ(claimed_by(2, kNoon + 60s), (Vms{"b", ""})) << "the lease on the last one ran out";
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

TEST_P(JournalTest, ACancelIsAskedOfTheOpenJobsThatTheScopeShows) {
  enter(operation("op_1", {job("a"), job("b", "hr"), refused(job("c"))}));
  EXPECT_EQ(*journal().ask_cancel("op_1", kNobody, {entry("asked")}), 0);
  EXPECT_EQ(*journal().ask_cancel("op_2", kEverything, {entry("asked")}), 0);
  EXPECT_TRUE(trail().empty());
  EXPECT_EQ(*journal().ask_cancel("op_1", kFinance, {entry("asked")}), 1);
  const auto jobs = kept("op_1")->jobs;
  EXPECT_EQ((std::vector{jobs[0].cancel_asked, jobs[1].cancel_asked, jobs[2].cancel_asked}),
            (std::vector{true, false, false}));
}

TEST_P(JournalTest, AnOperationHasTheJobsThatTheScopeShows) {
  domain::Operation whole = operation("op_1", {job("a", "hr"), job("b")});
  enter(whole);
  EXPECT_EQ(kept("op_1", kNobody), std::nullopt);
  EXPECT_EQ(kept("op_1", Scope{std::vector<std::string>{"legal"}}), std::nullopt);
  whole.jobs.erase(whole.jobs.begin());
  EXPECT_EQ(kept("op_1", kFinance), whole);
  EXPECT_EQ(*journal().operations({.scope = kFinance}), std::vector{whole});
  EXPECT_EQ(list({.scope = kNobody}), Ids());
}

TEST_P(JournalTest, ListsFromTheNewestBack) {
  // A database's own order of texts would have "op_B" behind "op_a", and '_' nowhere.
  for (const char* id : {"op_B", "op_a", "opA1", "op_1"}) enter(operation(id, {job("a")}));
  EXPECT_EQ(list({}), (Ids{"op_a", "op_B", "op_1", "opA1"}));
  EXPECT_EQ(list({.limit = 2}), (Ids{"op_a", "op_B"}));
  EXPECT_EQ(list({.before = "op_B"}), (Ids{"op_1", "opA1"}));
  EXPECT_EQ(list({.before = "op_2", .limit = 1}), Ids{"op_1"}) << "also where there is no such operation";
}

TEST_P(JournalTest, ListsWhatTheFilterWants) {
  domain::Operation restore = operation("op_2", {job("b", "hr", "lab")});
  restore.kind = OperationKind::restore;
  restore.origin = "alertmanager";
  restore.caller = "alerts";
  restore.created = kNoon + 1h;
  enter(operation("op_1", {job("a"), refused(job("c", "hr"))}));
  enter(restore);
  EXPECT_EQ(list({.kind = OperationKind::backup}), Ids{"op_1"});
  EXPECT_EQ(list({.server = "lab"}), Ids{"op_2"});
  EXPECT_EQ(list({.tenant = "hr"}), (Ids{"op_2", "op_1"}));
  EXPECT_EQ(list({.origin = "api"}), Ids{"op_1"});
  EXPECT_EQ(list({.caller = "alerts"}), Ids{"op_2"});
  EXPECT_EQ(list({.vm = domain::VmId("a")}), Ids{"op_1"});
  EXPECT_EQ(list({.from = kNoon + 1h}), Ids{"op_2"});
  EXPECT_EQ(list({.to = kNoon + 1h}), Ids{"op_1"});
  EXPECT_EQ(list({.outcome = JobOutcome::refused}), Ids{"op_1"});
  EXPECT_EQ(list({.outcome = JobOutcome::refused, .tenant = "finance"}), Ids()) << "not of one job";
  EXPECT_EQ(list({.scope = kFinance, .outcome = JobOutcome::refused}), Ids()) << "of a job that is not shown";
  EXPECT_EQ(list({.scope = kFinance, .tenant = "hr"}), Ids());
}

TEST_P(JournalTest, WhetherAnOperationIsOpenIsToldOfTheJobsThatAreShown) {
  enter(operation("op_1", {job("a"), job("b", "hr")}));
  enter(operation("op_2", {job("c")}));
  end("op_1", ended(job("a"), JobOutcome::succeeded));
  EXPECT_EQ(list({.open = true}), (Ids{"op_2", "op_1"}));
  EXPECT_EQ(list({.open = false}), Ids());
  EXPECT_EQ(list({.scope = kFinance, .open = true}), Ids{"op_2"});
  EXPECT_EQ(list({.scope = kFinance, .open = false}), Ids{"op_1"});
}

TEST_P(JournalTest, ForgetsWhatEndedBeforeTheLimitWithItsKey) {
  const auto end_of = [](const domain::Job& of, base::TimePoint at) {
    return ended(of, JobOutcome::succeeded, at);
  };
  domain::Job second = job("b");
  second.number = 1;
  enter(operation("op_1", {job("a"), second}));
  enter(operation("op_2", {job("a"), second}));
  enter(operation("op_3", {job("a")}));
  end("op_1", end_of(job("a"), kNoon + 1h));
  end("op_1", end_of(second, kNoon));
  end("op_2", end_of(job("a"), kNoon - 24h));
  end("op_3", end_of(job("a"), kNoon - 1ms));
  ASSERT_TRUE(journal().append({entry("accepted")}));

  ASSERT_TRUE(journal().forget_operations_before(kNoon + 1h));
  EXPECT_EQ(list({}), (Ids{"op_2", "op_1"})) << "one has an open job, one ended later";
  ASSERT_TRUE(journal().forget_operations_before(kNoon + 1h + 1ms));
  EXPECT_EQ(list({}), Ids{"op_2"});
  EXPECT_EQ(trail(), std::vector{entry("accepted")});
  EXPECT_EQ(enter(operation("op_3", {job("a")})).jobs.front().state, JobState::waiting);
}

TEST_P(JournalTest, CountsOpenJobsByServerAndKind) {
  domain::Operation restore = operation("op_2", {job("c"), job("d", "hr", "lab"), refused(job("e"))});
  restore.kind = OperationKind::restore;
  enter(operation("op_1", {job("a"), job("b")}));
  enter(restore);
  const std::map<std::pair<std::string, OperationKind>, std::uint64_t> expected{
      {{"prod", OperationKind::backup}, 2},
      {{"prod", OperationKind::restore}, 1},
      {{"lab", OperationKind::restore}, 1}};
  EXPECT_EQ(*journal().open_jobs(), expected);
}

TEST_P(JournalTest, TheFactsCountWhatIsOpenAndWhatWasBegun) {
  domain::Operation restore = operation("op_3", {job("c", "finance", "lab")});
  restore.kind = OperationKind::restore;
  enter(operation("op_1", {job("a"), job("b", "hr"), refused(job("d"))}));
  end("op_1", ended(job("a"), JobOutcome::failed));
  enter(restore);

  const Facts expected{.vms = {{key("a"), {"", kNoon}},
                               {key("b"), {"op_1", kNoon}},
                               {key("c", "lab"), {"op_3", std::nullopt}}},
                       .begun_by_tenant = {{"finance", 1}, {"hr", 1}},
                       .begun = 2,
                       .open_by_server = {{"lab", 1}, {"prod", 1}},
                       .open = 2,
                       .alerted_by_server = {},
                       .kill_switch = {}};
  EXPECT_EQ(facts(question({key("a"), key("b"), key("c", "lab"), key("d"), key("c"), key("a")})), expected);
}

TEST_P(JournalTest, AJobBeginsWhenTheServerWasLastAskedElseWhenItWasEntered) {
  enter(operation("op_1", {job("a")}));
  enter(operation("op_2", {job("b")}));
  domain::Job sent = job("a");
  sent.sent = kNoon + 1h;
  claim("me");
  ASSERT_TRUE(*journal().save("op_1", sent, "me", kNoon, {}));
  auto asked = question({key("a"), key("b")});
  EXPECT_EQ(facts(asked).vms.at(key("a")).last_begun, kNoon + 1h);
  EXPECT_EQ(facts(asked).vms.at(key("b")).last_begun, kNoon);
  asked.begun_since = kNoon + 1ms;
  EXPECT_EQ(facts(asked).begun, 1);
}

TEST_P(JournalTest, AJobThatTheServerRefusedWasNotBegun) {
  domain::Job sent = job("a");
  sent.sent = kNoon;
  enter(operation("op_1", {job("a")}));
  end("op_1", refused(sent));
  EXPECT_EQ(facts(question({key("a")})), Facts());
}

TEST_P(JournalTest, TheFactsCountVmsThatAlertsAskedFor) {
  const auto asked_at = [](base::TimePoint now, std::vector<ledger::VmKey> vms) {
    auto asked = question(std::move(vms));
    asked.by_alert = true;
    asked.now = now;
    return asked;
  };
  const auto note = [&](const ledger::FactsQuestion& asked) {
    std::map<std::string, std::uint64_t> counted;
    EXPECT_TRUE(journal().enter("key", asked, [&](const Facts& facts) {
      counted = facts.alerted_by_server;
      return ledger::Decision{operation("op_1", {refused(job("a"))}), {}};
    }));
    return counted;
  };
  using Counts = std::map<std::string, std::uint64_t>;
  note(asked_at(kNoon - 2h, {key("old"), key("both")}));
  EXPECT_EQ(note(asked_at(kNoon, {key("a"), key("both"), key("a", "lab")})),
            (Counts{{"lab", 1}, {"prod", 2}}));
  note(asked_at(kNoon - 3h, {key("both")}));

  EXPECT_EQ(facts(question({key("new")})).alerted_by_server, (Counts{{"lab", 1}, {"prod", 2}}));
  const auto dry_run = asked_at(kNoon, {key("new"), key("a"), key("old"), key("new")});
  EXPECT_EQ(facts(dry_run).alerted_by_server, (Counts{{"lab", 1}, {"prod", 4}}));
  EXPECT_EQ(facts(dry_run).alerted_by_server, (Counts{{"lab", 1}, {"prod", 4}})) << "nothing was noted";
}

TEST_P(JournalTest, WhatADecisionThrowsLeavesNothing) {
  auto asked = question({key("a")});
  asked.by_alert = true;
  const auto decide = [](const Facts&) -> ledger::Decision { throw std::logic_error("cannot decide"); };
  EXPECT_THROW(static_cast<void>(journal().enter("key", asked, decide)), std::logic_error);
  EXPECT_EQ(facts(question()), Facts());
  EXPECT_EQ(enter(operation("op_1", {job("a")})).id, "op_1");
}

TEST_P(JournalTest, KeepsTheKillSwitchAndWhoTurnedIt) {
  const ledger::KillSwitch on{true, kNoon, "ops", "a storm"};
  const ledger::KillSwitch off{false, kNoon + 1h, "boss", ""};
  ASSERT_TRUE(journal().set_kill_switch(on, entry("on")));
  EXPECT_EQ(facts(question()).kill_switch, on);
  reopen();
  EXPECT_EQ(*journal().kill_switch(), on);
  ASSERT_TRUE(journal().set_kill_switch(off, entry("off")));
  EXPECT_EQ(*journal().kill_switch(), off);
  EXPECT_EQ(trail(), (std::vector{entry("off"), entry("on")}));
}

TEST_P(JournalTest, OddTextsComeBackAsTheyCanBeKept) {
  const std::string odd =
      std::string("'; DROP TABLE runbook_jobs; -- \xFF :name \"$1\" \\ \xF0\x9F\x92\xBE") + '\0';
  domain::Operation whole = operation("op_1", {job(odd, odd)});
  for (std::string* text :
       {&whole.key, &whole.digest, &whole.origin, &whole.caller, &whole.source, &whole.reason, &whole.request,
        &whole.callback, &whole.jobs[0].name, &whole.jobs[0].ask, &whole.jobs[0].rule, &whole.jobs[0].detail})
    *text = odd;
  ledger::AuditEntry audit = entry(odd, odd);
  audit.detail = odd;

  const auto entered = journal().enter(odd, question({key(odd, odd)}), always(whole, {audit}));
  ASSERT_TRUE(entered) << entered.error().message;

  const std::string plain =
      std::string("'; DROP TABLE runbook_jobs; -- \uFFFD :name \"$1\" \\ \xF0\x9F\x92\xBE\uFFFD");
  EXPECT_EQ(entered->operation.reason, plain);
  EXPECT_EQ(kept("op_1"), entered->operation);
  EXPECT_EQ(list({.scope = Scope{std::vector{odd}}, .tenant = odd, .caller = odd, .vm = domain::VmId(odd)}),
            Ids{"op_1"});
  EXPECT_EQ(facts(question({key(odd)})).vms.at(key(odd)).open_operation, "op_1");
  EXPECT_TRUE(journal().enter(odd, question(), always(whole))->is_known);
  EXPECT_EQ(trail()[0].detail, plain);
  EXPECT_EQ(journal().verify_audit()->broken, std::nullopt);
}

TEST_P(JournalTest, LongTextsAreKeptAsFarAsTheyMayBe) {
  const std::string text(16384, 'x');
  domain::Operation whole = operation("op_1", {job("a")});
  whole.reason = whole.request = whole.callback = whole.jobs[0].detail = text;
  whole.jobs[0].ask = std::string(1024UL * 1024, 'x');
  EXPECT_EQ(enter(whole), whole);
  EXPECT_EQ(kept("op_1"), whole);
  domain::Job longer = whole.jobs[0];
  longer.detail += "x";
  claim("me");
  ASSERT_TRUE(*journal().save("op_1", longer, "me", kNoon, {}));
  EXPECT_EQ(kept("op_1")->jobs[0].detail.size(), 16384);
}

TEST_P(JournalTest, AnOperationOfManyJobsIsKept) {
  std::vector<domain::Job> jobs;
  std::vector<ledger::VmKey> vms;
  jobs.reserve(1200);
  vms.reserve(1200);
  for (int number = 0; number < 1200; ++number) {
    jobs.push_back(job(std::to_string(number)));
    vms.push_back(key(std::to_string(number)));
  }
  const domain::Operation whole = operation("op_1", jobs);
  enter(whole);
  EXPECT_EQ(kept("op_1"), whole);
  EXPECT_EQ(facts(question(vms)).vms.size(), 1200);
  EXPECT_EQ(claim("me").size(), 1200);
}

TEST_P(JournalTest, ADatabaseThatHadNoneGetsOneAndKeepsItsRows) {
  close();
  ledger_test::drop_journal(url());
  ledger_test::execute(url(), "INSERT INTO ledger_vms (server, id, first_seen) VALUES ('prod', 'a', 7)");
  reopen();
  enter(operation("op_1", {job("a")}));
  EXPECT_EQ(list({}), Ids{"op_1"});
  close();
  EXPECT_EQ(ledger_test::open(url())->sightings("prod")->size(), 1);
}

TEST_P(JournalTest, OfManyThreadsOneEntersAKey) {
  std::atomic<int> entered = 0;
  ledger_test::at_once(8, [&](int thread) {
    const domain::Operation mine = operation("op_" + std::to_string(thread), {job("a")});
    const auto result = journal().enter("key", question({key("a")}), always(mine, {entry("accepted")}));
    if (result && !result->is_known) ++entered;
  });
  EXPECT_EQ(entered, 1);
  EXPECT_EQ(trail(), std::vector{entry("accepted")});
}

}  // namespace
