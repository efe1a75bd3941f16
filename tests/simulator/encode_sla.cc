#include <algorithm>
#include <array>
#include <utility>

#include "calendar_names.h"
#include "encode.h"

namespace simulator {
namespace {

template <std::size_t N>
void encode_set(JsonWriter& json, std::string_view key, const std::array<Choice, N>& choices, unsigned set) {
  json.open_array(key);
  for (std::size_t i = 0; i < N; ++i) {
    if ((set >> i & 1U) != 0) json.choice({}, choices.at(i));
  }
  json.close_array();
}

void encode_when(JsonWriter& json, const Schedule& schedule) {
  const bool daily = schedule.execution == Execution::time;
  json.choice("executionType", daily ? Choice{"TIME", "Time"} : Choice{"INTERVAL", "Interval"});
  daily ? json.number("hour", schedule.hour.count()) : json.absent("hour");
  json.number("startWindowLength", schedule.window.count());
  if (daily) {
    json.absent("interval");
  } else {
    json.open_object("interval");
    json.number("startHour", schedule.interval_start.count());
    json.number("endHour", schedule.interval_end.count());
    json.number("frequency", schedule.frequency.count());
    json.close_object();
  }
  encode_set(json, "daysOfWeek", kDays, schedule.days);
  encode_set(json, "months", kMonths, schedule.months);
  encode_set(json, "dayOfWeekOccurrences", kOccurrences, schedule.occurrences);
}

template <class Row>
void encode_tenant(JsonWriter& json, const Profile& profile, const Row& row) {
  if (!profile.old_names || (row.tenant.empty() && !row.project)) return;
  json.text("tenantId", row.tenant.empty() ? guid(Kind::project_uuid, *row.project) : row.tenant);
}

std::int64_t vms_of(const Model& model, Id policy) {
  return std::count_if(model.vms.begin(), model.vms.end(),
                       [&](const Vm& vm) { return !vm.gone && vm.policy == policy; });
}

std::int64_t average_size(const Model& model, Id policy) {
  Bytes sum = 0, count = 0;
  for (const Vm& vm : model.vms) {
    if (vm.gone || vm.policy != policy || !vm.last_size) continue;
    sum += *vm.last_size;
    ++count;
  }
  return static_cast<std::int64_t>(count == 0 ? 0 : sum / count);
}

void encode_usual_retention(JsonWriter& json, const Rule& rule) {
  json.open_object("backupRetentionSettings");
  json.number("retentionKeepLastNFull", 4);
  json.number("retentionKeepFullNewerThan", Millis(std::chrono::days(rule.keep_days)).count());
  json.number("retentionKeepLastNIncremental", 30);
  json.number("retentionKeepIncrementalNewerThan", Millis(std::chrono::days(rule.keep_days)).count());
  json.flag("keepLastBackupWhenSourceStillExists", true);
  json.close_object();
}

void encode_role(JsonWriter& json, const Encoder& from, const Rule& rule, Id destination_id,
                 const Choice& role, const KeptFields& kept) {
  const Destination& destination = at(from.model.destinations, destination_id);
  json.open_object();
  if (!kept.contains("active")) json.flag("active", true);
  encode_loose(json, from.profile, "roleType", role);
  json.open_object("backupDestination");
  json.guid(Kind::destination, destination_id);
  json.text("name", destination.name);
  json.choice("type", {destination.type, destination.type_description});
  json.close_object();
  if (!kept.contains("backupRetentionSettings")) encode_usual_retention(json, rule);
  encode_kept(json, kept);
  json.close_object();
}

void encode_destinations_of(JsonWriter& json, const Encoder& from, const Rule& rule) {
  if (from.profile.old_names) {
    json.open_array("backupDestinations");
    json.reference({}, Kind::destination, rule.destination,
                   at(from.model.destinations, rule.destination).name);
    return json.close_array();
  }
  json.open_array("ruleBackupDestinations");
  encode_role(json, from, rule, rule.destination, {"PRIMARY", "Primary"}, rule.kept_primary);
  if (rule.secondary)
    encode_role(json, from, rule, *rule.secondary, {"SECONDARY", "Secondary"}, rule.kept_secondary);
  json.close_array();
}

// Of a policy's detail, where nobody set them.
constexpr std::array<std::pair<const char*, std::string_view>, 5> kUsualSettings{
    {{"autoRemoveNonPresent", "false"},
     {"dailyReportEnabled", "false"},
     {"disableCleanOldBackups", "false"},
     {"quiesceBeforeSnapshot", "false"},
     {"visibleForAllProjects", "false"}}};

Choice auto_assign_mode(const Policy& policy) {
  if (policy.auto_assign == "ASSIGN_ONLY") return {"ASSIGN_ONLY", "Assign only"};
  if (policy.auto_assign == "ASSIGN_AND_REMOVE") return {"ASSIGN_AND_REMOVE", "Assign and remove"};
  return {"DISABLED", "Disabled"};
}

template <class Encode>
void for_each_rule_of(const Model& model, Id policy, Encode encode) {
  for (Id rule = 1; rule <= model.rules.size(); ++rule) {
    if (at(model.rules, rule).policy == policy) encode(rule);
  }
}

void encode_policy_members(JsonWriter& json, const Encoder& from, Id id) {
  const Policy& policy = at(from.model.policies, id);
  json.open_array("rules");
  for_each_rule_of(from.model, id, [&](Id rule) { encode_rule(json, from, rule); });
  json.close_array();
  json.open_array("vms");
  for (const Vm& vm : from.model.vms) {
    if (vm.policy == id && !vm.gone) encode_vm(json, from, vm, Depth::list);
  }
  json.close_array();
  json.open_object("autoAssignSettings");
  json.choice("mode", auto_assign_mode(policy));
  encode_kept(json, policy.kept_auto_assign);
  json.close_object();
  for (const auto& [key, value] : kUsualSettings) {
    if (!policy.kept.contains(key)) json.raw(key, value);
  }
  encode_kept(json, policy.kept);
}

void encode_policy_summary(JsonWriter& json, const Encoder& from, Id policy) {
  std::int64_t count = 0;
  json.open_array("rules");
  for_each_rule_of(from.model, policy, [&](Id rule) {
    json.reference({}, Kind::rule, rule, at(from.model.rules, rule).name);
    ++count;
  });
  json.close_array();
  json.number("ruleCount", count);
  encode_loose(json, from.profile, "autoAssignMode", auto_assign_mode(at(from.model.policies, policy)));
  json.open_array("backupDestinations");
  for_each_rule_of(from.model, policy, [&](Id rule) {
    const Id destination = at(from.model.rules, rule).destination;
    json.reference({}, Kind::destination, destination, at(from.model.destinations, destination).name);
  });
  json.close_array();
}

}  // namespace

void encode_schedule(JsonWriter& json, const Encoder& from, Id id) {
  const Schedule& schedule = at(from.model.schedules, id);
  json.open_object();
  json.guid(Kind::schedule, id);
  json.text("name", schedule.name);
  json.flag("active", schedule.active);
  json.choice("type", {"VM_BACKUP", "VM backup"});
  json.choice("backupType", choice_of(schedule.backup_type));
  encode_when(json, schedule);
  json.open_array("rules");
  for (const Id rule : schedule.rules) json.reference({}, Kind::rule, rule, at(from.model.rules, rule).name);
  json.close_array();
  if (from.profile.modern) {
    json.open_array("policies");
    for (const Id rule : schedule.rules) {
      const Id policy = at(from.model.rules, rule).policy;
      json.reference({}, Kind::policy, policy, at(from.model.policies, policy).name);
    }
    json.close_array();
  }
  encode_time(json, "lastRun", schedule.last_run);
  encode_tenant(json, from.profile, schedule);
  encode_kept(json, schedule.kept);
  encode_unknown(json);
  json.close_object();
}

void encode_policy(JsonWriter& json, const Encoder& from, Id id, Depth depth, bool extended) {
  const Policy& policy = at(from.model.policies, id);
  json.open_object();
  json.guid(Kind::policy, id);
  json.text("name", policy.name);
  json.flag("active", policy.active);
  json.number("priority", policy.priority);
  json.number("vmCount", vms_of(from.model, id));
  json.number("backupRetryCount", policy.retries);
  depth == Depth::detail ? encode_policy_members(json, from, id) : encode_policy_summary(json, from, id);
  if (extended || depth == Depth::detail) json.number("averageBackupSize", average_size(from.model, id));
  encode_tenant(json, from.profile, policy);
  encode_unknown(json);
  json.close_object();
}

void encode_rule(JsonWriter& json, const Encoder& from, Id id) {
  const Model& model = from.model;
  const Rule& rule = at(model.rules, id);
  std::int64_t schedules = 0;
  json.open_object();
  json.guid(Kind::rule, id);
  json.text("name", rule.name);
  json.reference("policy", Kind::policy, rule.policy, at(model.policies, rule.policy).name);
  json.open_array("schedules");
  for (Id schedule = 1; schedule <= model.schedules.size(); ++schedule) {
    const auto& rules = at(model.schedules, schedule).rules;
    if (std::find(rules.begin(), rules.end(), id) == rules.end()) continue;
    json.reference({}, Kind::schedule, schedule, at(model.schedules, schedule).name);
    ++schedules;
  }
  json.close_array();
  encode_destinations_of(json, from, rule);
  json.number("vmCount", vms_of(model, rule.policy));
  json.number("schedulesCount", schedules);
  if (!rule.kept.contains("position")) json.number("position", 0);
  json.flag("active", rule.active);
  json.flag("removable", true);
  json.flag("markedForDeletion", rule.marked_for_deletion);
  if (from.profile.modern && !rule.kept.contains("daysToKeepRetentionLock"))
    json.number("daysToKeepRetentionLock", 0);
  encode_kept(json, rule.kept);
  encode_unknown(json);
  json.close_object();
}

}  // namespace simulator
