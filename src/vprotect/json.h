#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vprotect {

using Json = nlohmann::json;

// JSON in ASCII; what is not UTF-8 in a text becomes U+FFFD.
std::string text_of(const Json& json);

// What becomes of the whole records in the "vms" and "rules" of a policy: `named` keeps their guid and name.
enum class Embedded : std::uint8_t { kept, named };

// A record, whose 64-bit integers and doubles keep their values. Absent when it is not an object, or not JSON
// in UTF-8, or has more than 64 levels.
std::optional<Json> parse_record(std::string_view text, Embedded embedded);

Json enum_of(std::string_view name);       // {"name": ...}
Json reference_to(std::string_view guid);  // {"guid": ...}

template <class Id>
Json references_to(const std::vector<Id>& ids) {
  Json list = Json::array();
  for (const Id& id : ids) list.push_back(reference_to(id.text()));
  return list;
}

}  // namespace vprotect
