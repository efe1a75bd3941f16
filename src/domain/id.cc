#include "domain/id.h"

#include <cstring>
#include <optional>

namespace domain {
namespace {

constexpr std::size_t kUuidLength = 36;
constexpr std::string_view kHexDigits = "0123456789abcdef";

bool is_dash_place(std::size_t at) { return at == 8 || at == 13 || at == 18 || at == 23; }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::array<std::uint8_t, 16>> parse_uuid(std::string_view text) {
  if (text.size() != kUuidLength) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  std::size_t digits = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_dash_place(at)) {
      if (text[at] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_value(text[at]);
    if (value < 0) return std::nullopt;
    bytes[digits / 2] = static_cast<std::uint8_t>(bytes[digits / 2] * 16 + value);
    ++digits;
  }
  return bytes;
}

std::string uuid_text(const std::array<std::uint8_t, 16>& bytes) {
  std::string text;
  text.reserve(kUuidLength);
  for (const std::uint8_t byte : bytes) {
    if (is_dash_place(text.size())) text += '-';
    text += kHexDigits[byte / 16];
    text += kHexDigits[byte % 16];
  }
  return text;
}

}  // namespace

Guid::Guid(std::string_view text) {
  if (const auto uuid = parse_uuid(text)) {
    value_ = *uuid;
  } else {
    value_ = base::SharedText(text);
  }
}

std::string Guid::text() const {
  if (const auto* uuid = std::get_if<Uuid>(&value_)) return uuid_text(*uuid);
  return std::get<base::SharedText>(value_).str();
}

bool Guid::empty() const {
  const auto* text = std::get_if<base::SharedText>(&value_);
  return text != nullptr && text->empty();
}

std::size_t Guid::hash() const {
  if (const auto* uuid = std::get_if<Uuid>(&value_)) {
    return std::hash<std::string_view>()({reinterpret_cast<const char*>(uuid->data()), uuid->size()});
  }
  return std::hash<std::string_view>()(std::get<base::SharedText>(value_).view());
}

}  // namespace domain
