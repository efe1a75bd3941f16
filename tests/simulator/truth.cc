#include <nlohmann/json.hpp>

#include "world.h"

namespace simulator {
namespace {

using nlohmann::json;

struct History {
  const Backup* last_success = nullptr;
  const Backup* last_attempt = nullptr;
  int consecutive_failures = 0;
};

bool has_ended(const Backup& backup) {
  return backup.status != BackupStatus::queued && backup.status != BackupStatus::in_progress;
}

void note(History& history, const Backup& backup) {
  if (!has_ended(backup)) return;
  history.last_attempt = &backup;
  if (backup.status == BackupStatus::failed) {
    ++history.consecutive_failures;
  } else {
    history.last_success = &backup;
    history.consecutive_failures = 0;
  }
}

std::vector<History> histories_of(const Model& model) {
  std::vector<History> histories(model.vms.size());
  for (const Backup& backup : model.backups) note(at(histories, backup.vm), backup);
  return histories;
}

json time_of(const Backup* backup) {
  return backup != nullptr && backup->snapshot_at ? json(backup->snapshot_at->time_since_epoch().count())
                                                  : json();
}

json truth_of(const Model& model, const Vm& vm, const History& history) {
  return {{"guid", guid(Kind::vm, vm.id)},
          {"uuid", guid(Kind::vm_uuid, vm.id)},
          {"name", vm.name},
          {"project", vm.project ? json(at(model.projects, *vm.project).name) : json()},
          {"project_uuid", vm.project ? json(guid(Kind::project_uuid, *vm.project)) : json()},
          {"policy", vm.policy ? json(at(model.policies, *vm.policy).name) : json()},
          {"present", vm.present},
          {"up_to_date", vm.up_to_date ? json(*vm.up_to_date) : json()},
          {"last_success_ms", time_of(history.last_success)},
          {"last_attempt_ms", time_of(history.last_attempt)},
          {"last_attempt_failed",
           history.last_attempt != nullptr && history.last_attempt->status == BackupStatus::failed},
          {"consecutive_failures", history.consecutive_failures}};
}

}  // namespace

std::string truth_of(const Model& model, TimePoint now) {
  const std::vector<History> histories = histories_of(model);
  json vms = json::array();
  for (const Vm& vm : model.vms) {
    if (!vm.gone) vms.push_back(truth_of(model, vm, at(histories, vm.id)));
  }
  const json truth{{"now_ms", now.time_since_epoch().count()},
                   {"vms", std::move(vms)},
                   {"backups", model.backups.size()},
                   {"tasks", model.tasks.size()},
                   {"next_task", model.next_task},
                   {"next_backup", model.next_backup}};
  return truth.dump();
}

}  // namespace simulator
