#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "exposition/description.h"

namespace exposition {

enum class Switch { on, off, fixed };  // fixed: on, and cannot be switched off

struct FamilyCount {
  std::string name;
  Type type = Type::gauge;
  std::size_t series = 0;             // exposed
  std::size_t dropped = 0;            // left out, because of the budget
  std::optional<std::size_t> budget;  // absent: there is none
  Switch state = Switch::on;

  bool operator==(const FamilyCount&) const = default;
};

// What a scrape of everything gets, counted.
struct Census {
  std::vector<FamilyCount> families;  // in the order of the exposition; those without series, too
  std::size_t bytes = 0;              // of the whole text, uncompressed
};

}  // namespace exposition
