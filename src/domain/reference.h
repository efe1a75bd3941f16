#pragma once

#include <compare>

#include "base/shared_text.h"

namespace domain {

// The vendor's NameAndGuid: another thing, named. Either part may be missing; both empty is "none".
struct Reference {
  base::SharedText guid;
  base::SharedText name;

  bool empty() const { return guid.empty() && name.empty(); }
  bool operator==(const Reference&) const = default;
  std::strong_ordering operator<=>(const Reference&) const = default;
};

}  // namespace domain
