#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "config/config.h"

namespace config {

inline constexpr std::size_t kMostText = 64UL * 1024;  // bytes of one expanded text

struct Expansion {
  std::string text;
  std::string problem;   // why there is no text; quotes nothing of it
  std::string variable;  // the variable that the problem is about, if any
};

// The text with each ${NAME} replaced by the variable's value, which is not looked into again; "$${"
// stands for "${".
Expansion expand(std::string_view text, const Environment& environment);

}  // namespace config
