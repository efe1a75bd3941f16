#pragma once

#include <chrono>
#include <cstddef>

#include "base/clock.h"

namespace report {

// Whole UTC days, both included: what is counted per day has no finer time.
struct Period {
  std::chrono::sys_days from;
  std::chrono::sys_days to;

  std::size_t days() const { return static_cast<std::size_t>((to - from).count()) + 1; }
  bool holds(base::TimePoint time) const;
  bool operator==(const Period&) const = default;
};

inline constexpr std::chrono::days kMostDays{366};

// The seven days that end with the day of `now`.
Period last_week(base::TimePoint now);
// As many days, right before it.
Period before(const Period& period);

}  // namespace report
