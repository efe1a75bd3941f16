#pragma once

#include <compare>
#include <cstdint>

namespace domain {

// A size. Never negative: a reader that meets a negative number treats the value as unknown.
struct Bytes {
  std::uint64_t count = 0;
  auto operator<=>(const Bytes&) const = default;
};

}  // namespace domain
