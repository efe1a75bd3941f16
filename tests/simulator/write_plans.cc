#include <algorithm>

#include "calendar_names.h"
#include "write.h"

// Policies, rules and schedules. Everything is read and checked before anything is changed.
namespace simulator {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kDay = Millis(std::chrono::days(1)).count();

// What the server knows of a record or reckons itself; all else is kept as it was written.
const std::vector<std::string_view> kPolicyFields{
    "guid", "name",  "active",  "priority",  "backupRetryCount", "tenantId",          "autoAssignSettings",
    "vms",  "rules", "vmCount", "ruleCount", "autoAssignMode",   "averageBackupSize", "backupDestinations"};
const std::vector<std::string_view> kRuleFields{"guid",
                                                "name",
                                                "policy",
                                                "schedules",
                                                "active",
                                                "ruleBackupDestinations",
                                                "backupDestinations",
                                                "vmCount",
                                                "schedulesCount",
                                                "backupCount",
                                                "removable",
                                                "markedForDeletion"};
const std::vector<std::string_view> kScheduleFields{
    "guid",       "name",          "active",  "type",
    "backupType", "executionType", "hour",    "startWindowLength",
    "interval",   "daysOfWeek",    "months",  "dayOfWeekOccurrences",
    "rules",      "policies",      "lastRun", "tenantId"};
const std::vector<std::string_view> kRoleFields{"guid", "backupDestination", "roleType", "rule"};

// `before` is the record that is replaced, if one is: it may keep its name.
template <class Row>
std::string new_name(const std::vector<Row>& rows, const Json& body, const Row* before) {
  std::string name = text_in(body, "name");
  if (before != nullptr && before->name == name) return name;
  const bool taken =
      std::any_of(rows.begin(), rows.end(), [&](const Row& row) { return !row.gone && row.name == name; });
  return taken ? throw Refused(400, "Name is already in use") : name;
}

// The tenant of "uuid_TENANT_name", as the builds for OpenStack call theirs.
std::string_view tenant_of_name(std::string_view name) {
  constexpr std::string_view kPrefix = "uuid_";
  if (!name.starts_with(kPrefix)) return {};
  name.remove_prefix(kPrefix.size());
  const std::size_t end = name.find('_');
  return end == std::string_view::npos ? std::string_view() : name.substr(0, end);
}

// Where it is not shown, it cannot be sent back either, so it stays.
template <class Row>
void read_tenant(const Exchange& exchange, const Json& body, Row& row, const Row* before) {
  if (find(body, "tenantId") != nullptr) {
    row.tenant = text_in(body, "tenantId");
  } else if (!exchange.world.profile.old_names) {
    row.tenant = tenant_of_name(row.name);
    if (row.tenant.empty() && before != nullptr) row.tenant = before->tenant;
  }
  row.project = id_of(Kind::project_uuid, row.tenant);
  if (row.project && !has(exchange.world.model.projects, *row.project)) row.project = std::nullopt;
  const bool hidden = !exchange.world.profile.old_names && row.tenant.empty();
  if (hidden && before != nullptr) row.project = before->project;
}

void read_auto_assign(const Json& body, Policy& policy) {
  const Json& settings = need(body, "autoAssignSettings");
  if (!settings.is_object()) throw Refused(400, "autoAssignSettings must be an object");
  policy.auto_assign = enum_name(need(settings, "mode"));
  if (policy.auto_assign != "DISABLED" && policy.auto_assign != "ASSIGN_ONLY" &&
      policy.auto_assign != "ASSIGN_AND_REMOVE")
    throw Refused(400, "mode is unknown");
  policy.kept_auto_assign = other_fields(settings, {"mode"});
}

Policy policy_in(const Exchange& exchange, const Json& body, const Policy* before) {
  Policy policy{.name = new_name(exchange.world.model.policies, body, before),
                .active = flag_in(body, "active").value_or(true),
                .priority = static_cast<int>(number_in(body, "priority", 0, 100).value_or(50)),
                .retries = static_cast<int>(number_in(body, "backupRetryCount", 0, 100).value_or(0))};
  read_tenant(exchange, body, policy, before);
  read_auto_assign(body, policy);
  policy.kept = other_fields(body, kPolicyFields);
  return policy;
}

void assign(Model& model, Id policy, const std::vector<Id>& vms) {
  for (Vm& vm : model.vms) {
    if (vm.policy == policy) vm.policy = std::nullopt;
  }
  for (const Id vm : vms) at(model.vms, vm).policy = policy;
}

// The destination and what else is said of it.
struct Role {
  Id destination = 0;
  KeptFields kept;
};

Role role_in(const Model& model, const Json& role) {
  if (!role.is_object()) throw Refused(400, "A rule's destination must be an object");
  const std::string guid = guid_of(need(role, "backupDestination"));
  return {known_id(model.destinations, Kind::destination, guid), other_fields(role, kRoleFields)};
}

// From 5.0 on they are written as an object, though they are read as an array.
void read_roles(const Model& model, const Json& body, Rule& rule) {
  const Json& roles = need(body, "ruleBackupDestinations");
  if (!roles.is_object()) throw Refused(400, "ruleBackupDestinations must be an object");
  Role primary = role_in(model, need(roles, "primaryBackupDestination"));
  rule.destination = primary.destination;
  rule.kept_primary = std::move(primary.kept);
  if (const Json* role = find(roles, "secondaryBackupDestination")) {
    Role secondary = role_in(model, *role);
    rule.secondary = secondary.destination;
    rule.kept_secondary = std::move(secondary.kept);
  }
}

Id default_destination(const Model& model) {
  const auto found = std::find_if(model.destinations.begin(), model.destinations.end(),
                                  [](const Destination& each) { return each.is_default; });
  return found == model.destinations.end() ? 1 : static_cast<Id>(found - model.destinations.begin()) + 1;
}

void read_destinations(const Exchange& exchange, const Json& body, Rule& rule) {
  const Model& model = exchange.world.model;
  if (!exchange.world.profile.old_names) return read_roles(model, body, rule);
  const auto ids = known_ids(model.destinations, Kind::destination, body, "backupDestinations");
  rule.destination = ids.empty() ? default_destination(model) : ids.front();
}

// "In 3.x and 4.x a policy has one rule."
void check_only_rule(const Exchange& exchange, const Rule& rule, const Rule* before) {
  if (!exchange.world.profile.old_names) return;
  for (const Rule& each : exchange.world.model.rules) {
    if (&each != before && each.policy == rule.policy && !each.marked_for_deletion)
      throw Refused(400, "Policy already has a rule");
  }
}

Rule rule_in(const Exchange& exchange, const Json& body, const Rule* before) {
  const Model& model = exchange.world.model;
  Rule rule{.name = new_name(model.rules, body, before),
            .policy = known_id(model.policies, Kind::policy, guid_of(need(body, "policy"))),
            .active = flag_in(body, "active").value_or(true)};
  check_only_rule(exchange, rule, before);
  read_destinations(exchange, body, rule);
  rule.kept = other_fields(body, kRuleFields);
  return rule;
}

void untie(Model& model, Id rule) {
  for (Schedule& schedule : model.schedules) std::erase(schedule.rules, rule);
}

void tie(Model& model, Id rule, const std::vector<Id>& schedules) {
  untie(model, rule);
  for (const Id schedule : schedules) at(model.schedules, schedule).rules.push_back(rule);
}

void remove_rule(Model& model, Id id) {
  untie(model, id);
  Rule& rule = at(model.rules, id);
  rule.gone = true;
  rule.policy = 0;
}

template <std::size_t N>
unsigned set_in(const Json& body, const char* key, const std::array<Choice, N>& choices) {
  unsigned set = 0;
  for (const Json& each : objects_in(body, key)) {
    const auto bit = bit_named(choices, enum_name(each));
    set |= bit ? *bit : throw Refused(400, std::string(key) + " has an unknown name");
  }
  return set;
}

Millis span_in(const Json& body, const char* key, std::int64_t least, std::int64_t most) {
  need(body, key);
  return Millis(*number_in(body, key, least, most));
}

void read_interval(const Json& body, Schedule& schedule) {
  const Json& interval = need(body, "interval");
  if (!interval.is_object()) throw Refused(400, "interval must be an object");
  schedule.execution = Execution::interval;
  schedule.interval_start = span_in(interval, "startHour", 0, kDay - 1);
  schedule.interval_end = span_in(interval, "endHour", 0, kDay - 1);
  schedule.frequency = span_in(interval, "frequency", 1, kDay);
}

void read_when(const Json& body, Schedule& schedule) {
  const std::string execution = enum_name(need(body, "executionType"));
  if (execution != "TIME" && execution != "INTERVAL")
    throw Refused(400, "executionType must be TIME or INTERVAL");
  if (execution == "TIME") schedule.hour = span_in(body, "hour", 0, kDay - 1);
  if (execution == "INTERVAL") read_interval(body, schedule);
  const auto window = number_in(body, "startWindowLength", 1, 365 * kDay);
  if (window) schedule.window = Millis(*window);
  schedule.days = static_cast<std::uint8_t>(set_in(body, "daysOfWeek", kDays));
  schedule.months = static_cast<std::uint16_t>(set_in(body, "months", kMonths));
  schedule.occurrences = static_cast<std::uint8_t>(set_in(body, "dayOfWeekOccurrences", kOccurrences));
}

Schedule schedule_in(const Exchange& exchange, const Json& body, const Schedule* before) {
  const Model& model = exchange.world.model;
  Schedule schedule{.name = new_name(model.schedules, body, before),
                    .active = flag_in(body, "active").value_or(true),
                    .backup_type = backup_type_in(body),
                    .rules = known_ids(model.rules, Kind::rule, body, "rules"),
                    .created = exchange.now};
  if (enum_name(need(body, "type")) != "VM_BACKUP") throw Refused(400, "type must be VM_BACKUP");
  read_when(body, schedule);
  read_tenant(exchange, body, schedule, before);
  schedule.kept = other_fields(body, kScheduleFields);
  if (before != nullptr) schedule.last_run = before->last_run;
  return schedule;
}

Response no_content(const Exchange& exchange) {
  judge_again(exchange.world.model);
  return {.status = 204};
}

}  // namespace

Response add_policy(const Exchange& exchange, std::string_view) {
  Model& model = exchange.world.model;
  const Json body = object_in(exchange.request);
  Policy policy = policy_in(exchange, body, nullptr);
  const auto vms = known_ids(model.vms, Kind::vm, body, "vms");
  model.policies.push_back(std::move(policy));
  const Id id = static_cast<Id>(model.policies.size());
  assign(model, id, vms);
  judge_again(model);
  return created(exchange,
                 [&](JsonWriter& json) { encode_policy(json, exchange.encoder(), id, Depth::detail, true); });
}

Response change_policy(const Exchange& exchange, std::string_view guid) {
  Model& model = exchange.world.model;
  const Id id = known_id(model.policies, Kind::policy, guid);
  const Json body = object_in(exchange.request);
  Policy policy = policy_in(exchange, body, &at(model.policies, id));
  assign(model, id, known_ids(model.vms, Kind::vm, body, "vms"));
  at(model.policies, id) = std::move(policy);
  return no_content(exchange);
}

Response delete_policy(const Exchange& exchange, std::string_view guid) {
  Model& model = exchange.world.model;
  const Id id = known_id(model.policies, Kind::policy, guid);
  assign(model, id, {});
  for (Id rule = 1; rule <= model.rules.size(); ++rule) {
    if (at(model.rules, rule).policy == id) remove_rule(model, rule);
  }
  at(model.policies, id).gone = true;
  return no_content(exchange);
}

Response add_rule(const Exchange& exchange, std::string_view) {
  Model& model = exchange.world.model;
  const Json body = object_in(exchange.request);
  Rule rule = rule_in(exchange, body, nullptr);
  const auto schedules = known_ids(model.schedules, Kind::schedule, body, "schedules");
  model.rules.push_back(std::move(rule));
  const Id id = static_cast<Id>(model.rules.size());
  tie(model, id, schedules);
  judge_again(model);
  return created(exchange, [&](JsonWriter& json) { encode_rule(json, exchange.encoder(), id); });
}

Response change_rule(const Exchange& exchange, std::string_view guid) {
  Model& model = exchange.world.model;
  const Id id = known_id(model.rules, Kind::rule, guid);
  const Json body = object_in(exchange.request);
  Rule rule = rule_in(exchange, body, &at(model.rules, id));
  tie(model, id, known_ids(model.schedules, Kind::schedule, body, "schedules"));
  at(model.rules, id) = std::move(rule);
  return no_content(exchange);
}

Response delete_rule(const Exchange& exchange, std::string_view guid) {
  Model& model = exchange.world.model;
  remove_rule(model, known_id(model.rules, Kind::rule, guid));
  return no_content(exchange);
}

Response add_schedule(const Exchange& exchange, std::string_view) {
  World& world = exchange.world;
  const Json body = object_in(exchange.request);
  world.model.schedules.push_back(schedule_in(exchange, body, nullptr));
  const Id id = static_cast<Id>(world.model.schedules.size());
  world.engine->plan_again(id);
  judge_again(world.model);
  return created(exchange, [&](JsonWriter& json) { encode_schedule(json, exchange.encoder(), id); });
}

Response change_schedule(const Exchange& exchange, std::string_view guid) {
  World& world = exchange.world;
  const Id id = known_id(world.model.schedules, Kind::schedule, guid);
  Schedule& schedule = at(world.model.schedules, id);
  schedule = schedule_in(exchange, object_in(exchange.request), &schedule);
  world.engine->plan_again(id);
  return no_content(exchange);
}

Response delete_schedule(const Exchange& exchange, std::string_view guid) {
  World& world = exchange.world;
  const Id id = known_id(world.model.schedules, Kind::schedule, guid);
  Schedule& schedule = at(world.model.schedules, id);
  schedule.gone = true;
  schedule.rules.clear();
  world.engine->plan_again(id);
  return no_content(exchange);
}

}  // namespace simulator
