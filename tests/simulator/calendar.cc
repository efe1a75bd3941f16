#include "calendar.h"

namespace simulator {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

bool in_set(unsigned set, unsigned bit) { return set == 0 || (set >> bit & 1U) != 0; }

bool is_wanted_occurrence(unsigned set, const std::chrono::year_month_day& day) {
  if (set == 0) return true;
  const unsigned number = static_cast<unsigned>(day.day());
  const std::chrono::year_month_day_last last{day.year(), std::chrono::month_day_last{day.month()}};
  const bool is_last = number + 7 > static_cast<unsigned>(last.day());
  const unsigned nth = (number - 1) / 7;
  return (nth < 4 && (set >> nth & 1U) != 0) || (is_last && (set >> 4 & 1U) != 0);
}

bool runs_on(const Schedule& schedule, sys_days day) {
  const std::chrono::year_month_day date{day};
  const unsigned weekday = std::chrono::weekday{day}.iso_encoding() - 1;
  return in_set(schedule.days, weekday) && in_set(schedule.months, static_cast<unsigned>(date.month()) - 1) &&
         is_wanted_occurrence(schedule.occurrences, date);
}

OptionalTime first_on(const Schedule& schedule, TimePoint midnight, TimePoint after) {
  if (schedule.execution == Execution::time) {
    const TimePoint run = midnight + schedule.hour;
    return run > after ? OptionalTime(run) : std::nullopt;
  }
  TimePoint run = midnight + schedule.interval_start;
  if (run <= after) run += ((after - run) / schedule.frequency + 1) * schedule.frequency;
  const bool over_midnight = schedule.interval_end < schedule.interval_start;
  const TimePoint end = midnight + schedule.interval_end + (over_midnight ? days(1) : days(0));
  return run <= end ? OptionalTime(run) : std::nullopt;
}

}  // namespace

OptionalTime next_run(const Schedule& schedule, TimePoint after) {
  if (schedule.execution == Execution::interval && schedule.frequency <= Millis::zero()) return std::nullopt;
  const sys_days first = std::chrono::floor<days>(after) - days(1);  // its interval may go on past midnight
  for (sys_days day = first; day < first + days(732); day += days(1)) {
    if (!runs_on(schedule, day)) continue;
    if (const OptionalTime run = first_on(schedule, TimePoint(day), after)) return run;
  }
  return std::nullopt;
}

}  // namespace simulator
