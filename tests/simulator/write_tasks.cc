#include <algorithm>

#include "write.h"

namespace simulator {
namespace {

using Json = nlohmann::json;

// A POST /tasks/export.
struct Exports {
  ExportOrder terms;  // but for the VM and its rule
  std::vector<Id> vms, rules;
  std::optional<int> retries;
};

bool has_rules(const Exchange& exchange) { return !exchange.world.profile.old_names; }

void check_kind(const Exchange& exchange, const Json& body) {
  if (!exchange.world.profile.modern) return;
  if (enum_in(body, "protectedEntityType") != "VM") throw Refused(400, "protectedEntityType must be VM");
}

void read_where(const Exchange& exchange, const Json& body, Exports& exports) {
  const Model& model = exchange.world.model;
  if (!has_rules(exchange)) {
    const std::string guid = guid_of(need(body, "backupDestination"));
    exports.terms.destination = known_id(model.destinations, Kind::destination, guid);
    return;
  }
  exports.rules = known_ids(model.rules, Kind::rule, body, "rules");
  if (exports.rules.empty()) throw Refused(400, "rules is required");
}

void read_when(const Exchange& exchange, const Json& body, ExportOrder& terms) {
  terms.window_start = time_in(body, "windowStart");
  terms.window_end = time_in(body, "windowEnd");
  if (terms.window_end && *terms.window_end <= terms.window_start.value_or(exchange.now))
    throw Refused(400, "windowEnd must be after windowStart");
}

Exports exports_in(const Exchange& exchange, const Json& body) {
  Exports exports;
  check_kind(exchange, body);
  exports.terms.type = backup_type_in(body);
  exports.terms.priority = static_cast<int>(number_in(body, "priority", 0, 100).value_or(50));
  const auto retries = number_in(body, "retryCount", 0, 100);
  if (retries && has_rules(exchange)) exports.retries = static_cast<int>(*retries);
  exports.vms = known_ids(exchange.world.model.vms, Kind::vm, body, "protectedEntities");
  if (exports.vms.empty()) throw Refused(400, "protectedEntities is required");
  read_where(exchange, body, exports);
  read_when(exchange, body, exports.terms);
  return exports;
}

// The rule by which the VM can be backed up: of those that were named where there are any, else the first of
// its policy. Absent when it cannot be.
std::optional<Id> rule_for(const Model& model, const Vm& vm, const Exports& exports) {
  if (!vm.present || !vm.policy) return std::nullopt;
  const auto fits = [&](Id rule) {
    return has(model.rules, rule) && at(model.rules, rule).policy == vm.policy;
  };
  const std::vector<Id> rules = exports.rules.empty() ? named_rows(model.rules.size()) : exports.rules;
  const auto found = std::find_if(rules.begin(), rules.end(), fits);
  return found == rules.end() ? std::nullopt : std::optional(*found);
}

void remember_export(const Exchange& exchange, const ExportOrder& order, const Exports& exports, Id task) {
  ExportCall call{.at = exchange.now,
                  .vm = guid(Kind::vm, order.vm),
                  .backup_type = std::string(choice_of(order.type).name),
                  .window_start = order.window_start,
                  .window_end = order.window_end,
                  .priority = order.priority,
                  .destination = guid(Kind::destination, order.destination),
                  .task = guid(Kind::task, task)};
  for (const Id rule : exports.rules) call.rules.push_back(guid(Kind::rule, rule));
  remember(exchange.world.calls.exports, std::move(call));
}

Id export_vm(const Exchange& exchange, const Exports& exports, Id vm, Id rule) {
  World& world = exchange.world;
  const Policy& policy = at(world.model.policies, at(world.model.rules, rule).policy);
  ExportOrder order = exports.terms;
  order.vm = vm;
  order.rule = rule;
  if (order.destination == 0) order.destination = at(world.model.rules, rule).destination;
  order.retries = exports.retries.value_or(policy.retries);
  const Id task = world.engine->order(order);
  remember_export(exchange, order, exports, task);
  return task;
}

struct Outcome {
  std::vector<Id> successful, unsuccessful, tasks;
};

Outcome export_all(const Exchange& exchange, const Exports& exports) {
  const Model& model = exchange.world.model;
  Outcome outcome;
  for (const Id vm : exports.vms) {
    const auto rule = rule_for(model, at(model.vms, vm), exports);
    (rule ? outcome.successful : outcome.unsuccessful).push_back(vm);
    if (rule) outcome.tasks.push_back(export_vm(exchange, exports, vm, *rule));
  }
  return outcome;
}

void encode_details(JsonWriter& json, const Exchange& exchange, Id task) {
  encode_task(json, exchange.encoder(), *exchange.world.model.task(task), Depth::detail);
}

void encode_tasks(JsonWriter& json, const Exchange& exchange, std::string_view key,
                  const std::vector<Id>& tasks) {
  json.open_array(key);
  for (const Id task : tasks) encode_details(json, exchange, task);
  json.close_array();
}

void encode_vms(JsonWriter& json, const Exchange& exchange, std::string_view key,
                const std::vector<Id>& vms) {
  json.open_array(key);
  for (const Id vm : vms) json.reference({}, Kind::vm, vm, at(exchange.world.model.vms, vm).name);
  json.close_array();
}

// 3.9 has no word for a VM that cannot be backed up: it does all or nothing.
Response old_export(const Exchange& exchange, const Exports& exports) {
  const Model& model = exchange.world.model;
  for (const Id vm : exports.vms) {
    if (!rule_for(model, at(model.vms, vm), exports)) throw Refused(400, "VM cannot be backed up");
  }
  const Outcome outcome = export_all(exchange, exports);
  if (exchange.twist.always_async) return json_answer({}, 201);
  return created(exchange, [&](JsonWriter& json) {
    outcome.tasks.size() == 1 ? encode_details(json, exchange, outcome.tasks.front())
                              : encode_tasks(json, exchange, {}, outcome.tasks);
  });
}

bool is_queued(const Task& task) { return task.state == TaskState::queued; }
bool is_running(const Task& task) { return task.state == TaskState::running; }

// Ends those that go on and that `matches`, then forgets those that ended.
template <class Matches>
Response delete_tasks(const Exchange& exchange, Matches matches) {
  World& world = exchange.world;
  for (Task& task : world.model.tasks) {
    if (matches(task)) world.engine->cancel(task, "Task was deleted");
  }
  std::erase_if(world.model.tasks, [](const Task& task) { return has_ended(task.state); });
  return {.status = 204};
}

Task& task_of(const Exchange& exchange, std::string_view guid) {
  Task* task = exchange.world.model.task(id_of(Kind::task, guid).value_or(0));
  return task != nullptr ? *task : throw Refused(404, kNoSuchObject);
}

// The backup of a restore is a guid, or an object with one.
const Backup& restorable_backup(const Exchange& exchange, const Json& body) {
  const Json& value = need(body, "backup");
  const std::string guid = value.is_string() ? value.get<std::string>() : guid_of(value);
  const Backup* backup = exchange.world.model.backup(id_of(Kind::backup, guid).value_or(0));
  if (backup == nullptr) throw Refused(404, kNoSuchObject);
  const bool restorable =
      backup->status == BackupStatus::success || backup->status == BackupStatus::partial_success;
  return restorable ? *backup : throw Refused(400, "Backup cannot be restored");
}

// Where a restore goes: the one or the other.
struct Target {
  std::optional<Id> hypervisor, manager;
};

Target target_in(const Exchange& exchange, const Json& body) {
  const Model& model = exchange.world.model;
  const Json *hypervisor = find(body, "hypervisor"), *manager = find(body, "hypervisorManager");
  if ((hypervisor == nullptr) == (manager == nullptr))
    throw Refused(400, "Either hypervisor or hypervisorManager is required");
  if (manager != nullptr) return {.manager = known_id(model.managers, Kind::manager, guid_of(*manager))};
  return {.hypervisor = known_id(model.hypervisors, Kind::hypervisor, guid_of(*hypervisor))};
}

void check_details(const Exchange& exchange, const Json& body) {
  for (const char* key : {"restoredPeName", "restoreStorageId", "restoreClusterId"}) {
    if (find(body, key) != nullptr) text_in(body, key);
  }
  if (const Json* project = find(body, "restoreProject")) {
    if (exchange.world.profile.old_names) {
      text_in(body, "restoreProject");
    } else {
      known_id(exchange.world.model.projects, Kind::project, guid_of(*project));
    }
  }
  if (const Json* center = find(body, "dataCenter")) text_in(*center, "name");
}

// A backup has one location, whose number is its own. Versions before 5.0 know of none.
void check_location(const Exchange& exchange, const Json& body, const Backup& backup) {
  const Json* location = find(body, "backupLocation");
  if (location == nullptr || !exchange.world.profile.locations) return;
  if (id_of(Kind::backup_location, guid_of(*location)) != backup.id) throw Refused(404, kNoSuchObject);
}

void remember_restore(const Exchange& exchange, const RestoreOrder& order, const Target& target,
                      bool overwrite, Id task) {
  const Id vm = exchange.world.model.backup(order.backup)->vm;
  remember(exchange.world.calls.restores,
           {.at = exchange.now,
            .backup = guid(Kind::backup, order.backup),
            .vm = guid(Kind::vm, vm),
            .name = order.name,
            .hypervisor = target.hypervisor ? guid(Kind::hypervisor, *target.hypervisor) : "",
            .manager = target.manager ? guid(Kind::manager, *target.manager) : "",
            .overwrite = overwrite,
            .task = guid(Kind::task, task)});
}

}  // namespace

Response export_vms(const Exchange& exchange, std::string_view) {
  const Json body = object_in(exchange.request);
  const Exports exports = exports_in(exchange, body);
  if (!has_rules(exchange)) return old_export(exchange, exports);
  const bool async = flag_in(body, "async").value_or(false) || exchange.twist.always_async;
  const Outcome outcome = export_all(exchange, exports);
  return created(exchange, [&](JsonWriter& json) {
    json.open_object();
    encode_vms(json, exchange, "successful", outcome.successful);
    encode_vms(json, exchange, "unsuccessful", outcome.unsuccessful);
    encode_tasks(json, exchange, "tasks", async ? std::vector<Id>{} : outcome.tasks);
    json.close_object();
  });
}

Response restore_and_import(const Exchange& exchange, std::string_view) {
  World& world = exchange.world;
  const Json body = object_in(exchange.request);
  const Backup& backup = restorable_backup(exchange, body);
  const Target target = target_in(exchange, body);
  check_details(exchange, body);
  check_location(exchange, body, backup);
  const bool overwrite = flag_in(body, "overwrite").value_or(false);
  const Id manager =
      target.manager ? *target.manager : at(world.model.hypervisors, *target.hypervisor).manager;
  const bool named = find(body, "restoredPeName") != nullptr;
  const RestoreOrder order{
      .backup = backup.id,
      .manager = manager,
      .name = named ? text_in(body, "restoredPeName") : at(world.model.vms, backup.vm).name};
  const Id task = world.engine->order(order);
  remember_restore(exchange, order, target, overwrite, task);
  if (exchange.twist.always_async) return json_answer({}, 201);
  return created(exchange, [&](JsonWriter& json) { encode_details(json, exchange, task); });
}

Response change_task_state(const Exchange& exchange, std::string_view guid) {
  Task& task = task_of(exchange, guid);
  const Json body = object_in(exchange.request);
  if (enum_name(need(body, "state")) != "CANCELLED") throw Refused(400, "state must be CANCELLED");
  const bool why = find(body, "statusInfo") != nullptr;
  const std::string reason = why ? text_in(body, "statusInfo") : "Cancelled by user";
  if (!exchange.world.engine->cancel(task, reason)) throw Refused(400, "Task has already ended");
  return {.status = 204};
}

Response delete_task(const Exchange& exchange, std::string_view guid) {
  const Task& task = task_of(exchange, guid);
  if (!has_ended(task.state)) throw Refused(400, "Task has not ended");
  std::erase_if(exchange.world.model.tasks, [id = task.id](const Task& each) { return each.id == id; });
  return {.status = 204};
}

Response delete_finished_tasks(const Exchange& exchange, std::string_view) {
  return delete_tasks(exchange, [](const Task&) { return false; });
}

Response delete_finished_and_queued_tasks(const Exchange& exchange, std::string_view) {
  return delete_tasks(exchange, is_queued);
}

Response delete_running_tasks(const Exchange& exchange, std::string_view) {
  return delete_tasks(exchange, is_running);
}

}  // namespace simulator
