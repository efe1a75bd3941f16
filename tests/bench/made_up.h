#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

#include "base/clock.h"

namespace bench {

constexpr base::TimePoint kNow{std::chrono::milliseconds(1767268800123)};

// A different but repeatable number for each (i, salt).
inline std::uint64_t scattered(std::uint64_t i, std::uint64_t salt) {
  std::uint64_t x = i * 0x9E3779B97F4A7C15U + salt * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31);
}

inline std::string uuid(std::uint64_t i, std::uint64_t salt) {
  std::array<char, 40> text{};
  const std::uint64_t a = scattered(i, salt);
  const std::uint64_t b = scattered(i, salt + 1);
  const int length =
      std::snprintf(text.data(), text.size(), "%08x-%04x-%04x-%04x-%012llx", static_cast<unsigned>(a),
                    static_cast<unsigned>(a >> 32 & 0xFFFF), static_cast<unsigned>(a >> 48),
                    static_cast<unsigned>(b & 0xFFFF), static_cast<unsigned long long>(b >> 16));
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace bench
