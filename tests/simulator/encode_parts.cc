#include <algorithm>

#include "encode.h"

namespace simulator {

Choice choice_of(BackupType type) {
  return type == BackupType::full ? Choice{"FULL", "Full"} : Choice{"INCREMENTAL", "Incremental"};
}

Choice choice_of(const Profile& profile, BackupStatus status) {
  switch (status) {
    case BackupStatus::success:
      return {"SUCCESS", "Success"};
    case BackupStatus::failed:
      return {"FAILED", "Failed"};
    case BackupStatus::in_progress:
      return {"INPROGRESS", "In progress"};
    case BackupStatus::queued:
      return {"QUEUED", "Queued"};
    case BackupStatus::partial_success:
      return profile.partial_success ? Choice{"PARTIAL_SUCCESS", "Partial success"}
                                     : Choice{"SUCCESS", "Success"};
    case BackupStatus::success_removed:
      break;
  }
  return {"SUCCESS_REMOVED", "Success (removed)"};
}

Choice choice_of(const Profile& profile, TaskType type) {
  switch (type) {
    case TaskType::export_:
      return {"EXPORT", "Export"};
    case TaskType::store:
      return {"STORE", "Store"};
    case TaskType::restore:
      return {"RESTORE", "Restore"};
    case TaskType::import:
      return {"IMPORT", "Import"};
    case TaskType::inventory_sync:
      return profile.old_names ? Choice{"INDEX", "Index"}
                               : Choice{"INVENTORY_SYNC", "Inventory synchronization"};
    case TaskType::backup_cleanup:
      break;
  }
  return profile.old_names ? Choice{"OLD_BACKUPS_REMOVAL", "Old backups removal"}
                           : Choice{"BACKUP_CLEANUP", "Backup cleanup"};
}

Choice choice_of(TaskState state) {
  switch (state) {
    case TaskState::queued:
      return {"QUEUED", "Queued"};
    case TaskState::running:
      return {"RUNNING", "Running"};
    case TaskState::finished:
      return {"FINISHED", "Finished"};
    case TaskState::failed:
      return {"FAILED", "Failed"};
    case TaskState::cancelled:
      break;
  }
  return {"CANCELLED", "Cancelled"};
}

double progress_of(const Task& task, TimePoint now) {
  if (task.state == TaskState::finished) return 100;
  if (!task.started || !task.planned_end || *task.planned_end <= *task.started) return 0;
  const auto until = std::min(now, task.finished.value_or(now)) - *task.started;
  const auto length = *task.planned_end - *task.started;
  return std::clamp(100.0 * static_cast<double>(until.count()) / static_cast<double>(length.count()), 0.0,
                    99.5);
}

void encode_time(JsonWriter& json, std::string_view key, const OptionalTime& time) {
  if (!time) return json.absent(key);
  json.number(key, time->time_since_epoch().count());
}

void encode_entity(JsonWriter& json, const Vm& vm) {
  if (json.style().references_as_strings) return json.text("protectedEntity", guid(Kind::vm, vm.id));
  json.open_object("protectedEntity");
  json.guid(Kind::vm, vm.id);
  json.text("name", vm.name);
  json.choice("type", {"VM", "Virtual machine"});
  json.close_object();
}

void encode_origin(JsonWriter& json, const Model& model, const std::optional<Id>& schedule) {
  json.open_object("originEntity");
  if (schedule) {
    json.guid(Kind::schedule, *schedule);
    json.text("name", at(model.schedules, *schedule).name);
    json.choice("type", {"SCHEDULE", "Schedule"});
  } else {
    json.guid(Kind::node_config, 0xAD);
    json.text("name", "admin");
    json.choice("type", {"USER", "User"});
  }
  json.close_object();
}

void encode_unknown(JsonWriter& json) {
  if (!json.style().unknown_fields) return;
  json.open_object("fieldOfTheFuture");
  json.open_array("nested");
  json.number({}, 1);
  json.null({});
  json.text({}, "guid");
  json.open_object();
  json.text("guid", "not the record's guid");
  json.close_object();
  json.close_array();
  json.close_object();
}

void encode_kept(JsonWriter& json, const KeptFields& kept) {
  for (const auto& [key, value] : kept) json.raw(key, value);
}

void encode_loose(JsonWriter& json, const Profile& profile, std::string_view key, const Choice& value) {
  if (!profile.loose_enums) return json.choice(key, value);
  json.text(key, json.style().unknown_enums ? "NOT_YET_INVENTED" : value.name);
}

}  // namespace simulator
