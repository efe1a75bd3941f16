#pragma once

#include <cstdint>

namespace simulator {

// A number that looks random and depends on its inputs alone, so the order of questions does not matter.
constexpr std::uint64_t mixed(std::uint64_t seed, std::uint64_t a, std::uint64_t b = 0) {
  std::uint64_t x = seed * 0x9E3779B97F4A7C15ULL + a * 0xBF58476D1CE4E5B9ULL + b * 0x94D049BB133111EBULL;
  for (int i = 0; i < 2; ++i) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    x ^= x >> 31;
  }
  return x;
}

constexpr unsigned percent(std::uint64_t seed, std::uint64_t a, std::uint64_t b = 0) {
  return static_cast<unsigned>(mixed(seed, a, b) % 100);
}

}  // namespace simulator
