#include "encode.h"

namespace simulator {
namespace {

void encode_object_of(JsonWriter& json, const Model& model, const Task& task) {
  if (task.vm) {
    json.choice("backupType", choice_of(task.backup_type));
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
  encode_time(json, "windowStart", task.queued_at);
  encode_time(json, "windowEnd", task.window_end);
  encode_time(json, "startTime", task.started);
  encode_time(json, "finishTime", task.finished);
  encode_object_of(json, from.model, task);
  task.vm ? encode_origin(json, from.model, task.schedule) : encode_system_origin(json);
  json.flag("powerOnAfterRestore", false);
  task.status_info.empty() ? json.absent("statusInfo") : json.text("statusInfo", task.status_info);
  if (depth == Depth::detail) {
    json.number("retryCount", task.retries);
    if (task.backup) json.reference("backup", Kind::backup, *task.backup, at(from.model.vms, *task.vm).name);
  }
  encode_unknown(json);
  json.close_object();
}

}  // namespace simulator
