#include "encode.h"

namespace simulator {
namespace {

bool left_data(const Backup& backup) {
  return backup.status == BackupStatus::success || backup.status == BackupStatus::partial_success ||
         backup.status == BackupStatus::success_removed;
}

void encode_times(JsonWriter& json, const Backup& backup) {
  json.open_object("taskTimeStats");
  json.number("queuedExportTime", backup.queued_export.count());
  json.number("exportTime", backup.exported.count());
  json.number("queuedStoreTime", backup.queued_store.count());
  json.number("storeTime", backup.stored.count());
  json.close_object();
  json.number("taskDurationTime", (backup.exported + backup.stored).count());
}

void encode_location(JsonWriter& json, const Encoder& from, const Backup& backup) {
  const Destination& destination = at(from.model.destinations, backup.destination);
  const bool removed = backup.status == BackupStatus::success_removed;
  json.open_object();
  json.guid(Kind::backup_location, backup.id);
  json.reference("backup", Kind::backup, backup.id, at(from.model.vms, backup.vm).name);
  encode_time(json, "snapshotTime", backup.snapshot_at);
  json.reference("backupDestination", Kind::destination, backup.destination, destination.name);
  encode_loose(json, from.profile, "backupDestinationType", {destination.type, destination.type_description});
  encode_loose(json, from.profile, "roleType", {"PRIMARY", "Primary"});
  encode_loose(json, from.profile, "status",
               removed ? Choice{"REMOVED", "Removed"} : Choice{"PRESENT", "Present"});
  encode_loose(json, from.profile, "retentionHint", {"STANDARD_RETENTION", "Standard retention"});
  json.close_object();
}

void encode_whereabouts(JsonWriter& json, const Encoder& from, const Backup& backup) {
  if (!from.profile.locations) {
    const std::string& name = at(from.model.destinations, backup.destination).name;
    return json.reference("backupDestination", Kind::destination, backup.destination, name);
  }
  json.open_array("backupLocations");
  if (left_data(backup)) encode_location(json, from, backup);
  json.close_array();
}

void encode_warnings(JsonWriter& json, const Backup& backup) {
  json.flag("warningsPresent", backup.warnings);
  if (!backup.warnings) return;
  json.open_array("warnings");
  json.text({}, "quiesce not available");
  json.close_array();
}

void encode_nullable(JsonWriter& json, const Profile& profile, std::string_view key) {
  profile.nulls ? json.null(key) : json.absent(key);
}

}  // namespace

void encode_backup(JsonWriter& json, const Encoder& from, const Backup& backup, Depth depth) {
  const Vm& vm = at(from.model.vms, backup.vm);
  json.open_object();
  json.guid(Kind::backup, backup.id);
  json.choice("status", choice_of(from.profile, backup.status));
  backup.status_info.empty() ? json.absent("statusInfo") : json.text("statusInfo", backup.status_info);
  json.choice("type", choice_of(backup.type));
  encode_time(json, "backupTime", backup_time(backup));
  encode_time(json, "snapshotTime", backup.snapshot_at);
  json.number("size", static_cast<std::int64_t>(backup.size));
  encode_nullable(json, from.profile, "effectiveBackupSize");
  encode_entity(json, vm);
  encode_origin(json, from.model, backup.schedule);
  if (from.profile.project_in_list && vm.project) {
    json.reference("sourceProject", Kind::project, *vm.project, at(from.model.projects, *vm.project).name);
  }
  backup.parent ? json.reference("parentBackup", Kind::backup, *backup.parent, vm.name)
                : json.absent("parentBackup");
  json.reference("backupRule", Kind::rule, backup.rule, at(from.model.rules, backup.rule).name);
  encode_times(json, backup);
  encode_warnings(json, backup);
  json.flag("hidden", false);
  encode_whereabouts(json, from, backup);
  encode_nullable(json, from.profile, "archiveExpire");
  if (depth == Depth::detail) json.flag("iscsiMountable", false);
  encode_unknown(json);
  json.close_object();
}

}  // namespace simulator
