#include "encode.h"

namespace simulator {
namespace {

void encode_times(JsonWriter& json, const RestoreJob& job) {
  json.open_object("taskTimeStats");
  json.number("queuedRestoreTime", job.queued_restore.count());
  json.number("restoreTime", job.restored.count());
  json.number("queuedImportTime", job.queued_import.count());
  json.number("importTime", job.imported.count());
  json.close_object();
}

}  // namespace

void encode_restore_job(JsonWriter& json, const Encoder& from, const RestoreJob& job) {
  const Vm& vm = at(from.model.vms, job.vm);
  json.open_object();
  json.guid(Kind::restore_job, job.id);
  encode_time(json, "restoreTime", job.asked_at);
  json.reference("backup", Kind::backup, job.backup, vm.name);
  json.choice("status", choice_of(from.profile, job.status));
  job.status_info.empty() ? json.absent("statusInfo") : json.text("statusInfo", job.status_info);
  json.choice("restoreType", {"RESTORE_AND_IMPORT", "Restore and import"});
  encode_times(json, job);
  encode_entity(json, vm);
  encode_unknown(json);
  json.close_object();
}

}  // namespace simulator
