#pragma once

#include <chrono>
#include <cstdint>

#include "domain/schedule.h"

namespace domain {

// The days on which a schedule runs, from the end of the year -32000 to that of 32000. There is one in each
// month of its months: no month lacks a weekday, nor its first, second, third, fourth or last one.
class DayPattern {
 public:
  explicit DayPattern(const Schedule& schedule);

  // The days of the month that fit: bit 0 is its first.
  std::uint32_t days_of(std::chrono::year_month month) const;
  // The first one at or after the day, and the last one at or before it. 13 months are looked at, at most.
  std::chrono::sys_days first_from(std::chrono::sys_days day) const;
  std::chrono::sys_days last_until(std::chrono::sys_days day) const;

  bool operator==(const DayPattern&) const = default;

 private:
  std::uint32_t weeks_ = 0;     // the days of a month that are in one of its first four weeks that fit
  std::uint16_t months_ = 0;    // bit 0: January
  std::uint8_t weekdays_ = 0;   // bit 0: Sunday
  bool has_last_week_ = false;  // the last seven days of a month fit
};

}  // namespace domain
