#include "runbook/backup_plan.h"

#include <gtest/gtest.h>

#include "unit/runbook/site.h"

namespace runbook {
namespace {

using namespace runbook_test;
using domain::BackupType;
using Form = vprotect::ExportAsk::Form;

const BackupWish kFull{.type = BackupType::full, .priority = 50, .window = 6h, .destination = ""};

std::variant<BackupPlan, Refusal> plan(const domain::ServerState& server, const BackupWish& wish = kFull,
                                       std::size_t vm = 0) {
  return plan_backup({&server, &(*server.vms)[vm], &server.vm_states[vm]}, wish, 1h, kNoon);
}

// The rule that refuses; empty: none does.
std::string rule_of(const domain::ServerState& server, const BackupWish& wish = kFull) {
  const auto result = plan(server, wish);
  const auto* refusal = std::get_if<Refusal>(&result);
  return refusal == nullptr ? "" : refusal->rule;
}

BackupWish to(const std::string& destination) {
  BackupWish wish = kFull;
  wish.destination = destination;
  return wish;
}

domain::ServerState of_version(const std::string& version) {
  domain::ServerState state = server();
  domain::Node node;
  node.version = version;
  state.nodes = version.empty() ? list<domain::Node>() : list<domain::Node>({node});
  return state;
}

TEST(PlanBackup, GoesByTheRuleOfTheVmsPolicy) {
  const auto state = server();
  const auto made = std::get<BackupPlan>(plan(state));
  EXPECT_EQ(made.forms, std::vector<Form>{Form::typed_rules});
  EXPECT_EQ(made.rules, std::vector<domain::RuleId>{domain::RuleId("r1")});
  EXPECT_EQ(made.destination, domain::DestinationId("xfs"));
}

TEST(PlanBackup, TakesTheFormOfTheServersVersion) {
  EXPECT_EQ(export_forms(of_version("3.9-5")), std::vector<Form>{Form::destination});
  EXPECT_EQ(export_forms(of_version("4.3.0")), std::vector<Form>{Form::destination});
  EXPECT_EQ(export_forms(of_version("5.1.0-3")), std::vector<Form>{Form::rules});
  EXPECT_EQ(export_forms(of_version("7.4.0-27")), std::vector<Form>{Form::typed_rules});
  EXPECT_EQ(export_forms(of_version("")),
            (std::vector<Form>{Form::typed_rules, Form::rules, Form::destination}));
  EXPECT_EQ(export_forms(of_version("devel")), export_forms(of_version("")));
}

TEST(PlanBackup, FindsADestinationByGuidOrName) {
  auto state = server();
  state.rules = list<domain::Rule>({rule("r1", "gold", {"nightly"}), rule("r2", "gold", {}, "s3")});
  for (const char* name : {"archive", "s3"})
    EXPECT_EQ(std::get<BackupPlan>(plan(state, to(name))).rules,
              std::vector<domain::RuleId>{domain::RuleId("r2")});
}

TEST(PlanBackup, RefusesDestinationsThatWillNotDo) {
  auto state = server();
  EXPECT_EQ(rule_of(state, to("tape")), "destination_unknown");
  EXPECT_EQ(rule_of(state, to("archive")), "destination_not_in_policy");
  state.destinations = list<domain::Destination>({destination("xfs", "xfs-main", 10, 10)});
  EXPECT_EQ(rule_of(state), "destination_full");
  state.destinations = list<domain::Destination>({destination("x1", "twin"), destination("x2", "twin")});
  EXPECT_EQ(rule_of(state, to("twin")), "destination_ambiguous");
}

TEST(PlanBackup, TellsAnOldServerTheDestinationThatIsAskedFor) {
  const auto old = of_version("3.9");
  EXPECT_EQ(std::get<BackupPlan>(plan(old, to("archive"))).destination, domain::DestinationId("s3"));
}

TEST(PlanBackup, RefusesVmsThatCannotBeBackedUp) {
  auto state = server();
  state.up = false;
  EXPECT_EQ(rule_of(state), "server_unreachable");
  state = server();
  auto gone = vm("a", "erp", "finance");
  gone.present = false;
  state.vms = list<domain::Vm>({gone});
  EXPECT_EQ(rule_of(state), "vm_not_present");
  state.vms = list<domain::Vm>({vm("a", "erp", "finance", "")});
  EXPECT_EQ(rule_of(state), "no_policy");
  state.vms = list<domain::Vm>({vm("a", "erp", "finance", "silver")});
  EXPECT_EQ(rule_of(state), "policy_unknown");
}

TEST(PlanBackup, UsesNoRuleThatIsSwitchedOff) {
  auto state = server();
  auto off = rule("r1", "gold", {"nightly"});
  off.active = false;
  state.rules = list<domain::Rule>({off});
  EXPECT_EQ(rule_of(state), "no_rule");
}

TEST(PlanBackup, NeedsAnIncrementalScheduleForAnIncrementalBackup) {
  auto state = server();
  BackupWish wish = kFull;
  wish.type = BackupType::incremental;
  EXPECT_EQ(std::get<BackupPlan>(plan(state, wish)).note,
            "No full backup of it is known: the server will make one instead.");
  state.schedules = list<domain::Schedule>({schedule("nightly", "FULL")});
  EXPECT_EQ(rule_of(state, wish), "no_incremental_schedule");
}

TEST(PlanBackup, SkipsAVmThatNeedsNone) {
  auto state = server();
  state.vm_states[0].age = 10min;
  const auto recent = std::get<Refusal>(plan(state));
  EXPECT_EQ(recent.rule, "recent_success");
  EXPECT_EQ(recent.passes_at, kNoon + 50min);
  domain::Task task;
  task.id = domain::TaskId("t");
  task.entity = domain::VmId("a");
  task.type = base::SharedText("STORE");
  task.state = base::SharedText("RUNNING");
  state.tasks = list<domain::Task>({task});
  EXPECT_EQ(rule_of(state), "already_running");
}

TEST(BackupPlanText, ComesBackAsItWas) {
  const BackupPlan whole{.forms = {Form::rules, Form::destination},
                         .type = BackupType::incremental,
                         .priority = 7,
                         .window = 90min,
                         .destination = domain::DestinationId("d"),
                         .rules = {domain::RuleId("r1"), domain::RuleId("r2")},
                         .note = "a note"};
  EXPECT_EQ(backup_plan_of(to_text(whole)), whole);
  for (const char* text : {"", "{}", "[1]", "{\"type\":1}"})
    EXPECT_EQ(backup_plan_of(text), std::nullopt) << text;
}

}  // namespace
}  // namespace runbook
