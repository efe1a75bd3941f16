#include "body.h"

#include <algorithm>
#include <cctype>

#include "changes.h"

namespace simulator {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(const char* key, const char* what) {
  throw Refused(400, std::string(key) + " must be " + what);
}

bool is_plain(std::string_view key) {
  return std::all_of(key.begin(), key.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

}  // namespace

json object_in(const Request& request) {
  if (!request.header("content-type").starts_with("application/json"))
    throw Refused(415, "Content type must be application/json");
  json body = json::parse(request.body, nullptr, false);
  if (!body.is_object()) throw Refused(400, "A JSON object is expected");
  return body;
}

const json* find(const json& body, const char* key) {
  const auto found = body.find(key);
  return found == body.end() || found->is_null() ? nullptr : &*found;
}

const json& need(const json& body, const char* key) {
  const json* value = find(body, key);
  return value != nullptr ? *value : throw Refused(400, std::string(key) + " is required");
}

std::string text_in(const json& body, const char* key) {
  const json& value = need(body, key);
  if (!value.is_string() || value.get_ref<const std::string&>().empty()) refuse(key, "a text");
  return value;
}

std::optional<bool> flag_in(const json& body, const char* key) {
  const json* value = find(body, key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) refuse(key, "true or false");
  return value->get<bool>();
}

std::optional<std::int64_t> number_in(const json& body, const char* key, std::int64_t least,
                                      std::int64_t most) {
  const json* value = find(body, key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number_integer()) refuse(key, "a whole number");
  const auto number = value->get<std::int64_t>();
  if (number < least || number > most) refuse(key, "within its limits");
  return number;
}

OptionalTime time_in(const json& body, const char* key) {
  constexpr std::int64_t kYear2200 = 7'258'118'400'000;
  const auto number = number_in(body, key, 0, kYear2200);
  return number ? OptionalTime(TimePoint(Millis(*number))) : std::nullopt;
}

std::string enum_name(const json& value) {
  const json* name = value.is_object() ? find(value, "name") : &value;
  if (name == nullptr || !name->is_string()) throw Refused(400, "An enum is a text or has a name");
  return *name;
}

std::optional<std::string> enum_in(const json& body, const char* key) {
  const json* value = find(body, key);
  return value == nullptr ? std::nullopt : std::optional(enum_name(*value));
}

BackupType backup_type_in(const json& body) {
  const auto type = backup_type_named(enum_name(need(body, "backupType")));
  return type ? *type : throw Refused(400, "backupType must be FULL or INCREMENTAL");
}

std::string guid_of(const json& reference) {
  if (!reference.is_object()) throw Refused(400, "An object with a guid is expected");
  return text_in(reference, "guid");
}

std::vector<json> objects_in(const json& body, const char* key) {
  const json* value = find(body, key);
  if (value == nullptr) return {};
  if (!value->is_array()) refuse(key, "an array");
  return {value->begin(), value->end()};
}

KeptFields other_fields(const json& body, const std::vector<std::string_view>& known) {
  KeptFields fields;
  for (const auto& [key, value] : body.items()) {
    if (value.is_null() || std::find(known.begin(), known.end(), key) != known.end()) continue;
    if (!is_plain(key)) throw Refused(400, "A field has no proper name");
    fields[key] = value.dump(-1, ' ', false, json::error_handler_t::replace);
  }
  return fields;
}

}  // namespace simulator
