#include "runbook/plan_work.h"

#include <gtest/gtest.h>

#include "runbook/plan_text.h"
#include "support/fake_control.h"
#include "unit/runbook/site.h"

namespace runbook {
namespace {

using namespace runbook_test;
using domain::Job;
using domain::JobOutcome;
using domain::OperationKind;
using support::FakeControl;
using Script = FakeControl::Script;

const domain::Scope kAll{};
const domain::Scope kFinance{{{"finance"}}};
const vprotect::Failure kRefused{{base::ErrorKind::rejected, "POST /rules/vm-backup: 400"}, false};
const vprotect::Failure kLost{{base::ErrorKind::timeout, "POST /rules/vm-backup: time is over"}, true};

PlanRequest new_policy(const std::string& name = "Gold") {
  PlanRequest request;
  request.kind = OperationKind::policy;
  request.tenant = "finance";
  request.policy.name = name;
  return request;
}

Job planned(const PlanRequest& request, const domain::Scope& scope = kAll,
            const domain::ServerState& state = server()) {
  return plan_job(snapshot(state), scope, request, kNoon);
}

std::string rule_of(const PlanRequest& request, const domain::Scope& scope = kAll,
                    const domain::ServerState& state = server()) {
  return planned(request, scope, state).rule;
}

PlanRequest change(OperationKind kind, PlanAction action, const std::string& guid) {
  PlanRequest request;
  request.kind = kind;
  request.action = action;
  request.guid = guid;
  return request;
}

// --- What is done ---

TEST(Perform, MakesAPolicyAndItsRule) {
  FakeControl control;
  const Job job = perform(planned(new_policy()), control, kNoon);
  EXPECT_EQ(job.outcome, JobOutcome::succeeded);
  EXPECT_EQ(job.made, "new-policy");
  const Script script = control.script();
  EXPECT_EQ(script.calls, (std::vector<std::string>{"create policy", "create rule"}));
  EXPECT_EQ(script.new_policies.front().name, "uuid_openstack-finance_Gold");
  EXPECT_EQ(script.new_policies.front().tenant_id, "openstack-finance");
  EXPECT_EQ(script.new_rules.front().policy, domain::PolicyId("new-policy"));
  EXPECT_FALSE(script.new_rules.front().lists_destinations);
}

TEST(Perform, TakesAPolicyBackWhoseRuleCannotBeMade) {
  for (const auto& failure : {kRefused, kLost}) {
    FakeControl control;
    control.edit([&](Script& script) { script.rule_created.otherwise = failure; });
    const Job job = perform(planned(new_policy()), control, kNoon);
    EXPECT_EQ(job.outcome, JobOutcome::failed);
    EXPECT_EQ(job.made, "");
    EXPECT_EQ(control.script().removed_policies,
              std::vector<domain::PolicyId>{domain::PolicyId("new-policy")});
  }
}

TEST(Perform, SaysWhatIsLeftWhereThatFailsToo) {
  FakeControl control;
  control.edit([&](Script& script) {
    script.rule_created.otherwise = kRefused;
    script.removed.otherwise = kLost;
  });
  const Job job = perform(planned(new_policy()), control, kNoon);
  EXPECT_EQ(job.outcome, JobOutcome::unknown);
  EXPECT_EQ(job.made, "new-policy");
  EXPECT_NE(job.detail.find("the policy new-policy could not be removed again"), std::string::npos)
      << job.detail;
}

TEST(Perform, OfALostFirstAnswerKnowsNothing) {
  FakeControl control;
  control.edit([&](Script& script) { script.policy_created.otherwise = kLost; });
  EXPECT_EQ(perform(planned(new_policy()), control, kNoon).outcome, JobOutcome::unknown);
  EXPECT_EQ(control.script().calls, std::vector<std::string>{"create policy"});
}

TEST(Perform, PutsSchedulesOnTheRuleOfAPolicyThatIsThere) {
  PlanRequest request = change(OperationKind::policy, PlanAction::update, "gold");
  request.policy.schedules = {"nightly"};
  FakeControl control;
  EXPECT_EQ(perform(planned(request), control, kNoon).outcome, JobOutcome::succeeded);
  const Script script = control.script();
  EXPECT_EQ(script.calls, std::vector<std::string>{"update rule"});
  EXPECT_EQ(script.rule_updates.front().first, domain::RuleId("r1"));
}

TEST(Perform, SaysThatAPolicyIsChangedAndItsRuleIsNot) {
  PlanRequest request = change(OperationKind::policy, PlanAction::update, "gold");
  request.policy.priority = 70;
  request.policy.schedules = {"nightly"};
  FakeControl control;
  control.edit([&](Script& script) { script.updated.next = {base::Done{}, kRefused}; });
  const Job job = perform(planned(request), control, kNoon);
  EXPECT_EQ(job.outcome, JobOutcome::failed);
  EXPECT_NE(job.detail.find("but not its rule"), std::string::npos);
}

TEST(Perform, ListsDestinationsForAnOldServer) {
  auto state = server();
  domain::Node node;
  node.version = "3.9-1";
  state.nodes = list<domain::Node>({node});
  FakeControl control;
  perform(planned(new_policy(), kAll, state), control, kNoon);
  EXPECT_TRUE(control.script().new_rules.front().lists_destinations);
}

TEST(Interrupted, IsForAPersonToLookAt) {
  const Job job = interrupted(planned(new_policy()), kNoon);
  EXPECT_EQ(job.outcome, JobOutcome::unknown);
  EXPECT_NE(job.detail.find("\"Gold\""), std::string::npos);
}

TEST(Perform, AsksTheServerWhetherVmsHaveAPolicyThatIsToGo) {
  auto state = server();
  state.vms = list<domain::Vm>();
  state.vm_states.clear();
  PlanRequest request = change(OperationKind::policy, PlanAction::remove, "gold");
  FakeControl control;
  control.edit([](Script& script) {
    vprotect::PolicyDetail detail;
    detail.vms = {domain::VmId("assigned-just-now")};
    script.policy.otherwise = detail;
  });
  EXPECT_EQ(perform(planned(request, kAll, state), control, kNoon).rule, "has_vms");
  EXPECT_TRUE(control.script().removed_policies.empty());
  request.force = true;
  EXPECT_EQ(perform(planned(request, kAll, state), control, kNoon).outcome, JobOutcome::succeeded);
}

// --- What is refused ---

TEST(PlanJob, GivesATenantItsOwnThings) {
  EXPECT_EQ(planned(new_policy(), kFinance).tenant, "finance");
  PlanRequest unnamed = new_policy();
  unnamed.tenant.clear();
  EXPECT_EQ(planned(unnamed, kFinance).tenant, "finance");
  EXPECT_EQ(planned(unnamed).tenant, "");
  EXPECT_EQ(rule_of(unnamed, {{{"finance", "web"}}}), "tenant_unknown");
  unnamed.tenant = "web";
  EXPECT_EQ(rule_of(unnamed, kFinance), "tenant_unknown");
}

TEST(PlanJob, ShowsATenantNothingOfOthers) {
  auto state = server();
  state.vms = list<domain::Vm>({vm("a", "erp", "finance", ""), vm("c", "erp", "web")});
  state.vm_states.resize(2);
  const auto foreign = change(OperationKind::policy, PlanAction::remove, "gold");
  const auto absent = change(OperationKind::policy, PlanAction::remove, "no-such");
  const Job of_foreign = planned(foreign, kFinance, state);
  EXPECT_EQ(of_foreign.rule, "policy_unknown");
  EXPECT_EQ(of_foreign.detail, planned(absent, kFinance, state).detail);
  EXPECT_EQ(rule_of(change(OperationKind::schedule, PlanAction::remove, "nightly"), kFinance),
            "schedule_unknown");
}

TEST(PlanJob, LetsATenantChangeOnlyWhatItOwns) {
  const auto request = change(OperationKind::policy, PlanAction::remove, "gold");
  EXPECT_EQ(rule_of(request, kFinance), "not_owned");
  auto state = server();
  state.policy_states[0].owner = base::SharedText("finance");
  EXPECT_EQ(rule_of(request, kFinance, state), "foreign_vms");
}

TEST(PlanJob, AssignsATenantsOwnVmsAndSchedules) {
  PlanRequest request = new_policy();
  request.policy.vms = std::vector<VmSelector>{{.guid = "c", .uuid = {}, .name = {}, .tenant = {}}};
  EXPECT_EQ(rule_of(request), "foreign_vm");
  EXPECT_EQ(rule_of(request, kFinance), "vm_unknown");
  request.policy.vms = std::vector<VmSelector>{{.guid = "a", .uuid = {}, .name = {}, .tenant = {}}};
  EXPECT_EQ(rule_of(request, kFinance), "");
  request.policy.schedules = {"nightly"};
  EXPECT_EQ(rule_of(request, kFinance), "schedule_unknown");
}

TEST(PlanJob, RefusesANameThatIsTaken) {
  auto state = server();
  state.policies = list<domain::Policy>({policy("gold"), policy("p2", "uuid_openstack-finance_Gold")});
  state.policy_states.resize(2);
  EXPECT_EQ(rule_of(new_policy(), kAll, state), "name_taken");
  EXPECT_EQ(rule_of(new_policy("Silver"), kAll, state), "");
}

TEST(PlanJob, KeepsAPolicyThatVmsHave) {
  PlanRequest request = change(OperationKind::policy, PlanAction::remove, "gold");
  EXPECT_EQ(rule_of(request), "has_vms");
  request.force = true;
  EXPECT_EQ(rule_of(request), "");
}

TEST(PlanJob, NamesTheServerWhereThereAreSeveral) {
  domain::Snapshot two = snapshot();
  two.servers.push_back(server());
  two.servers.back().name = "lab";
  EXPECT_EQ(plan_job(two, kAll, new_policy(), kNoon).rule, "server_unknown");
  PlanRequest request = new_policy();
  request.server = "lab";
  EXPECT_EQ(plan_job(two, kAll, request, kNoon).server, "lab");
}

TEST(PlanJob, LeavesInANewNameWhoseItIs) {
  auto state = server();
  state.vms = list<domain::Vm>();
  state.vm_states.clear();
  state.policies = list<domain::Policy>({policy("gold", "uuid_openstack-finance_Gold")});
  state.policy_states[0].owner = base::SharedText("finance");
  PlanRequest request = change(OperationKind::policy, PlanAction::update, "gold");
  request.policy.name = "Silver";
  FakeControl control;
  perform(planned(request, kFinance, state), control, kNoon);
  EXPECT_EQ(control.script().policy_updates.front().second.name, "uuid_openstack-finance_Silver");
}

TEST(PlanJob, FindsBothDestinationsOfARule) {
  PlanRequest request = new_policy();
  request.policy.destination = "xfs-main";
  request.policy.secondary = "archive";
  FakeControl control;
  perform(planned(request), control, kNoon);
  const vprotect::RuleDraft rule = control.script().new_rules.front();
  EXPECT_EQ(rule.primary, domain::DestinationId("xfs"));
  EXPECT_EQ(rule.secondary, domain::DestinationId("s3"));
}

TEST(PlanText, ComesBackAsItWas) {
  PlanAsk ask{.kind = OperationKind::schedule, .action = PlanAction::update, .guid = "s"};
  ask.schedule.name = "n";
  ask.schedule.interval = domain::Interval{1h, 2h, 3min};
  ask.schedule.days = {std::chrono::Sunday, std::chrono::Friday};
  ask.schedule.months = {std::chrono::March};
  ask.schedule.occurrences = {domain::Occurrence::last};
  ask.schedule.rules = {domain::RuleId("r")};
  const auto back = plan_ask_of(to_text(ask));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->schedule, ask.schedule);
  EXPECT_EQ(back->guid, "s");
  EXPECT_EQ(plan_ask_of("{"), std::nullopt);
}

TEST(PlanText, OfAPolicyAndItsRuleComesBackAsItWas) {
  PlanAsk ask{.kind = OperationKind::policy, .action = PlanAction::create, .force = true, .rule_guid = "r"};
  ask.policy = {.name = "n",
                .active = false,
                .priority = 7,
                .auto_remove_non_present = true,
                .vms = std::vector{domain::VmId("a"), domain::VmId("b")},
                .tenant_id = "t"};
  ask.rule = {.name = "rule",
              .active = true,
              .policy = domain::PolicyId("p"),
              .schedules = std::vector{domain::ScheduleId("s")},
              .primary = domain::DestinationId("d1"),
              .secondary = domain::DestinationId("d2"),
              .lists_destinations = true};
  const auto back = plan_ask_of(to_text(ask));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->policy, ask.policy);
  EXPECT_EQ(back->rule, ask.rule);
  EXPECT_TRUE(back->force);
  EXPECT_EQ(back->rule_guid, "r");
}

}  // namespace
}  // namespace runbook
