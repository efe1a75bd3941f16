#include "encode.h"

namespace simulator {
namespace {

void encode_object_of(JsonWriter& json, const Model& model, const Task& task) {
  if (task.vm) {
    if (!task.restore_job) json.choice("backupType", choice_of(task.backup_type));
    encode_entity(json, at(model.vms, *task.vm));
    json.text("protectedEntityDisplayName", at(model.vms, *task.vm).name);
  }
  task.node ? json.reference("node", Kind::node, *task.node, at(model.nodes, *task.node).name)
            : json.absent("node");
  task.destination ? json.reference("backupDestination", Kind::destination, *task.destination,
                                    at(model.destinations, *task.destination).name)
                   : json.absent("backupDestination");
  if (task.manager) {
    json.reference("hypervisorManager", Kind::manager, *task.manager, at(model.managers, *task.manager).url);
  }
}

void encode_window(JsonWriter& json, const Task& task) {
  encode_time(json, "windowStart", task.window_start.value_or(task.queued_at));
  encode_time(json, "windowEnd", task.window_end);
}

// What a restore makes. Its guid is known where it replaces the VM that was backed up.
void encode_made_vm(JsonWriter& json, const Model& model, const Task& task) {
  const RestoreJob& job = model.restore_jobs.at(*task.restore_job - 1);
  json.choice("restoreType", {"RESTORE_AND_IMPORT", "Restore and import"});
  json.open_object("dstProtectedEntity");
  if (job.name == at(model.vms, job.vm).name) json.guid(Kind::vm, job.vm);
  json.text("name", job.name);
  json.close_object();
}

void encode_more(JsonWriter& json, const Model& model, const Task& task) {
  json.number("retryCount", task.retries);
  if (task.backup) json.reference("backup", Kind::backup, *task.backup, at(model.vms, *task.vm).name);
  if (task.restore_job) encode_made_vm(json, model, task);
}

void encode_system_origin(JsonWriter& json) {
  json.open_object("originEntity");
  json.guid(Kind::schedule, 0xFFFF);
  json.text("name", "System");
  json.choice("type", {"SYSTEM_SCHEDULE", "System schedule"});
  json.close_object();
}

}  // namespace

void encode_task(JsonWriter& json, const Encoder& from, const Task& task, Depth depth) {
  json.open_object();
  json.guid(Kind::task, task.id);
  json.choice("type", choice_of(from.profile, task.type));
  json.choice("state", choice_of(task.state));
  json.decimal("progress", progress_of(task, from.now));
  json.number("priority", task.priority);
  if (depth == Depth::detail || !json.style().no_windows) encode_window(json, task);
  encode_time(json, "startTime", task.started);
  encode_time(json, "finishTime", task.finished);
  encode_object_of(json, from.model, task);
  task.vm ? encode_origin(json, from.model, task.schedule) : encode_system_origin(json);
  json.flag("powerOnAfterRestore", false);
  task.status_info.empty() ? json.absent("statusInfo") : json.text("statusInfo", task.status_info);
  if (depth == Depth::detail) encode_more(json, from.model, task);
  encode_unknown(json);
  json.close_object();
}

}  // namespace simulator
