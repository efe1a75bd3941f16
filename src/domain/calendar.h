#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "domain/day_pattern.h"
#include "domain/schedule.h"

namespace domain {

// Runs within one UTC day, as times since its midnight: `first`, `first + step`, ... and `last`.
struct DayRuns {
  std::chrono::milliseconds first{};
  std::chrono::milliseconds last{};
  std::chrono::milliseconds step{};
  std::chrono::days later{};  // how long after the day they belong to, the one that has to fit

  bool operator==(const DayRuns&) const = default;
};

// When the runs of a schedule are, by its calendar alone: whether it is active is not its concern. All times
// are UTC, as the vendor's are (API page, 3.5 and 5.1).
//
// TIME runs once on each day that fits, at `hour`. INTERVAL runs at `start`, `start + frequency`, ... up to
// and including `end`; an `end` before `start` is one of the next day, and the run belongs to the day on
// which its interval began. A day fits when its weekday, its month and its occurrence within the month are
// each in their set, and an empty set holds everything. Which days an empty set of weekdays means is not
// documented; it is read as the other two sets are.
//
// No calendar is without a run: each interval holds its start, and DayPattern has a day in every year.
class Calendar {
 public:
  enum class State : std::uint8_t {
    runs,
    // A term, a kind or a time that we do not understand: nothing may be concluded from it. `hour` and
    // `start` are times of a day, so 24:00 is none: it may be this day's midnight or the next one. An `end`
    // of 24:00 can only be the next one, and is the way to say "until the day is over". A frequency below a
    // minute, the unit of the vendor's UI, is a mistake of units; zero is one too, or "once", or "never".
    unknown,
  };

  explicit Calendar(const Schedule& schedule);

  State state() const { return runs_.empty() ? State::unknown : State::runs; }
  // The first run after the moment, and the last one at or before it. Absent when the state is `unknown`, and
  // for moments more than some 30,000 years away. Bounded work, whatever the calendar.
  std::optional<base::TimePoint> next_after(base::TimePoint moment) const;
  std::optional<base::TimePoint> last_until(base::TimePoint moment) const;

  // What it is made of: all of the runs, on or after each of the days.
  const DayPattern& days() const { return days_; }
  const std::vector<DayRuns>& runs() const { return runs_; }

  bool operator==(const Calendar&) const = default;

 private:
  DayPattern days_;
  std::vector<DayRuns> runs_;  // at most two
};

// The longest time between two runs that follow each other, of all these calendars taken together, as far as
// weekdays, months and leap days make it differ: over the 28 years 2024 to 2051 and from their last run to
// the first one of the 28 years that follow, which are the same again (until 2100, which has no leap day).
// Absent when none of them runs.
std::optional<std::chrono::milliseconds> longest_gap(const std::vector<Calendar>& calendars);

}  // namespace domain
