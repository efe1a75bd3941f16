#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "domain/schedule.h"

namespace domain {

// When the runs of a schedule are, by its calendar alone: whether it is active is not its concern. All times
// are UTC, as the vendor's are (API page, 3.5 and 5.1).
//
// TIME runs once on each day that fits, at `hour`. INTERVAL runs at `start`, `start + frequency`, ... up to
// and including `end`; an `end` before `start` is one of the next day, and the run belongs to the day on
// which its interval began. A day fits when its weekday, its month and its occurrence within the month are
// each in their set, and an empty set holds everything. Which days an empty set of weekdays means is not
// documented; it is read as the other two sets are.
class Calendar {
 public:
  enum class State : std::uint8_t {
    runs,
    never,    // it says so itself: an interval that holds no run
    unknown,  // a term or a time that we do not understand: nothing may be concluded from it
  };

  explicit Calendar(const Schedule& schedule);

  State state() const { return state_; }
  // The first run after the moment, and the last one at or before it. Absent unless the state is `runs`.
  // Bounded work, whatever the calendar.
  std::optional<base::TimePoint> next_after(base::TimePoint moment) const;
  std::optional<base::TimePoint> last_until(base::TimePoint moment) const;

 private:
  friend class GapFinder;

  State state_ = State::unknown;
};

// The longest time between two runs that follow each other, of all these calendars taken together, as far as
// weekdays, months and leap days make it differ: over 28 years, after which they repeat. Absent when none of
// them runs.
std::optional<std::chrono::milliseconds> longest_gap(const std::vector<Calendar>& calendars);

}  // namespace domain
