#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model.h"

// What tests do to the site while it lives.
namespace simulator {

struct EndedBackup {
  BackupStatus status = BackupStatus::success;
  BackupType type = BackupType::full;
  Bytes size = Bytes{1} << 30U;
  OptionalTime at;  // its backupTime; absent: now
};

// These throw std::invalid_argument for a name that is not there.
Id policy_named(const Model& model, std::string_view name);
Id project_named(const Model& model, std::string_view name);

// What the VM's backups are said to be made by: the first rule of its policy, else the first of all.
// Throws std::invalid_argument when there is none.
Id rule_of(const Model& model, const Vm& vm);

Vm& add_vm(Model& model, TimePoint now, std::string name, std::optional<std::string_view> project,
           std::optional<std::string_view> policy);
// Of the VM, or of none.
const Task& add_ended_task(Model& model, TimePoint now, const Vm* vm, TaskType type, TaskState state);
const Backup& add_ended_backup(Model& model, TimePoint now, Vm& vm, const EndedBackup& wanted);
void wipe_backups(Model& model);

// Switches a policy, rule or schedule on or off; false when there is none of that id.
template <class Row>
bool switch_row(Model& model, std::vector<Row>& rows, std::optional<Id> id, bool active) {
  if (!has(rows, id.value_or(0))) return false;
  at(rows, *id).active = active;
  judge_again(model);
  return true;
}

// As the API spells them; absent for any other.
std::optional<TaskType> task_type_named(std::string_view name);
std::optional<TaskState> task_state_named(std::string_view name);
std::optional<BackupStatus> backup_status_named(std::string_view name);
std::optional<BackupType> backup_type_named(std::string_view name);

}  // namespace simulator
