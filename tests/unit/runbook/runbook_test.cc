#include "runbook/runbook.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

#include "ledger/open.h"
#include "support/fake_control.h"
#include "support/temp_dir.h"
#include "support/wait.h"
#include "unit/runbook/site.h"

namespace runbook {
namespace {

using namespace runbook_test;
using domain::JobOutcome;
using domain::JobState;
using domain::Operation;
using support::FakeControl;
using Script = FakeControl::Script;

// Hands a control out that outlives who has it.
class Shared final : public vprotect::Control {
 public:
  explicit Shared(FakeControl& control) : control_(control) {}

  vprotect::Changed<vprotect::Begun> export_vm(const vprotect::ExportAsk& ask) override {
    return control_.export_vm(ask);
  }
  vprotect::Changed<vprotect::Begun> restore_and_import(const vprotect::RestoreAsk& ask) override {
    return control_.restore_and_import(ask);
  }
  vprotect::Changed<base::Done> cancel(const domain::TaskId& task, const std::string& why) override {
    return control_.cancel(task, why);
  }
  base::Result<vprotect::PolicyDetail> policy(const domain::PolicyId& id) override {
    return control_.policy(id);
  }
  base::Result<domain::Schedule> schedule(const domain::ScheduleId& id) override {
    return control_.schedule(id);
  }
  vprotect::Changed<domain::PolicyId> create(const vprotect::PolicyDraft& d) override {
    return control_.create(d);
  }
  vprotect::Changed<domain::RuleId> create(const vprotect::RuleDraft& d) override {
    return control_.create(d);
  }
  vprotect::Changed<domain::ScheduleId> create(const vprotect::ScheduleDraft& d) override {
    return control_.create(d);
  }
  vprotect::Changed<base::Done> update(const domain::PolicyId& id, const vprotect::PolicyDraft& d) override {
    return control_.update(id, d);
  }
  vprotect::Changed<base::Done> update(const domain::RuleId& id, const vprotect::RuleDraft& d) override {
    return control_.update(id, d);
  }
  vprotect::Changed<base::Done> update(const domain::ScheduleId& id,
                                       const vprotect::ScheduleDraft& d) override {
    return control_.update(id, d);
  }
  vprotect::Changed<base::Done> remove(const domain::PolicyId& id) override { return control_.remove(id); }
  vprotect::Changed<base::Done> remove(const domain::RuleId& id) override { return control_.remove(id); }
  vprotect::Changed<base::Done> remove(const domain::ScheduleId& id) override { return control_.remove(id); }
  void cancel_calls() override {}

 private:
  FakeControl& control_;
};

struct RunbookTest : testing::Test {
  RunbookTest() {
    latest.publish(std::make_shared<const domain::Snapshot>(snapshot()));
    options.follow.interval = 20ms;
    options.guard.cool_down = 0ms;
    control.edit([](Script& script) { script.exported.otherwise = begun("t1"); });
  }

  static vprotect::Begun begun(const std::string& task) {
    return {.tasks = {domain::TaskId(task)}, .refused = false, .detail = {}};
  }
  static vprotect::Failure failure(base::ErrorKind kind, bool may_have_happened) {
    return {{kind, "POST /tasks/export: no"}, may_have_happened};
  }

  std::unique_ptr<Runbook> start() {
    return start({{.name = "prod", .connect = [this] { return std::make_unique<Shared>(control); }}});
  }

  // Without members it takes what is asked for, and asks nobody.
  std::unique_ptr<Runbook> start(const std::vector<Member>& members) {
    return std::make_unique<Runbook>(
        members, options,
        Sources{.journal = store->journal(),
                .latest = latest,
                .clock = clock,
                .backups_of = [](auto, const auto&) { return std::vector<domain::BackupRun>(); }},
        Observer{});
  }

  static BackupRequest request(const std::string& guid, const std::string& key = "") {
    BackupRequest request;
    request.vms = {{.guid = guid, .uuid = {}, .name = {}, .tenant = {}}};
    request.common.key = key;
    request.common.text = guid;
    return request;
  }

  Operation back_up(Runbook& runbook, const BackupRequest& asked) {
    const auto answer = runbook.back_up(actor, asked);
    return std::get<Answer>(answer).operation;
  }

  static PlanRequest new_policy(const std::string& name) {
    PlanRequest request;
    request.policy.name = name;
    request.common.key = "one";
    request.common.text = name;
    return request;
  }

  Operation manage(Runbook& runbook, const PlanRequest& asked) {
    return std::get<Answer>(runbook.manage(actor, asked)).operation;
  }

  // The operation once its first job is in this state.
  Operation in_state(const Operation& operation, JobState state) {
    Operation found;
    EXPECT_TRUE(support::eventually([&] {
      const auto read = store->journal().operation(operation.id, {});
      found = **read;
      return found.jobs.front().state == state;
    }));
    return found;
  }

  const support::TempDir folder;
  const std::unique_ptr<ledger::Store> store =
      ledger::open(*ledger::parse_location("sqlite://" + (folder / "x.db").string()), {});
  base::Latest<domain::Snapshot> latest;
  support::ManualClock clock{kNoon};
  FakeControl control;
  Options options;
  const Actor actor{.name = "op", .source = "127.0.0.1", .scope = {}};
};

TEST_F(RunbookTest, AsksTheServerForWhatTheRuleSays) {
  const auto runbook = start();
  const Operation operation = in_state(back_up(*runbook, request("a")), JobState::queued);
  EXPECT_EQ(operation.jobs.front().task, domain::TaskId("t1"));
  ASSERT_EQ(control.script().exports.size(), 1U);
  const vprotect::ExportAsk ask = control.script().exports.front();
  EXPECT_EQ(ask.form, vprotect::ExportAsk::Form::typed_rules);
  EXPECT_EQ(ask.rules, std::vector<domain::RuleId>{domain::RuleId("r1")});
  EXPECT_EQ(ask.window_start, kNoon);
  EXPECT_GT(ask.window_end, kNoon + 6h);
  EXPECT_LT(ask.window_end, kNoon + 6h + 1s);
}

TEST_F(RunbookTest, HasItInTheJournalBeforeTheServerIsAsked) {
  JobState known = JobState::waiting;
  control.edit([&](Script& script) {
    script.meanwhile = [&] { known = (*store->journal().operations({})).front().jobs.front().state; };
  });
  const auto runbook = start();
  in_state(back_up(*runbook, request("a")), JobState::queued);
  EXPECT_EQ(known, JobState::sending);
}

TEST_F(RunbookTest, ALostAnswerIsLookedForAndNotAskedForAgain) {
  control.edit([](Script& script) { script.exported.otherwise = failure(base::ErrorKind::timeout, true); });
  const auto runbook = start();
  in_state(back_up(*runbook, request("a")), JobState::searching);
  EXPECT_EQ(control.script().exports.size(), 1U);
}

TEST_F(RunbookTest, WhatNoServerHasHeardIsSentAgainAndInTheEndGivenUp) {
  control.edit(
      [](Script& script) { script.exported.otherwise = failure(base::ErrorKind::unreachable, false); });
  const auto runbook = start();
  const Operation operation = back_up(*runbook, request("a"));
  std::uint32_t attempts = 0;
  EXPECT_TRUE(support::eventually([&] {
    clock.advance(1min);
    const auto read = store->journal().operation(operation.id, {});
    attempts = (**read).jobs.front().attempts;
    return !domain::is_open((**read).jobs.front());
  }));
  EXPECT_EQ(attempts, 5U);
  EXPECT_EQ((**store->journal().operation(operation.id, {})).jobs.front().outcome, JobOutcome::failed);
}

TEST_F(RunbookTest, AServersRefusalEndsIt) {
  control.edit([](Script& script) { script.exported.otherwise = failure(base::ErrorKind::rejected, false); });
  const auto runbook = start();
  const Operation operation = in_state(back_up(*runbook, request("a")), JobState::ended);
  EXPECT_EQ(operation.jobs.front().outcome, JobOutcome::refused);
  EXPECT_EQ(operation.jobs.front().rule, "server");
}

TEST_F(RunbookTest, TriesTheNextFormWhereTheVersionIsNotKnown) {
  auto state = server();
  state.nodes = list<domain::Node>();
  latest.publish(std::make_shared<const domain::Snapshot>(snapshot(state)));
  control.edit([](Script& script) {
    script.exported.next = {failure(base::ErrorKind::rejected, false), begun("t2")};
  });
  const auto runbook = start();
  const Operation operation = in_state(back_up(*runbook, request("a")), JobState::queued);
  EXPECT_EQ(operation.jobs.front().task, domain::TaskId("t2"));
  EXPECT_EQ(control.script().exports.back().form, vprotect::ExportAsk::Form::rules);
}

TEST_F(RunbookTest, TheSameKeyFromManyThreadsIsOneExport) {
  const auto runbook = start();
  std::atomic<int> duplicates{0};
  {
    std::vector<std::jthread> threads;
    threads.reserve(8);
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] {
        const auto answer = runbook->back_up(actor, request("a", "key"));
        if (std::get<Answer>(answer).is_duplicate) ++duplicates;
      });
  }
  EXPECT_EQ(duplicates, 7);
  const auto operations = *store->journal().operations({});
  ASSERT_EQ(operations.size(), 1U);
  in_state(operations.front(), JobState::queued);
  EXPECT_EQ(control.script().exports.size(), 1U);
}

TEST_F(RunbookTest, AKeyIsForOneRequest) {
  const auto runbook = start();
  back_up(*runbook, request("a", "key"));
  const auto other = runbook->back_up(actor, request("b", "key"));
  EXPECT_EQ(std::get<Rejection>(other).kind, Rejection::Kind::key_taken);
  const Actor somebody{.name = "else", .source = {}, .scope = {}};
  EXPECT_TRUE(std::holds_alternative<Answer>(runbook->back_up(somebody, request("b", "key"))));
}

TEST_F(RunbookTest, ARefusedRequestLeavesItsKeyFree) {
  const auto runbook = start();
  ASSERT_TRUE(runbook->switch_kill(actor, true, "drill"));
  EXPECT_EQ(back_up(*runbook, request("a", "key")).jobs.front().rule, "kill_switch");
  ASSERT_TRUE(runbook->switch_kill(actor, false, ""));
  EXPECT_TRUE(domain::is_open(back_up(*runbook, request("a", "key"))));
}

TEST_F(RunbookTest, TheKillSwitchStopsWhatWaits) {
  control.edit(
      [](Script& script) { script.exported.otherwise = failure(base::ErrorKind::unreachable, false); });
  const auto runbook = start();
  const Operation operation = back_up(*runbook, request("a"));
  EXPECT_TRUE(support::eventually([&] { return control.script().exports.size() == 1; }));
  ASSERT_TRUE(runbook->switch_kill(actor, true, ""));
  clock.advance(1min);
  EXPECT_EQ(in_state(operation, JobState::ended).jobs.front().rule, "kill_switch");
}

TEST_F(RunbookTest, GoesOnWithWhatAnEarlierOneLeft) {
  control.edit(
      [](Script& script) { script.exported.otherwise = failure(base::ErrorKind::unreachable, false); });
  Operation operation;
  {
    const auto earlier = start();
    operation = back_up(*earlier, request("a"));
    EXPECT_TRUE(support::eventually([&] { return control.script().exports.size() == 1; }));
  }
  control.edit([](Script& script) { script.exported.otherwise = begun("t1"); });
  clock.advance(options.follow.lease + 1s);
  const auto later = start();
  EXPECT_EQ(in_state(operation, JobState::queued).jobs.front().task, domain::TaskId("t1"));
}

TEST_F(RunbookTest, TwoOnOneJournalAskOnce) {
  const auto one = start();
  const auto two = start();
  const Operation operation = back_up(*one, request("a"));
  in_state(operation, JobState::queued);
  EXPECT_EQ(control.script().exports.size(), 1U);
}

TEST_F(RunbookTest, CancelsBeforeTheServerIsAsked) {
  control.edit(
      [](Script& script) { script.exported.otherwise = failure(base::ErrorKind::unreachable, false); });
  const auto runbook = start();
  const Operation operation = back_up(*runbook, request("a"));
  EXPECT_TRUE(support::eventually([&] { return control.script().exports.size() == 1; }));
  ASSERT_TRUE(runbook->cancel(actor, operation.id, "mistake"));
  EXPECT_EQ(in_state(operation, JobState::ended).jobs.front().outcome, JobOutcome::cancelled);
  EXPECT_TRUE(control.script().cancels.empty());
}

TEST_F(RunbookTest, AsksTheServerToCancelWhatRuns) {
  const auto runbook = start();
  const Operation operation = in_state(back_up(*runbook, request("a")), JobState::queued);
  ASSERT_TRUE(runbook->cancel(actor, operation.id, "mistake"));
  EXPECT_TRUE(support::eventually([&] { return control.script().cancels.size() == 1; }));
  EXPECT_EQ(control.script().cancels.front().first, domain::TaskId("t1"));
}

TEST_F(RunbookTest, MakesAPolicyOnceForAKey) {
  const auto runbook = start();
  const Operation first = manage(*runbook, new_policy("Gold"));
  const Operation ended = in_state(first, JobState::ended);
  EXPECT_EQ(ended.jobs.front().outcome, JobOutcome::succeeded);
  EXPECT_EQ(ended.jobs.front().made, "new-policy");
  EXPECT_EQ(manage(*runbook, new_policy("Gold")).id, first.id);
  EXPECT_EQ(std::get<Rejection>(runbook->manage(actor, new_policy("Silver"))).kind,
            Rejection::Kind::key_taken);
  EXPECT_EQ(control.script().calls, (std::vector<std::string>{"create policy", "create rule"}));
}

TEST_F(RunbookTest, HasAPolicyInTheJournalBeforeTheServerIsAsked) {
  std::atomic<JobState> state{JobState::ended};
  control.edit([&](Script& script) {
    script.meanwhile = [&] { state = store->journal().operations({})->front().jobs.front().state; };
  });
  const auto runbook = start();
  in_state(manage(*runbook, new_policy("Gold")), JobState::ended);
  EXPECT_EQ(state, JobState::sending);
}

TEST_F(RunbookTest, GivesAPolicyThousandsOfVms) {
  std::vector<domain::Vm> vms;
  PlanRequest asked = new_policy("Gold");
  asked.policy.vms.emplace();
  for (int number = 100'000; number < 110'000; ++number) {
    const std::string guid = "5e0f2f1c-6a7f-4a15-8f06-dd0000" + std::to_string(number);
    vms.push_back(vm(guid, "vm", "finance", ""));
    asked.policy.vms->push_back({.guid = guid, .uuid = {}, .name = {}, .tenant = {}});
  }
  domain::ServerState state = server();
  state.vm_states.resize(vms.size());
  state.vms = list<domain::Vm>(std::move(vms));
  latest.publish(std::make_shared<const domain::Snapshot>(snapshot(state)));
  const auto runbook = start();
  const domain::Job ended = in_state(manage(*runbook, asked), JobState::ended).jobs.front();
  EXPECT_EQ(ended.outcome, JobOutcome::succeeded) << ended.detail;
  EXPECT_EQ(control.script().new_policies.front().vms->size(), 10'000U);
  EXPECT_EQ(ended.ask, "");
}

TEST_F(RunbookTest, DoesNotGoOnWithAPolicyThatAnEarlierOneWasMaking) {
  const Operation operation = manage(*start({}), new_policy("Gold"));
  auto claimed = store->journal().claim("prod", "one that died", clock.now(), options.follow.lease, {});
  ASSERT_EQ(claimed->size(), 1U);
  domain::Job job = claimed->front().job;
  job.state = JobState::sending;
  ASSERT_TRUE(*store->journal().save(operation.id, job, "one that died", clock.now(), {}));
  clock.advance(options.follow.lease + 1s);
  const auto later = start();
  const domain::Job ended = in_state(operation, JobState::ended).jobs.front();
  EXPECT_EQ(ended.outcome, JobOutcome::unknown);
  EXPECT_NE(ended.detail.find("\"Gold\""), std::string::npos) << ended.detail;
  EXPECT_TRUE(control.script().calls.empty());
}

TEST_F(RunbookTest, ChangesNoPolicyWhileTheKillSwitchIsThrown) {
  const auto runbook = start();
  ASSERT_TRUE(runbook->switch_kill(actor, true, ""));
  EXPECT_EQ(manage(*runbook, new_policy("Gold")).jobs.front().rule, "kill_switch");
  EXPECT_TRUE(control.script().calls.empty());
}

TEST_F(RunbookTest, ShowsNobodyWhatIsNotHis) {
  const auto runbook = start();
  const Actor web{.name = "web", .source = {}, .scope = {{{"web"}}}};
  EXPECT_EQ(std::get<Answer>(runbook->back_up(web, request("a"))).operation.jobs.front().rule, "vm_unknown");
  const Operation operation = back_up(*runbook, request("a"));
  EXPECT_EQ(*runbook->cancel(web, operation.id, ""), std::nullopt);
}

TEST_F(RunbookTest, RefusesACallbackThatIsNotConfigured) {
  const auto runbook = start();
  BackupRequest asked = request("a");
  asked.common.callback = "https://evil.example/";
  EXPECT_EQ(std::get<Rejection>(runbook->back_up(actor, asked)).parameter, "callback");
}

// --- Alerts ---

Alert alert(const std::string& fingerprint, const std::string& guid) {
  return {.firing = true,
          .labels = {{"alertname", "VmOverdue"}, {"guid", guid}, {"server", "prod"}},
          .fingerprint = fingerprint,
          .starts_at = "2026-01-01T00:00:00Z"};
}

struct AlertsTest : RunbookTest {
  AlertsTest() { options.alerts = {{.match = {{Matcher::Kind::equal, "alertname", "VmOverdue"}}}}; }

  std::vector<AlertVerdict> handle(Runbook& runbook, const std::vector<Alert>& alerts) {
    const auto answer = runbook.handle(actor, alerts);
    return std::get<std::vector<AlertVerdict>>(answer);
  }
};

TEST_F(AlertsTest, StartOneOperationEach) {
  const auto runbook = start();
  const auto first = handle(*runbook, {alert("f1", "a"), alert("f2", "b")});
  EXPECT_EQ(first[0].verdict, Verdict::accepted);
  EXPECT_EQ(first[1].verdict, Verdict::accepted);
  const auto again = handle(*runbook, {alert("f2", "b")});
  EXPECT_EQ(again[0].verdict, Verdict::duplicate);
  EXPECT_EQ(again[0].operation, first[1].operation);
}

TEST_F(AlertsTest, AreSkippedWhereNothingIsToBeDone) {
  const auto runbook = start();
  Alert resolved = alert("f1", "a");
  resolved.firing = false;
  Alert other = alert("f2", "a");
  other.labels["alertname"] = "Other";
  Alert nameless = alert("f3", "");
  EXPECT_EQ(handle(*runbook, {resolved})[0].rule, "resolved");
  EXPECT_EQ(handle(*runbook, {other})[0].rule, "no_action");
  EXPECT_EQ(handle(*runbook, {nameless})[0].rule, "no_vm_labels");
}

TEST_F(AlertsTest, FindTheirVmByNameServerAndTenant) {
  const auto runbook = start();
  Alert named = alert("f1", "");
  named.labels["vm"] = "erp";
  named.labels["tenant"] = "web";
  const auto verdict = handle(*runbook, {named})[0];
  EXPECT_EQ(verdict.verdict, Verdict::accepted);
  EXPECT_EQ((**store->journal().operation(verdict.operation, {})).jobs.front().vm, domain::VmId("c"));
}

TEST_F(AlertsTest, OfManyVmsAtOnceStartNothing) {
  options.guard.mass_alert_vms = 2;
  const auto runbook = start();
  for (const AlertVerdict& verdict : handle(*runbook, {alert("f1", "a"), alert("f2", "b"), alert("f3", "c")}))
    EXPECT_EQ(verdict.rule, "mass_alert");
  EXPECT_TRUE(control.script().exports.empty());
}

}  // namespace
}  // namespace runbook
