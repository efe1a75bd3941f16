#include "web/cursor.h"

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "base/digest.h"

namespace web {
namespace {

using nlohmann::json;
using report::Kind;
using report::Value;

constexpr std::size_t kMostCursor = 4000;

json to_json(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* time = std::get_if<base::TimePoint>(&value)) return time->time_since_epoch().count();
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return nullptr;
}

std::optional<Value> to_value(const json& given, Kind kind) {
  if (given.is_null()) return Value();
  if (kind == Kind::text && given.is_string()) return Value(given.get<std::string>());
  if (kind == Kind::flag && given.is_boolean()) return Value(given.get<bool>());
  if (kind == Kind::integer && given.is_number_integer()) return Value(given.get<std::int64_t>());
  if (kind == Kind::number && given.is_number()) return Value(given.get<double>());
  if (kind == Kind::time && given.is_number_integer())
    return Value(base::TimePoint(std::chrono::milliseconds(given.get<std::int64_t>())));
  return std::nullopt;
}

bool has_shape(const json& given, std::string_view order) {
  return given.is_array() && given.size() == 4 && given[0] == order && given[2].is_string() &&
         given[3].is_string();
}

}  // namespace

std::string to_cursor(const report::Place& place, std::string_view order) {
  const json array{order, to_json(place.value), place.server, place.guid};
  return base::to_base64url(array.dump(-1, ' ', false, json::error_handler_t::replace));
}

std::optional<report::Place> parse_cursor(std::string_view cursor, std::string_view order, Kind kind) {
  const auto bytes = cursor.size() > kMostCursor ? std::nullopt : base::from_base64url(cursor);
  if (!bytes) return std::nullopt;
  const json array = json::parse(*bytes, nullptr, false);
  if (!has_shape(array, order)) return std::nullopt;
  auto value = to_value(array[1], kind);
  if (!value) return std::nullopt;
  return report::Place{std::move(*value), array[2].get<std::string>(), array[3].get<std::string>()};
}

}  // namespace web
