#include "web/cursor.h"

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>

namespace web {
namespace {

using nlohmann::json;
using report::Kind;
using report::Value;

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kMostCursor = 4000;

// base64url without padding: RFC 4648, 5.
std::string encoded(std::string_view bytes) {
  std::string text;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : bytes) {
    bits = bits << 8U | static_cast<unsigned char>(c);
    for (held += 8; held >= 6; held -= 6) text += kDigits[bits >> static_cast<unsigned>(held - 6) & 63U];
  }
  if (held > 0) text += kDigits[bits << static_cast<unsigned>(6 - held) & 63U];
  return text;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const auto digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6U | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>(bits >> static_cast<unsigned>(held) & 255U);
  }
  return bytes;
}

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
  return encoded(array.dump(-1, ' ', false, json::error_handler_t::replace));
}

std::optional<report::Place> parse_cursor(std::string_view cursor, std::string_view order, Kind kind) {
  const auto bytes = cursor.size() > kMostCursor ? std::nullopt : decoded(cursor);
  if (!bytes) return std::nullopt;
  const json array = json::parse(*bytes, nullptr, false);
  if (!has_shape(array, order)) return std::nullopt;
  auto value = to_value(array[1], kind);
  if (!value) return std::nullopt;
  return report::Place{std::move(*value), array[2].get<std::string>(), array[3].get<std::string>()};
}

}  // namespace web
