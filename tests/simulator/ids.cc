#include "ids.h"

#include <array>
#include <charconv>
#include <cstddef>

namespace simulator {
namespace {

constexpr std::size_t kDigits = 12;

// The first four groups of each kind's GUIDs, in the order of Kind.
constexpr std::array<std::string_view, 19> kPrefixes{
    "3c1b7a52-0d5e-4a44-9e0b-", "9f0e6c6a-58b3-4f0e-8f2c-", "5e0f2f1c-6a7f-4a15-8f06-",
    "e6b1c05d-2c9a-4f7b-a1d4-", "b0d3f6c1-41b9-4e63-8a0c-", "c7d20b4e-9f15-4c2a-b6e8-",
    "91d2a7f0-36c8-4d1b-9c55-", "60c04e1f-7b2d-4a90-8e3a-", "0d9f4f5e-3f7e-4c8d-8a33-",
    "7f2e9a61-c4d8-4b07-95f1-", "11aa3c5d-80e2-4f69-b7c0-", "2e64d8b3-19f7-4c5a-8d02-",
    "dd01b9f4-5a3e-4e87-a6c9-", "71aa0a10-9c0b-4b1e-93b7-", "c2f0e7d2-77a1-4e0c-9d3e-",
    "aa10c9b3-2b8b-4f5e-a0aa-", "a9e37c02-d61f-4b48-8c7d-", "f1a75b90-e24c-4d36-9ab8-",
    "4be7c190-58d2-4a3f-91e6-"};

std::string_view prefix_of(Kind kind) { return kPrefixes.at(static_cast<std::size_t>(kind)); }

char lower(char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; }

bool starts_with(std::string_view text, std::string_view prefix) {
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    if (lower(text[i]) != prefix[i]) return false;
  }
  return true;
}

}  // namespace

void append_guid(std::string& out, Kind kind, Id id) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += prefix_of(kind);
  out.append(kDigits, '0');
  for (std::size_t last = out.size() - 1; id != 0; id >>= 4, --last) out[last] = kHex[id & 0xF];
}

std::string guid(Kind kind, Id id) {
  std::string out;
  append_guid(out, kind, id);
  return out;
}

std::optional<Id> id_of(Kind kind, std::string_view guid) {
  const std::string_view prefix = prefix_of(kind);
  if (guid.size() != prefix.size() + kDigits || !starts_with(guid, prefix)) return std::nullopt;
  Id id = 0;
  const auto [end, error] = std::from_chars(guid.data() + prefix.size(), guid.data() + guid.size(), id, 16);
  if (error != std::errc{} || end != guid.data() + guid.size() || id == 0) return std::nullopt;
  return id;
}

}  // namespace simulator
