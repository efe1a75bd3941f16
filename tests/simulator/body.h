#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "http.h"
#include "model.h"

// Reads the bodies of requests, and is strict about them.
namespace simulator {

// Why a request is refused, and the status that says so.
struct Refused : std::runtime_error {
  Refused(int code, const std::string& why) : std::runtime_error(why), status(code) {}
  const int status;
};

// All of these throw Refused for a value that is not as it has to be. A null is as good as nothing.
nlohmann::json object_in(const Request& request);
const nlohmann::json* find(const nlohmann::json& body, const char* key);
const nlohmann::json& need(const nlohmann::json& body, const char* key);

std::string text_in(const nlohmann::json& body, const char* key);  // not empty
std::optional<bool> flag_in(const nlohmann::json& body, const char* key);
std::optional<std::int64_t> number_in(const nlohmann::json& body, const char* key, std::int64_t least,
                                      std::int64_t most);
OptionalTime time_in(const nlohmann::json& body, const char* key);
// The name of an enum, which is {"name": ...} or a text.
std::string enum_name(const nlohmann::json& value);
std::optional<std::string> enum_in(const nlohmann::json& body, const char* key);
BackupType backup_type_in(const nlohmann::json& body);  // backupType
// The guid of a NameAndGuid.
std::string guid_of(const nlohmann::json& reference);
// The objects of an array that may be missing.
std::vector<nlohmann::json> objects_in(const nlohmann::json& body, const char* key);
// The fields whose keys are not among these.
KeptFields other_fields(const nlohmann::json& body, const std::vector<std::string_view>& known);

constexpr const char* kNoSuchObject = "Object with given GUID does not exist";

// The id of one of these rows; 404 when there is none of that guid.
template <class Row>
Id known_id(const std::vector<Row>& rows, Kind kind, std::string_view guid) {
  const Id id = id_of(kind, guid).value_or(0);
  return has(rows, id) ? id : throw Refused(404, kNoSuchObject);
}

// The ids of what an array of NameAndGuid refers to.
template <class Row>
std::vector<Id> known_ids(const std::vector<Row>& rows, Kind kind, const nlohmann::json& body,
                          const char* key) {
  std::vector<Id> ids;
  for (const nlohmann::json& each : objects_in(body, key)) ids.push_back(known_id(rows, kind, guid_of(each)));
  return ids;
}

}  // namespace simulator
