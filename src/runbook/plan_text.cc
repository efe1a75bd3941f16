#include "runbook/plan_text.h"

#include <nlohmann/json.hpp>
#include <vector>

namespace runbook {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

// What is absent is left out.
template <class T>
void put(json& into, const char* name, const std::optional<T>& value) {
  if (value) into[name] = *value;
}

template <class T, class To>
void put_each(json& into, const char* name, const std::optional<std::vector<T>>& values, To to) {
  if (!values) return;
  into[name] = json::array();
  for (const T& value : *values) into[name].push_back(to(value));
}

template <class T>
std::optional<T> take(const json& from, const char* name) {
  return from.contains(name) ? std::optional(from.at(name).get<T>()) : std::nullopt;
}

template <class T, class Raw, class From>
std::optional<std::vector<T>> take_each(const json& from, const char* name, From make) {
  if (!from.contains(name)) return std::nullopt;
  std::vector<T> values;
  for (const json& value : from.at(name)) values.push_back(make(value.get<Raw>()));
  return values;
}

std::optional<std::int64_t> count_of(const std::optional<milliseconds>& duration) {
  return duration ? std::optional<std::int64_t>(duration->count()) : std::nullopt;
}

std::optional<milliseconds> take_time(const json& from, const char* name) {
  const auto count = take<std::int64_t>(from, name);
  return count ? std::optional(milliseconds(*count)) : std::nullopt;
}

template <class Id>
std::string text_of(const Id& id) {
  return id.text();
}

template <class Id>
Id id_of(const std::string& text) {
  return Id(text);
}

json to_object(const vprotect::PolicyDraft& draft) {
  json object{{"tenant_id", draft.tenant_id}};
  put(object, "name", draft.name);
  put(object, "active", draft.active);
  put(object, "priority", draft.priority);
  put(object, "auto_remove", draft.auto_remove_non_present);
  put_each(object, "vms", draft.vms, text_of<domain::VmId>);
  return object;
}

vprotect::PolicyDraft policy_of(const json& from) {
  vprotect::PolicyDraft draft;
  draft.name = take<std::string>(from, "name");
  draft.active = take<bool>(from, "active");
  draft.priority = take<int>(from, "priority");
  draft.auto_remove_non_present = take<bool>(from, "auto_remove");
  draft.vms = take_each<domain::VmId, std::string>(from, "vms", id_of<domain::VmId>);
  draft.tenant_id = from.at("tenant_id");
  return draft;
}

json to_object(const vprotect::RuleDraft& draft) {
  json object{{"policy", draft.policy.text()}, {"lists", draft.lists_destinations}};
  put(object, "name", draft.name);
  put(object, "active", draft.active);
  put_each(object, "schedules", draft.schedules, text_of<domain::ScheduleId>);
  if (draft.primary) object["primary"] = draft.primary->text();
  if (draft.secondary) object["secondary"] = draft.secondary->text();
  return object;
}

vprotect::RuleDraft rule_of(const json& from) {
  vprotect::RuleDraft draft;
  draft.name = take<std::string>(from, "name");
  draft.active = take<bool>(from, "active");
  draft.policy = domain::PolicyId(from.at("policy").get<std::string>());
  draft.schedules = take_each<domain::ScheduleId, std::string>(from, "schedules", id_of<domain::ScheduleId>);
  if (const auto primary = take<std::string>(from, "primary"))
    draft.primary = domain::DestinationId(*primary);
  if (const auto secondary = take<std::string>(from, "secondary"))
    draft.secondary = domain::DestinationId(*secondary);
  draft.lists_destinations = from.at("lists");
  return draft;
}

json to_object(const vprotect::ScheduleDraft& draft) {
  json object{{"tenant_id", draft.tenant_id}};
  put(object, "name", draft.name);
  put(object, "active", draft.active);
  if (draft.backup_type) object["full"] = *draft.backup_type == domain::BackupType::full;
  put(object, "hour", count_of(draft.hour));
  if (draft.interval)
    object["interval"] = {draft.interval->start.count(), draft.interval->end.count(),
                          draft.interval->frequency.count()};
  put(object, "window", count_of(draft.start_window));
  put_each(object, "days", draft.days, [](const auto& day) { return day.c_encoding(); });
  put_each(object, "months", draft.months, [](const auto& month) { return static_cast<unsigned>(month); });
  put_each(object, "occurrences", draft.occurrences,
           [](auto occurrence) { return static_cast<int>(occurrence); });
  put_each(object, "rules", draft.rules, text_of<domain::RuleId>);
  return object;
}

vprotect::ScheduleDraft schedule_of(const json& from) {
  vprotect::ScheduleDraft draft;
  draft.name = take<std::string>(from, "name");
  draft.active = take<bool>(from, "active");
  if (const auto full = take<bool>(from, "full"))
    draft.backup_type = *full ? domain::BackupType::full : domain::BackupType::incremental;
  draft.hour = take_time(from, "hour");
  if (const auto interval = take<std::vector<std::int64_t>>(from, "interval"))
    draft.interval = domain::Interval{milliseconds(interval->at(0)), milliseconds(interval->at(1)),
                                      milliseconds(interval->at(2))};
  draft.start_window = take_time(from, "window");
  draft.days = take_each<std::chrono::weekday, unsigned>(from, "days",
                                                         [](unsigned n) { return std::chrono::weekday(n); });
  draft.months = take_each<std::chrono::month, unsigned>(from, "months",
                                                         [](unsigned n) { return std::chrono::month(n); });
  draft.occurrences = take_each<domain::Occurrence, int>(
      from, "occurrences", [](int n) { return static_cast<domain::Occurrence>(n); });
  draft.rules = take_each<domain::RuleId, std::string>(from, "rules", id_of<domain::RuleId>);
  draft.tenant_id = from.at("tenant_id");
  return draft;
}

}  // namespace

std::string to_text(const PlanAsk& ask) {
  json object{{"kind", static_cast<int>(ask.kind)},
              {"action", static_cast<int>(ask.action)},
              {"guid", ask.guid},
              {"force", ask.force},
              {"policy", to_object(ask.policy)},
              {"schedule", to_object(ask.schedule)},
              {"rule_guid", ask.rule_guid}};
  if (ask.rule) object["rule"] = to_object(*ask.rule);
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<PlanAsk> plan_ask_of(const std::string& text) {
  try {
    const json from = json::parse(text);
    PlanAsk ask{.kind = static_cast<domain::OperationKind>(from.at("kind").get<int>()),
                .action = static_cast<PlanAction>(from.at("action").get<int>()),
                .guid = from.at("guid"),
                .force = from.at("force"),
                .policy = policy_of(from.at("policy")),
                .schedule = schedule_of(from.at("schedule")),
                .rule = {},
                .rule_guid = from.at("rule_guid")};
    if (from.contains("rule")) ask.rule = rule_of(from.at("rule"));
    return ask;
  } catch (const std::exception&) {  // of another version, or cut
    return std::nullopt;
  }
}

}  // namespace runbook
