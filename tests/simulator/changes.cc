#include "changes.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace simulator {
namespace {

template <class Row>
Id named(const std::vector<Row>& rows, std::string_view kind, std::string_view name) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
    if constexpr (requires { row.gone; }) return row.name == name && !row.gone;
    return row.name == name;
  });
  if (found == rows.end())
    throw std::invalid_argument("no " + std::string(kind) + " '" + std::string(name) + "'");
  return static_cast<Id>(found - rows.begin()) + 1;
}

template <class Value, std::size_t N>
std::optional<Value> value_named(const std::array<std::pair<std::string_view, Value>, N>& names,
                                 std::string_view name) {
  for (const auto& [each, value] : names) {
    if (each == name) return value;
  }
  return std::nullopt;
}

bool is_newer(const Backup& backup, const Vm& vm) {
  return !vm.last_backup || *backup.snapshot_at >= *vm.last_backup;
}

}  // namespace

Id policy_named(const Model& model, std::string_view name) { return named(model.policies, "policy", name); }
Id project_named(const Model& model, std::string_view name) { return named(model.projects, "project", name); }

Id rule_of(const Model& model, const Vm& vm) {
  if (model.rules.empty()) throw std::invalid_argument("a backup needs a rule, and there is none");
  const auto found = std::find_if(model.rules.begin(), model.rules.end(),
                                  [&](const Rule& rule) { return vm.policy == rule.policy; });
  return found == model.rules.end() ? 1 : static_cast<Id>(found - model.rules.begin()) + 1;
}

Vm& add_vm(Model& model, TimePoint now, std::string name, std::optional<std::string_view> project,
           std::optional<std::string_view> policy) {
  Vm vm{.name = std::move(name), .created = now, .disk = Bytes{100} << 30U};
  if (project) vm.project = project_named(model, *project);
  if (policy) vm.policy = policy_named(model, *policy);
  if (!model.hypervisors.empty()) vm.hypervisor = 1;
  if (is_scheduled(model, vm)) vm.up_to_date = false;
  return model.add(std::move(vm));
}

const Task& add_ended_task(Model& model, TimePoint now, const Vm* vm, TaskType type, TaskState state) {
  const Task& task = model.add(Task{.type = type,
                                    .state = state,
                                    .vm = vm != nullptr ? std::optional(vm->id) : std::nullopt,
                                    .node = 1,
                                    .manager = 1,
                                    .queued_at = now,
                                    .window_end = now + std::chrono::hours(6),
                                    .started = now,
                                    .finished = now,
                                    .planned_end = now,
                                    .status_info = state == TaskState::failed ? "Asked to fail" : ""});
  count_end(model.events, task);
  return task;
}

const Backup& add_ended_backup(Model& model, TimePoint now, Vm& vm, const EndedBackup& wanted) {
  const TimePoint snapshot = wanted.at.value_or(now) - kSnapshotTakes;
  const bool failed = wanted.status == BackupStatus::failed;
  // Backups stay in the order of queued_at: one that is added for an earlier time waited for none.
  TimePoint queued = std::min(snapshot, now);
  if (!model.backups.empty()) queued = std::max(queued, model.backups.back().queued_at);
  const Backup& backup = model.add(Backup{.vm = vm.id,
                                          .rule = rule_of(model, vm),
                                          .status = wanted.status,
                                          .type = wanted.type,
                                          .queued_at = queued,
                                          .snapshot_at = snapshot,
                                          .size = failed ? 0 : wanted.size,
                                          .status_info = failed ? "Asked to fail" : ""});
  if (failed) count_failure(model.events, backup);
  if (!is_newer(backup, vm)) return backup;
  if (!failed) note_success(vm, backup);
  if (is_scheduled(model, vm)) vm.up_to_date = !failed;
  return backup;
}

void wipe_backups(Model& model) {
  std::erase_if(model.backups, [&](const Backup& backup) {
    const bool ended = has_ended(backup.status);
    if (ended) model.wiped.push_back(backup);
    return ended;
  });
}

std::optional<TaskType> task_type_named(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, TaskType>, 6> kNames{
      {{"EXPORT", TaskType::export_},
       {"STORE", TaskType::store},
       {"RESTORE", TaskType::restore},
       {"IMPORT", TaskType::import},
       {"INVENTORY_SYNC", TaskType::inventory_sync},
       {"BACKUP_CLEANUP", TaskType::backup_cleanup}}};
  return value_named(kNames, name);
}

std::optional<TaskState> task_state_named(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, TaskState>, 5> kNames{
      {{"QUEUED", TaskState::queued},
       {"RUNNING", TaskState::running},
       {"FINISHED", TaskState::finished},
       {"FAILED", TaskState::failed},
       {"CANCELLED", TaskState::cancelled}}};
  return value_named(kNames, name);
}

std::optional<BackupStatus> backup_status_named(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, BackupStatus>, 6> kNames{
      {{"SUCCESS", BackupStatus::success},
       {"FAILED", BackupStatus::failed},
       {"INPROGRESS", BackupStatus::in_progress},
       {"QUEUED", BackupStatus::queued},
       {"PARTIAL_SUCCESS", BackupStatus::partial_success},
       {"SUCCESS_REMOVED", BackupStatus::success_removed}}};
  return value_named(kNames, name);
}

std::optional<BackupType> backup_type_named(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, BackupType>, 2> kNames{
      {{"FULL", BackupType::full}, {"INCREMENTAL", BackupType::incremental}}};
  return value_named(kNames, name);
}

}  // namespace simulator
