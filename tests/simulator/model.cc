#include "model.h"

#include <algorithm>
#include <utility>

namespace simulator {
namespace {

template <class Row>
auto* found(Row& row, Id id) {
  const auto it = std::lower_bound(row.begin(), row.end(), id,
                                   [](const auto& each, Id wanted) { return each.id < wanted; });
  return it != row.end() && it->id == id ? &*it : nullptr;
}

bool covers(const Model& model, const Schedule& schedule, Id policy) {
  return schedule.active && std::any_of(schedule.rules.begin(), schedule.rules.end(), [&](Id rule) {
           return at(model.rules, rule).policy == policy && at(model.rules, rule).active;
         });
}

// The newest ended backup of each VM, or null.
std::vector<const Backup*> newest_ended(const Model& model) {
  std::vector<const Backup*> newest(model.vms.size());
  for (const Backup& backup : model.backups) {
    if (!has_ended(backup.status)) continue;
    const Backup*& found = at(newest, backup.vm);
    if (found == nullptr || backup_time(*found) <= backup_time(backup)) found = &backup;
  }
  return newest;
}

}  // namespace

Vm& Model::add(Vm vm) {
  vm.id = static_cast<Id>(vms.size() + 1);
  vms.push_back(std::move(vm));
  return vms.back();
}

Backup& Model::add(Backup backup) {
  backup.id = next_backup++;
  backups.push_back(std::move(backup));
  return backups.back();
}

Task& Model::add(Task task) {
  task.id = next_task++;
  tasks.push_back(std::move(task));
  return tasks.back();
}

RestoreJob& Model::add(RestoreJob job) {
  job.id = static_cast<Id>(restore_jobs.size() + 1);
  restore_jobs.push_back(std::move(job));
  return restore_jobs.back();
}

Backup* Model::backup(Id id) { return found(backups, id); }
const Backup* Model::backup(Id id) const { return found(backups, id); }
Task* Model::task(Id id) { return found(tasks, id); }
const Task* Model::task(Id id) const { return found(tasks, id); }
RestoreJob* Model::restore_job(Id id) { return found(restore_jobs, id); }

bool has_ended(TaskState state) { return state != TaskState::queued && state != TaskState::running; }

bool makes_backup(TaskType type) { return type == TaskType::export_ || type == TaskType::store; }

bool has_ended(BackupStatus status) {
  return status != BackupStatus::queued && status != BackupStatus::in_progress;
}

bool is_success(BackupStatus status) { return has_ended(status) && status != BackupStatus::failed; }

OptionalTime backup_time(const Backup& backup) {
  return backup.snapshot_at ? OptionalTime(*backup.snapshot_at + kSnapshotTakes) : backup.given_up_at;
}

void note_success(Vm& vm, const Backup& backup) {
  if (!backup.snapshot_at) return;
  const BackupReference reference{backup.id, *backup.snapshot_at};
  vm.last_backup = backup.snapshot_at;
  vm.last_size = backup.size;
  vm.warnings = backup.warnings;
  if (backup.type == BackupType::full) {
    vm.last_full_size = backup.size;
    vm.last_full = reference;
  } else {
    vm.last_incremental = reference;
  }
}

bool is_scheduled(const Model& model, const Vm& vm) {
  if (!vm.policy || !at(model.policies, *vm.policy).active) return false;
  return std::any_of(model.schedules.begin(), model.schedules.end(),
                     [&](const Schedule& schedule) { return covers(model, schedule, *vm.policy); });
}

void judge_again(Model& model) {
  const std::vector<const Backup*> newest = newest_ended(model);
  for (Vm& vm : model.vms) {
    if (!is_scheduled(model, vm)) {
      vm.up_to_date = std::nullopt;
    } else if (!vm.up_to_date) {
      const Backup* last = at(newest, vm.id);
      vm.up_to_date = last != nullptr && is_success(last->status);
    }
  }
}

bool is_tied(const Model& model, const Schedule& schedule, Id policy) {
  return std::any_of(schedule.rules.begin(), schedule.rules.end(),
                     [&](Id rule) { return at(model.rules, rule).policy == policy; });
}

void count_end(Events& events, const Task& task) {
  Events::Tasks& tasks = events.tasks[task.type];
  ++tasks.ended;
  if (task.state == TaskState::failed) ++tasks.failed;
}

void count_failure(Events& events, const Backup& backup) { ++events.failed_backups[backup.vm]; }

Events listed_events(const Model& model) {
  Events events;
  for (const Task& task : model.tasks) {
    if (has_ended(task.state)) count_end(events, task);
  }
  for (const Backup& backup : model.backups) {
    if (backup.status == BackupStatus::failed) count_failure(events, backup);
  }
  return events;
}

}  // namespace simulator
