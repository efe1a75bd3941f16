#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace domain {

// Whose data may be shown: everybody's, or that of some tenants. No tenant at all is nobody's.
struct Scope {
  std::optional<std::vector<std::string>> tenants;  // absent: everybody's

  bool is_everything() const { return !tenants; }
  bool shows(std::string_view tenant) const;
  bool operator==(const Scope&) const = default;
};

// What both show.
Scope common(const Scope& a, const Scope& b);

}  // namespace domain
