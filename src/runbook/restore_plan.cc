#include "runbook/restore_plan.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.h"
#include "runbook/backup_plan.h"

namespace runbook {
namespace {

using domain::BackupRun;
using domain::Reference;
using nlohmann::json;

constexpr int kFirstWithProjectObjects = 4;

struct FoundBackup {
  Subject subject;
  BackupRun run;
};
using Found = std::variant<FoundBackup, Refusal>;

bool says_anything(const VmSelector& selector) {
  return !selector.guid.empty() || !selector.uuid.empty() || !selector.name.empty();
}

Refusal history_unknown(const std::string& server) {
  return {"history_unknown", "The backups of " + server + " are not known now.", {}};
}

std::optional<BackupRun> run_of(const std::vector<BackupRun>& runs, const domain::BackupId& id) {
  const auto found =
      std::find_if(runs.begin(), runs.end(), [&](const BackupRun& run) { return run.id == id; });
  return found == runs.end() ? std::nullopt : std::optional(*found);
}

Refusal backup_unknown(const std::string& guid) {
  return {"backup_unknown", "There is no backup with guid " + base::excerpt(guid, 200) + ".", {}};
}

// Whoever knows the backup's guid only: the VMs are gone through, those that the scope shows.
Found find_by_backup(const domain::Snapshot& snapshot, const domain::Scope& scope,
                     const RestoreRequest& request, const BackupsOf& backups_of) {
  const domain::BackupId id(request.backup);
  const domain::ServerState* unknown = nullptr;
  for (const domain::ServerState& server : snapshot.servers) {
    if (!request.server.empty() && server.name != request.server) continue;
    for (std::size_t at = 0; at < server.vms->size(); ++at) {
      const domain::Vm& vm = (*server.vms)[at];
      if (!scope.shows(vm.tenant.view())) continue;
      const auto runs = backups_of(server.name, vm.id);
      if (!runs) {
        unknown = &server;
        break;
      }
      if (const auto run = run_of(*runs, id)) return FoundBackup{{&server, &vm, &server.vm_states[at]}, *run};
    }
  }
  return unknown == nullptr ? backup_unknown(request.backup) : history_unknown(unknown->name);
}

Found newest_of(const Subject& subject, const std::vector<BackupRun>& runs, const RestoreRequest& request) {
  const auto fits = [&](const BackupRun& run) {
    return is_restorable(run.status) && (!request.before || run.at < *request.before);
  };
  const auto found = std::find_if(runs.begin(), runs.end(), fits);
  if (found != runs.end()) return FoundBackup{subject, *found};
  return Refusal{"no_restorable_backup",
                 "No restorable backup of it is known" +
                     (request.before ? " from before " + base::to_rfc3339(*request.before) : "") + ".",
                 {}};
}

Found find_backup(const domain::Snapshot& snapshot, const domain::Scope& scope, const RestoreRequest& request,
                  const BackupsOf& backups_of) {
  if (!says_anything(request.vm)) return find_by_backup(snapshot, scope, request, backups_of);
  const auto vm = find_vm(snapshot, scope, request.server, request.vm);
  if (const auto* refusal = std::get_if<Refusal>(&vm)) return *refusal;
  const Subject& subject = std::get<Subject>(vm);
  const auto runs = backups_of(subject.server->name, subject.vm->id);
  if (!runs) return history_unknown(subject.server->name);
  if (request.backup.empty()) return newest_of(subject, *runs, request);
  const auto run = run_of(*runs, domain::BackupId(request.backup));
  return run ? Found(FoundBackup{subject, *run}) : backup_unknown(request.backup);
}

// A VM of the same tenant that is in the project, which tells guid and platform id; null: there is none.
const domain::Vm* neighbour_in(const Subject& subject, const std::string& project) {
  for (const domain::Vm& vm : *subject.server->vms) {
    if (vm.tenant == subject.vm->tenant && domain::is_in_project(vm, project)) return &vm;
  }
  return nullptr;
}

std::string project_text(const domain::Vm& vm, bool as_text) {
  if (as_text && !vm.project_uuid.empty()) return vm.project_uuid.str();
  return vm.project.guid.str();
}

// By the configuration, which may know projects that no VM is in.
bool owns(const Subject& subject, const std::string& project) {
  const auto& rules = subject.server->tenant_rules;
  return rules && std::any_of(rules->begin(), rules->end(), [&](const domain::TenantRule& rule) {
           return rule.name == subject.vm->tenant.view() &&
                  std::any_of(rule.projects.begin(), rule.projects.end(), [&](const std::string& own) {
                    return base::equal_ignoring_case(own, project);
                  });
         });
}

// Into a project of the VM's own tenant, or not at all.
std::optional<Refusal> set_project(const Subject& subject, const RestoreRequest& request,
                                   vprotect::RestoreAsk& ask) {
  const auto major = major_version_of(*subject.server);
  ask.project_is_text = major && *major < kFirstWithProjectObjects;
  if (request.project.empty() || domain::is_in_project(*subject.vm, request.project)) {
    ask.project = project_text(*subject.vm, ask.project_is_text);
    return std::nullopt;
  }
  if (const domain::Vm* neighbour = neighbour_in(subject, request.project)) {
    ask.project = project_text(*neighbour, ask.project_is_text);
    return std::nullopt;
  }
  if (owns(subject, request.project)) {
    ask.project = request.project;
    return std::nullopt;
  }
  return Refusal{
      "foreign_project",
      "The project " + base::excerpt(request.project, 200) + " is not known to be of the VM's tenant.",
      {}};
}

std::optional<Refusal> unfit(const FoundBackup& found) {
  const Subject& subject = found.subject;
  if (auto refusal = unreachable(subject)) return refusal;
  if (!is_restorable(found.run.status))
    return Refusal{"backup_not_restorable",
                   "The backup is not there to be restored: its status is " +
                       std::string(domain::name_of(found.run.status)) + ".",
                   {}};
  if (const domain::Task* task = open_task(subject, {"RESTORE", "IMPORT"}))
    return Refusal{
        "already_running", "The server has a restore of it under way: task " + task->id.text() + ".", {}};
  return std::nullopt;
}

}  // namespace

std::variant<RestorePlan, Refusal> plan_restore(const domain::Snapshot& snapshot, const domain::Scope& scope,
                                                const RestoreRequest& request, const BackupsOf& backups_of) {
  const Found found = find_backup(snapshot, scope, request, backups_of);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const auto& backup = std::get<FoundBackup>(found);
  if (auto refusal = unfit(backup)) return std::move(*refusal);
  RestorePlan plan{.subject = backup.subject,
                   .ask = {.backup = backup.run.id,
                           .hypervisor = request.hypervisor,
                           .hypervisor_manager = request.hypervisor_manager,
                           .name = request.name,
                           .storage = request.storage,
                           .cluster = request.cluster,
                           .project = {},
                           .project_is_text = false,
                           .data_center = request.data_center,
                           .overwrite = request.overwrite,
                           .power_on = request.power_on},
                   .backup_at = backup.run.at};
  if (auto refusal = set_project(backup.subject, request, plan.ask)) return std::move(*refusal);
  return plan;
}

std::string to_text(const vprotect::RestoreAsk& ask) {
  return json{{"backup", ask.backup.text()},
              {"hypervisor", ask.hypervisor},
              {"hypervisor_manager", ask.hypervisor_manager},
              {"name", ask.name},
              {"storage", ask.storage},
              {"cluster", ask.cluster},
              {"project", ask.project},
              {"project_is_text", ask.project_is_text},
              {"data_center", ask.data_center},
              {"overwrite", ask.overwrite},
              {"power_on", ask.power_on}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<vprotect::RestoreAsk> restore_ask_of(const std::string& text) {
  try {
    const json from = json::parse(text);
    return vprotect::RestoreAsk{.backup = domain::BackupId(from.at("backup").get<std::string>()),
                                .hypervisor = from.at("hypervisor"),
                                .hypervisor_manager = from.at("hypervisor_manager"),
                                .name = from.at("name"),
                                .storage = from.at("storage"),
                                .cluster = from.at("cluster"),
                                .project = from.at("project"),
                                .project_is_text = from.at("project_is_text"),
                                .data_center = from.at("data_center"),
                                .overwrite = from.at("overwrite"),
                                .power_on = from.at("power_on")};
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace runbook
