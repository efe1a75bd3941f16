#include "domain/calendar.h"

#include <algorithm>

namespace domain {
namespace {

using base::TimePoint;
using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::sys_days;

constexpr milliseconds kDay = days{1};
constexpr milliseconds kLeastFrequency = std::chrono::minutes{1};

// Dates beyond do not fit the types of <chrono>.
constexpr TimePoint kEarliest = sys_days{std::chrono::year{-32000} / 1 / 1};
constexpr TimePoint kLatest = sys_days{std::chrono::year{32000} / 1 / 1};

bool is_time_of_day(milliseconds time) { return time >= milliseconds{} && time < kDay; }

bool is_understood(const Interval& interval) {
  return is_time_of_day(interval.start) && (is_time_of_day(interval.end) || interval.end == kDay) &&
         interval.frequency >= kLeastFrequency;
}

std::vector<DayRuns> once_at(milliseconds hour) {
  if (!is_time_of_day(hour)) return {};
  return {{.first = hour, .last = hour, .step = kDay}};
}

// The last of `first`, `first + step`, ... that is not after the limit, which is not before the first.
milliseconds last_step(milliseconds first, milliseconds step, milliseconds limit) {
  return first + (limit - first) / step * step;
}

// Runs of the next day are kept apart, so that each DayRuns stays within its own.
std::vector<DayRuns> runs_of(const Interval& interval) {
  if (!is_understood(interval)) return {};
  const auto [start, end, step] = interval;
  const milliseconds last = last_step(start, step, end < start ? end + kDay : end);
  if (last < kDay) return {{.first = start, .last = last, .step = step}};
  const milliseconds before_midnight = last_step(start, step, kDay - milliseconds{1});
  return {{.first = start, .last = before_midnight, .step = step},
          {.first = before_midnight + step - kDay, .last = last - kDay, .step = step, .later = days{1}}};
}

std::vector<DayRuns> runs_of(const Schedule& schedule) {
  if (!schedule.unknown_terms.empty()) return {};
  if (schedule.execution == Execution::time && schedule.hour) return once_at(*schedule.hour);
  if (schedule.execution == Execution::interval && schedule.interval) return runs_of(*schedule.interval);
  return {};
}

std::optional<milliseconds> first_after(const DayRuns& runs, milliseconds time) {
  if (time < runs.first) return runs.first;
  const milliseconds next = last_step(runs.first, runs.step, time) + runs.step;
  return next <= runs.last ? std::optional(next) : std::nullopt;
}

std::optional<milliseconds> last_until(const DayRuns& runs, milliseconds time) {
  if (time < runs.first) return std::nullopt;
  return std::min(last_step(runs.first, runs.step, time), runs.last);
}

TimePoint next_after(const DayPattern& pattern, const DayRuns& runs, TimePoint moment) {
  const sys_days today = std::chrono::floor<days>(moment);
  const sys_days day = pattern.first_from(today - runs.later) + runs.later;
  if (day > today) return day + runs.first;
  if (const auto time = first_after(runs, moment - today)) return today + *time;
  return pattern.first_from(today - runs.later + days{1}) + runs.later + runs.first;
}

TimePoint last_until(const DayPattern& pattern, const DayRuns& runs, TimePoint moment) {
  const sys_days today = std::chrono::floor<days>(moment);
  const sys_days day = pattern.last_until(today - runs.later) + runs.later;
  if (day < today) return day + runs.last;
  if (const auto time = last_until(runs, moment - today)) return today + *time;
  return pattern.last_until(today - runs.later - days{1}) + runs.later + runs.last;
}

bool is_tellable(TimePoint moment) { return moment >= kEarliest && moment < kLatest; }

}  // namespace

Calendar::Calendar(const Schedule& schedule) : days_(schedule), runs_(runs_of(schedule)) {}

std::optional<TimePoint> Calendar::next_after(TimePoint moment) const {
  std::optional<TimePoint> next;
  if (!is_tellable(moment)) return next;
  for (const DayRuns& runs : runs_) {
    const TimePoint run = domain::next_after(days_, runs, moment);
    next = std::min(next.value_or(run), run);
  }
  return next;
}

std::optional<TimePoint> Calendar::last_until(TimePoint moment) const {
  std::optional<TimePoint> last;
  if (!is_tellable(moment)) return last;
  for (const DayRuns& runs : runs_) {
    const TimePoint run = domain::last_until(days_, runs, moment);
    last = std::max(last.value_or(run), run);
  }
  return last;
}

}  // namespace domain
