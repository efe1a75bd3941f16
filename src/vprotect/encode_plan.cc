// Policies, rules and schedules (API page, 3.5 and 3.6; guide).
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vprotect/encoding.h"
#include "vprotect/fields.h"
#include "vprotect/json.h"
#include "vprotect/words.h"

namespace vprotect {
namespace {

constexpr int kPriority = 50;  // the vendor's default
constexpr std::string_view kPrimary = "PRIMARY";
constexpr std::string_view kSecondary = "SECONDARY";
constexpr const char* kRoles = "ruleBackupDestinations";
constexpr const char* kList = "backupDestinations";

base::Error unusable(std::string problem) { return {base::ErrorKind::malformed, std::move(problem)}; }

template <class T>
void put(Json& body, const char* key, const std::optional<T>& value) {
  if (value) body[key] = *value;
}

template <class Id>
void put(Json& body, const char* key, const std::optional<std::vector<Id>>& ids) {
  if (ids) body[key] = references_to(*ids);
}

void put(Json& body, const char* key, const std::optional<std::chrono::milliseconds>& time) {
  if (time) body[key] = time->count();
}

template <class Term, std::size_t N>
Json terms(const std::vector<Term>& chosen, const Words<Term, N>& words, std::string_view suffix = {}) {
  Json list = Json::array();
  for (const auto& [word, term] : words) {
    if (std::find(chosen.begin(), chosen.end(), term) != chosen.end())
      list.push_back(enum_of(std::string(word) + std::string(suffix)));
  }
  return list;
}

std::string text_in(const Json& object, const char* key) {
  const auto member = object.find(key);
  return member != object.end() && member->is_string() ? member->get<std::string>() : std::string();
}

// {"name": "PRIMARY", ...} or "PRIMARY"
std::string role_of(const Json& entry) {
  const auto role = entry.find("roleType");
  if (role == entry.end()) return {};
  return role->is_object() ? text_in(*role, "name") : text_in(entry, "roleType");
}

// Of a NameAndGuid, a whole record, or a text; empty when there is none.
std::string guid_in(const Json& item) {
  if (item.is_object()) return text_in(item, "guid");
  const std::string text = item.is_string() ? item.get<std::string>() : std::string();
  return is_uuid_like(text) ? text : std::string();
}

// Each NameAndGuid, or whole record, as {"guid": ...}; false when one has none.
bool reduce_to_references(Json& body, const char* key) {
  const auto list = body.find(key);
  if (list == body.end() || !list->is_array()) return true;
  for (Json& item : *list) {
    const std::string guid = guid_in(item);
    if (guid.empty()) return false;
    item = reference_to(guid);
  }
  return true;
}

void apply(const PolicyDraft& draft, Json& body) {
  put(body, "name", draft.name);
  put(body, "active", draft.active);
  put(body, "priority", draft.priority);
  put(body, "autoRemoveNonPresent", draft.auto_remove_non_present);
  put(body, "vms", draft.vms);
}

void apply(const ScheduleDraft& draft, Json& body) {
  put(body, "name", draft.name);
  put(body, "active", draft.active);
  if (draft.backup_type) body["backupType"] = enum_of(word_of(*draft.backup_type));
  put(body, "startWindowLength", draft.start_window);
  if (draft.days) body["daysOfWeek"] = terms(*draft.days, kDays);
  if (draft.months) body["months"] = terms(*draft.months, kMonths);
  if (draft.occurrences)
    body["dayOfWeekOccurrences"] = terms(*draft.occurrences, kOccurrences, kOccurrenceSuffix);
  put(body, "rules", draft.rules);
}

// A schedule of a time has no interval; one of an interval may have an hour, which means nothing then.
void apply_execution(const ScheduleDraft& draft, Json& body) {
  if (draft.hour) {
    body["executionType"] = enum_of("TIME");
    body["hour"] = draft.hour->count();
    body.erase("interval");
  } else if (draft.interval) {
    body["executionType"] = enum_of("INTERVAL");
    if (!body["interval"].is_object()) body["interval"] = Json::object();
    body["interval"]["startHour"] = draft.interval->start.count();
    body["interval"]["endHour"] = draft.interval->end.count();
    body["interval"]["frequency"] = draft.interval->frequency.count();
  }
}

// Where a role's destination stands in what is sent.
const char* place_of(std::string_view role) {
  return role == kPrimary ? "primaryBackupDestination" : "secondaryBackupDestination";
}

void set_role(Json& roles, std::string_view role, const std::optional<domain::DestinationId>& destination) {
  if (!destination) return;
  Json& entry = roles[place_of(role)];
  if (!entry.is_object()) entry = Json::object({{"active", true}, {"roleType", enum_of(role)}});
  entry["backupDestination"] = reference_to(destination->text());
}

void set_roles(const RuleDraft& draft, Json& roles) {
  set_role(roles, kPrimary, draft.primary);
  set_role(roles, kSecondary, draft.secondary);
}

// What is told as a list of roles is taken as an object of two (API page, 3.6): there is no room in it for an
// archive, nor for two of one role.
base::Result<Json> roles_of(const Json& told) {
  if (!told.is_array()) return told.is_object() ? told : Json::object();
  Json roles = Json::object();
  for (const Json& entry : told) {
    const std::string role = entry.is_object() ? role_of(entry) : std::string();
    if (role != kPrimary && role != kSecondary)
      return unusable("a rule with a destination that is neither primary nor secondary cannot be sent back");
    if (roles.contains(place_of(role)))
      return unusable("a rule with two destinations of one role cannot be sent back");
    roles[place_of(role)] = entry;
  }
  return roles;
}

// Until 4.x: the first is the primary one.
void set_list(const RuleDraft& draft, Json& body) {
  if (!draft.primary && !draft.secondary) return;
  Json& list = body[kList];
  if (!list.is_array()) list = Json::array();
  const auto set = [&](std::size_t at, const std::optional<domain::DestinationId>& destination) {
    if (!destination) return;
    if (at >= list.size()) {
      list.push_back(reference_to(destination->text()));
    } else {
      list[at] = reference_to(destination->text());
    }
  };
  set(0, draft.primary);
  set(1, draft.secondary);
}

void apply(const RuleDraft& draft, Json& body) {
  put(body, "name", draft.name);
  put(body, "active", draft.active);
  if (!draft.policy.empty()) body["policy"] = reference_to(draft.policy.text());
  put(body, "schedules", draft.schedules);
}

void put_tenant(Json& body, const std::string& tenant) {
  if (!tenant.empty()) body["tenantId"] = tenant;
}

}  // namespace

std::string encode(const PolicyDraft& draft) {
  Json body{
      {"active", true}, {"priority", kPriority}, {"autoRemoveNonPresent", false}, {"vms", Json::array()}};
  apply(draft, body);
  body["autoAssignSettings"] = Json::object({{"mode", enum_of("DISABLED")}});
  put_tenant(body, draft.tenant_id);
  return text_of(body);
}

std::string encode(const RuleDraft& draft) {
  Json body{{"active", true}, {"schedules", Json::array()}};
  apply(draft, body);
  if (draft.lists_destinations) {
    set_list(draft, body);
  } else if (draft.primary || draft.secondary) {
    set_roles(draft, body[kRoles] = Json::object());
  }
  return text_of(body);
}

std::string encode(const ScheduleDraft& draft) {
  Json body{{"active", true},
            {"type", enum_of("VM_BACKUP")},
            {"backupType", enum_of("FULL")},
            {"daysOfWeek", Json::array()},
            {"months", Json::array()},
            {"dayOfWeekOccurrences", Json::array()},
            {"rules", Json::array()}};
  apply(draft, body);
  apply_execution(draft, body);
  put_tenant(body, draft.tenant_id);
  return text_of(body);
}

base::Result<std::string> merge(std::string_view record, const PolicyDraft& draft) {
  auto body = parse_record(record, Embedded::named);
  if (!body) return unusable("not a JSON object that can be read");
  if (draft.vms) body->erase("vms");
  if (!reduce_to_references(*body, "vms") || !reduce_to_references(*body, "rules"))
    return unusable("a policy with a VM or rule without a guid cannot be sent back");
  apply(draft, *body);
  return text_of(*body);
}

base::Result<std::string> merge(std::string_view record, const RuleDraft& draft) {
  auto body = parse_record(record, Embedded::kept);
  if (!body) return unusable("not a JSON object that can be read");
  apply(draft, *body);
  const bool has_roles = body->contains(kRoles);
  if (!has_roles && (body->contains(kList) || draft.lists_destinations)) {
    set_list(draft, *body);
    return text_of(*body);
  }
  auto roles = roles_of(has_roles ? (*body)[kRoles] : Json());
  if (!roles) return roles.error();
  set_roles(draft, *roles);
  if (has_roles || !roles->empty()) (*body)[kRoles] = std::move(*roles);
  return text_of(*body);
}

base::Result<std::string> merge(std::string_view record, const ScheduleDraft& draft) {
  auto body = parse_record(record, Embedded::kept);
  if (!body) return unusable("not a JSON object that can be read");
  apply(draft, *body);
  apply_execution(draft, *body);
  return text_of(*body);
}

}  // namespace vprotect
