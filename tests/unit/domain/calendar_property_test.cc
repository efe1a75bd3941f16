// Calendars, gaps and due times against a second implementation, which walks the days one by one, counts
// weekdays as they come, and lists each run.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>

#include "domain/calendar.h"
#include "domain/plan.h"
#include "unit/domain/schedules.h"

namespace {

using namespace std::chrono;
using base::TimePoint;
using domain::Calendar;
using domain::Interval;
using domain::Occurrence;
using domain::Schedule;

constexpr int kDay = 86'400'000;

bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int length_of(int year, int month) {
  if (month == 2) return is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

int days_before(int year) {
  int days = 0;
  for (int y = 1970; y < year; ++y) days += is_leap(y) ? 366 : 365;
  for (int y = year; y < 1970; ++y) days -= is_leap(y) ? 366 : 365;
  return days;
}

template <class Term>
bool holds(const std::vector<Term>& set, const Term& term) {
  return set.empty() || std::find(set.begin(), set.end(), term) != set.end();
}

bool occurs(const Schedule& schedule, int day, int length) {
  static constexpr Occurrence kNth[] = {Occurrence::first, Occurrence::second, Occurrence::third,
                                        Occurrence::fourth};
  if (schedule.occurrences.empty()) return true;
  int nth = 0;
  for (int earlier = day - 7; earlier > 0; earlier -= 7) ++nth;
  return (nth < 4 && holds(schedule.occurrences, kNth[nth])) ||
         (day + 7 > length && holds(schedule.occurrences, Occurrence::last));
}

using Runs = std::vector<std::int64_t>;  // ms since 1970, in order

void add_runs_of_day(const Schedule& schedule, std::int64_t midnight, Runs& runs) {
  if (schedule.hour) {
    runs.push_back(midnight + schedule.hour->count());
    return;
  }
  const Interval& interval = *schedule.interval;
  std::int64_t end = midnight + interval.end.count();
  if (interval.end < interval.start) end += kDay;
  for (std::int64_t run = midnight + interval.start.count(); run <= end; run += interval.frequency.count()) {
    runs.push_back(run);
  }
}

// All runs of the days of these years.
Runs runs_of(const Schedule& schedule, int first_year, int end_year) {
  Runs runs;
  std::int64_t number = days_before(first_year);
  int weekday = static_cast<int>((number % 7 + 7 + 4) % 7);  // 1970 began with a Thursday
  for (int year = first_year; year < end_year; ++year) {
    for (int month = 1; month <= 12; ++month) {
      for (int day = 1; day <= length_of(year, month); ++day, ++number, weekday = (weekday + 1) % 7) {
        const bool fits = holds(schedule.days, std::chrono::weekday(static_cast<unsigned>(weekday))) &&
                          holds(schedule.months, std::chrono::month(static_cast<unsigned>(month))) &&
                          occurs(schedule, day, length_of(year, month));
        if (fits) add_runs_of_day(schedule, number * kDay, runs);
      }
    }
  }
  std::sort(runs.begin(), runs.end());
  runs.erase(std::unique(runs.begin(), runs.end()), runs.end());
  return runs;
}

TimePoint moment(std::int64_t ms) { return TimePoint(milliseconds(ms)); }

std::optional<TimePoint> first_after(const Runs& runs, std::int64_t ms) {
  const auto found = std::upper_bound(runs.begin(), runs.end(), ms);
  return found == runs.end() ? std::nullopt : std::optional(moment(*found));
}

std::optional<TimePoint> last_until(const Runs& runs, std::int64_t ms) {
  const auto found = std::upper_bound(runs.begin(), runs.end(), ms);
  return found == runs.begin() ? std::nullopt : std::optional(moment(*std::prev(found)));
}

class Chance {
 public:
  explicit Chance(std::uint32_t seed) : engine_(seed) {}

  std::int64_t below(std::int64_t limit) {
    return static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(limit));
  }
  bool one_in(int n) { return below(n) == 0; }

  template <class Term>
  std::vector<Term> some_of(const std::vector<Term>& all) {
    std::vector<Term> some;
    if (one_in(3)) return some;
    const int rarity = 1 + static_cast<int>(below(6));
    for (const Term& term : all) {
      if (one_in(rarity)) some.push_back(term);
    }
    return some;
  }

 private:
  std::mt19937_64 engine_;
};

// Times are often whole hours, so that they meet, and often the ends of a day.
milliseconds time_of_day(Chance& chance) {
  if (chance.one_in(8)) return milliseconds(0);
  if (chance.one_in(8)) return milliseconds(kDay - 1);
  if (chance.one_in(2)) return hours(chance.below(24));
  return milliseconds(chance.below(kDay));
}

milliseconds frequency(Chance& chance) {
  if (chance.one_in(10)) return minutes(1 + chance.below(10));
  if (chance.one_in(2)) return hours(1 + chance.below(30));
  return milliseconds(600'000 + chance.below(kDay));
}

Schedule random_schedule(Chance& chance) {
  Schedule schedule = chance.one_in(2)
                          ? schedules::at(time_of_day(chance))
                          : schedules::every(frequency(chance), time_of_day(chance), time_of_day(chance));
  if (schedule.interval && chance.one_in(8)) schedule.interval->end = 24h;
  schedule.days = chance.some_of<weekday>({Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday});
  schedule.months = chance.some_of<month>(
      {January, February, March, April, May, June, July, August, September, October, November, December});
  schedule.occurrences = chance.some_of<Occurrence>(
      {Occurrence::first, Occurrence::second, Occurrence::third, Occurrence::fourth, Occurrence::last});
  return schedule;
}

// Random moments of the middle years, and each edge of some of the runs.
std::vector<std::int64_t> interesting_moments(const Runs& runs, int first_year, int end_year,
                                              Chance& chance) {
  const std::int64_t first = std::int64_t{days_before(first_year)} * kDay;
  const std::int64_t length = std::int64_t{days_before(end_year)} * kDay - first;
  std::vector<std::int64_t> moments{first - 1, first, first + length - 1, first + length};
  for (int i = 0; i < 40; ++i) moments.push_back(first + chance.below(length));
  for (int i = 0; i < 40; ++i) moments.push_back(first + chance.below(length / kDay) * kDay);
  for (int i = 0; i < 40; ++i) {
    const std::int64_t near = first + chance.below(length);
    const std::int64_t run = *std::lower_bound(runs.begin(), runs.end(), near);
    moments.insert(moments.end(), {run - 1, run, run + 1});
  }
  return moments;
}

void compare(const Schedule& schedule, int first_year, int end_year, Chance& chance) {
  const Calendar calendar(schedule);
  const Runs runs = runs_of(schedule, first_year - 2, end_year + 2);
  for (const std::int64_t ms : interesting_moments(runs, first_year, end_year, chance)) {
    const auto next = calendar.next_after(moment(ms));
    const auto last = calendar.last_until(moment(ms));
    ASSERT_EQ(next, first_after(runs, ms)) << ms;
    ASSERT_EQ(last, last_until(runs, ms)) << ms;
    ASSERT_EQ(calendar.last_until(*next), next) << ms;
    ASSERT_EQ(calendar.next_after(*last), next) << ms;
    ASSERT_EQ(calendar.last_until(*next - 1ms), last) << ms;
  }
}

struct Years {
  int first;
  int end;
};

class CalendarProperty : public testing::TestWithParam<Years> {};

TEST_P(CalendarProperty, AgreesWithAWalkOverTheDays) {
  Chance chance(static_cast<std::uint32_t>(GetParam().first));
  for (int i = 0; i < 200; ++i) {
    SCOPED_TRACE("schedule " + std::to_string(i));
    compare(random_schedule(chance), GetParam().first, GetParam().end, chance);
    ASSERT_FALSE(HasFatalFailure());
  }
}

INSTANTIATE_TEST_SUITE_P(Years, CalendarProperty,
                         testing::Values(Years{2023, 2026}, Years{2099, 2102}, Years{1968, 1972},
                                         Years{1999, 2001}, Years{9998, 10000}),
                         [](const auto& years) { return "From" + std::to_string(years.param.first); });

// Between runs of which the first is in one of the 28 years.
std::optional<milliseconds> slow_longest_gap(const std::vector<Schedule>& schedules) {
  Runs runs;
  for (const Schedule& schedule : schedules) {
    const Runs more = runs_of(schedule, 2023, 2054);
    runs.insert(runs.end(), more.begin(), more.end());
  }
  std::sort(runs.begin(), runs.end());
  std::optional<std::int64_t> longest;
  for (std::size_t i = 1; i < runs.size(); ++i) {
    const std::int64_t before = runs[i - 1];
    const bool counts =
        before >= days_before(2024) * std::int64_t{kDay} && before < days_before(2052) * std::int64_t{kDay};
    if (counts) longest = std::max(longest.value_or(0), runs[i] - before);
  }
  return longest ? std::optional(milliseconds(*longest)) : std::nullopt;
}

TEST(LongestGapProperty, IsTheLongestOfAllGapsOf28Years) {
  Chance chance(28);
  for (int i = 0; i < 60; ++i) {
    SCOPED_TRACE("combination " + std::to_string(i));
    std::vector<Schedule> schedules;
    std::vector<Calendar> calendars;
    for (std::int64_t left = 1 + chance.below(4); left > 0; --left) {
      schedules.push_back(random_schedule(chance));
      calendars.emplace_back(schedules.back());
    }
    ASSERT_EQ(domain::longest_gap(calendars), slow_longest_gap(schedules));
  }
}

TimePoint slow_due(const std::vector<Schedule>& schedules, const std::vector<Runs>& runs,
                   std::int64_t since) {
  std::int64_t due = INT64_MAX;
  for (std::size_t i = 0; i < schedules.size(); ++i) {
    for (const std::int64_t run : runs[i]) {
      if (run > since) due = std::min(due, run + schedules[i].start_window->count());
    }
  }
  return moment(due);
}

TEST(DueAfterProperty, IsTheEarliestEndOfAnyLaterWindow) {
  Chance chance(9);
  const std::int64_t first = std::int64_t{days_before(2026)} * kDay;
  for (int i = 0; i < 60; ++i) {
    SCOPED_TRACE("plan " + std::to_string(i));
    std::vector<Schedule> schedules;
    std::vector<Runs> runs;
    domain::Plan plan{.state = domain::Plan::State::active};
    for (std::int64_t left = 1 + chance.below(4); left > 0; --left) {
      Schedule schedule = random_schedule(chance);
      schedule.start_window = milliseconds(chance.one_in(4) ? 0 : chance.below(2 * kDay));
      plan.items.push_back({.calendar = Calendar(schedule), .window = *schedule.start_window});
      runs.push_back(runs_of(schedule, 2026, 2029));
      schedules.push_back(std::move(schedule));
    }
    for (int j = 0; j < 10; ++j) {
      const std::int64_t since = first + chance.below(365) * kDay + chance.below(kDay);
      ASSERT_EQ(domain::due_after(plan, moment(since)), slow_due(schedules, runs, since)) << since;
    }
  }
}

}  // namespace
