#include "runbook/restore_plan.h"

#include <gtest/gtest.h>

#include "unit/runbook/site.h"

namespace runbook {
namespace {

using namespace runbook_test;
using domain::BackupRun;
using domain::BackupStatus;

const domain::Scope kAll{};
const domain::Scope kWeb{{{"web"}}};

BackupRun run(const std::string& id, base::TimePoint at, BackupStatus status = BackupStatus::success) {
  BackupRun run;
  run.id = domain::BackupId(id);
  run.at = at;
  run.status = status;
  return run;
}

// Of VM "a": the newest was found missing at its destination.
std::optional<std::vector<BackupRun>> backups(std::string_view /*server*/, const domain::VmId& vm) {
  if (vm != domain::VmId("a")) return std::vector<BackupRun>{};
  return std::vector<BackupRun>{run("b3", kNoon - 1h, BackupStatus::success_removed),
                                run("b2", kNoon - 24h, BackupStatus::partial_success),
                                run("b1", kNoon - 48h)};
}

RestoreRequest of_vm(const std::string& guid = "a") {
  RestoreRequest request;
  request.vm.guid = guid;
  request.hypervisor = "hv";
  return request;
}

std::variant<RestorePlan, Refusal> plan(const RestoreRequest& request, const domain::Scope& scope = kAll,
                                        const domain::ServerState& state = server()) {
  static domain::Snapshot shown;  // the plan points into it
  shown = snapshot(state);
  shown.servers.front().tenant_rules =
      list<domain::TenantRule>({{.name = "finance", .projects = {"configured-project"}}});
  return plan_restore(shown, scope, request, backups);
}

std::string rule_of(const RestoreRequest& request, const domain::Scope& scope = kAll,
                    const domain::ServerState& state = server()) {
  const auto result = plan(request, scope, state);
  const auto* refusal = std::get_if<Refusal>(&result);
  return refusal == nullptr ? "" : refusal->rule;
}

std::string project_for(const std::string& project) {
  RestoreRequest request = of_vm();
  request.project = project;
  const auto result = plan(request);
  const auto* made = std::get_if<RestorePlan>(&result);
  return made == nullptr ? std::get<Refusal>(result).rule : made->ask.project;
}

TEST(PlanRestore, TakesTheNewestBackupThatIsThere) {
  EXPECT_EQ(std::get<RestorePlan>(plan(of_vm())).ask.backup, domain::BackupId("b2"));
  RestoreRequest earlier = of_vm();
  earlier.before = kNoon - 24h;
  EXPECT_EQ(std::get<RestorePlan>(plan(earlier)).ask.backup, domain::BackupId("b1"));
  earlier.before = kNoon - 48h;
  EXPECT_EQ(rule_of(earlier), "no_restorable_backup");
}

TEST(PlanRestore, FindsTheVmOfABackup) {
  RestoreRequest request;
  request.backup = "b1";
  const auto made = std::get<RestorePlan>(plan(request));
  EXPECT_EQ(made.subject.vm->id, domain::VmId("a"));
  EXPECT_EQ(rule_of(request, kWeb), "backup_unknown");
  request.backup = "b3";
  EXPECT_EQ(rule_of(request), "backup_not_restorable");
}

TEST(PlanRestore, DoesNotTakeABackupForNoneWhileTheHistoryIsNotKnown) {
  RestoreRequest request;
  request.backup = "b1";
  const domain::Snapshot shown = snapshot(server());
  const auto unknown = [](std::string_view, const domain::VmId&) {
    return std::optional<std::vector<BackupRun>>();
  };
  const auto result = plan_restore(shown, kAll, request, unknown);
  EXPECT_EQ(std::get<Refusal>(result).rule, "history_unknown");
}

TEST(PlanRestore, TakesABackupOfAnotherVmForNone) {
  RestoreRequest request = of_vm("b");
  request.backup = "b1";
  EXPECT_EQ(rule_of(request), "backup_unknown");
}

TEST(PlanRestore, RestoresAVmThatIsGone) {
  auto state = server();
  auto gone = vm("a", "erp", "finance", "");
  gone.present = false;
  state.vms = list<domain::Vm>({gone});
  EXPECT_EQ(rule_of(of_vm(), kAll, state), "");
}

TEST(PlanRestore, StaysInTheTenantsProjects) {
  EXPECT_EQ(project_for(""), "project-of-finance");
  EXPECT_EQ(project_for("OPENSTACK-finance"), "project-of-finance");
  EXPECT_EQ(project_for("configured-project"), "configured-project");
  EXPECT_EQ(project_for("project-of-web"), "foreign_project");
  EXPECT_EQ(project_for("web"), "foreign_project");
}

TEST(PlanRestore, TellsAnOldServerThePlatformsIdOfTheProject) {
  auto state = server();
  domain::Node node;
  node.version = "3.9-1";
  state.nodes = list<domain::Node>({node});
  const auto made = std::get<RestorePlan>(plan(of_vm(), kAll, state));
  EXPECT_TRUE(made.ask.project_is_text);
  EXPECT_EQ(made.ask.project, "openstack-finance");
}

TEST(PlanRestore, OverwritesNothingUnlessItIsAskedTo) {
  EXPECT_FALSE(std::get<RestorePlan>(plan(of_vm())).ask.overwrite);
}

TEST(PlanRestore, WaitsForARestoreThatIsUnderWay) {
  auto state = server();
  domain::Task task;
  task.entity = domain::VmId("a");
  task.type = base::SharedText("IMPORT");
  task.state = base::SharedText("QUEUED");
  state.tasks = list<domain::Task>({task});
  EXPECT_EQ(rule_of(of_vm(), kAll, state), "already_running");
}

TEST(RestoreAskText, ComesBackAsItWas) {
  const vprotect::RestoreAsk whole{.backup = domain::BackupId("b"),
                                   .hypervisor = "h",
                                   .hypervisor_manager = "",
                                   .name = "n",
                                   .storage = "s",
                                   .cluster = "c",
                                   .project = "p",
                                   .project_is_text = true,
                                   .data_center = "d",
                                   .overwrite = true,
                                   .power_on = true};
  EXPECT_EQ(restore_ask_of(to_text(whole)), whole);
  EXPECT_EQ(restore_ask_of("{}"), std::nullopt);
}

}  // namespace
}  // namespace runbook
