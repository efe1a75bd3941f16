#pragma once

#include <chrono>
#include <concepts>
#include <optional>

#include "base/clock.h"
#include "domain/quantity.h"

namespace exposition {

// A sample's value: seconds, seconds since 1970, bytes, 0 or 1, or a count. Absent stays absent.
inline double number(bool value) { return value ? 1 : 0; }
inline double number(std::integral auto value) { return static_cast<double>(value); }
inline double number(domain::Bytes value) { return static_cast<double>(value.count); }
inline double number(std::chrono::milliseconds value) { return static_cast<double>(value.count()) / 1000; }
inline double number(base::TimePoint value) { return number(value.time_since_epoch()); }

template <class T>
std::optional<double> number(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  return number(*value);
}

}  // namespace exposition
