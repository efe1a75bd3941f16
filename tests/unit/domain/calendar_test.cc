#include "domain/calendar.h"

#include <gtest/gtest.h>

#include "unit/domain/schedules.h"

namespace {

using namespace std::chrono;
using base::TimePoint;
using domain::Calendar;
using domain::Occurrence;
using domain::Schedule;
using schedules::at;
using schedules::every;
using Times = std::vector<TimePoint>;

TimePoint on(year_month_day date, milliseconds time = {}) { return sys_days{date} + time; }

// The runs after a moment, as many as asked for.
Times next_runs(const Schedule& schedule, TimePoint moment, std::size_t count) {
  const Calendar calendar(schedule);
  Times runs;
  for (auto run = calendar.next_after(moment); run && runs.size() < count; run = calendar.next_after(*run)) {
    runs.push_back(*run);
  }
  return runs;
}

Times last_runs(const Schedule& schedule, TimePoint moment, std::size_t count) {
  const Calendar calendar(schedule);
  Times runs;
  for (auto run = calendar.last_until(moment); run && runs.size() < count;
       run = calendar.last_until(*run - 1ms)) {
    runs.push_back(*run);
  }
  return runs;
}

TEST(Calendar, ATimeWithoutSetsRunsOnEachDay) {
  const Schedule daily = at(1h);
  EXPECT_EQ(next_runs(daily, on(2026y / 12 / 30, 1h), 3),
            (Times{on(2026y / 12 / 31, 1h), on(2027y / 1 / 1, 1h), on(2027y / 1 / 2, 1h)}));
}

TEST(Calendar, NextIsAfterTheMomentAndLastIsAtOrBeforeIt) {
  const Calendar daily(at(1h));
  const TimePoint run = on(2026y / 6 / 1, 1h);
  EXPECT_EQ(daily.next_after(run - 1ms), run);
  EXPECT_EQ(daily.next_after(run), run + 24h);
  EXPECT_EQ(daily.last_until(run), run);
  EXPECT_EQ(daily.last_until(run - 1ms), run - 24h);
}

TEST(Calendar, WeekdaysAreThoseOfTheSet) {
  Schedule schedule = at(0h);
  schedule.days = {Monday, Friday};
  EXPECT_EQ(next_runs(schedule, on(2026y / 1 / 1), 3),
            (Times{on(2026y / 1 / 2), on(2026y / 1 / 5), on(2026y / 1 / 9)}));
}

TEST(Calendar, MonthsThatAreNotInTheSetAreSkipped) {
  Schedule schedule = at(0h);
  schedule.months = {February};
  EXPECT_EQ(next_runs(schedule, on(2023y / 2 / 27), 2), (Times{on(2023y / 2 / 28), on(2024y / 2 / 1)}));
  EXPECT_EQ(last_runs(schedule, on(2025y / 1 / 31), 2), (Times{on(2024y / 2 / 29), on(2024y / 2 / 28)}));
}

TEST(Calendar, AnOccurrenceIsThatOfTheWeekdayInItsMonth) {
  Schedule schedule = at(0h);
  schedule.days = {Thursday, Sunday};
  schedule.occurrences = {Occurrence::second};
  EXPECT_EQ(next_runs(schedule, on(2026y / 1 / 1), 3),
            (Times{on(2026y / 1 / 8), on(2026y / 1 / 11), on(2026y / 2 / 8)}));
}

TEST(Calendar, TheLastOneOfAMonthIsItsFourthOrItsFifth) {
  Schedule schedule = at(0h);
  schedule.days = {Sunday};
  schedule.occurrences = {Occurrence::last};
  EXPECT_EQ(next_runs(schedule, on(2026y / 1 / 31), 3),
            (Times{on(2026y / 2 / 22), on(2026y / 3 / 29), on(2026y / 4 / 26)}));
}

TEST(Calendar, FourthAndLastAreOneRunWhenTheyAreOneDay) {
  Schedule schedule = at(0h);
  schedule.days = {Sunday};
  schedule.occurrences = {Occurrence::fourth, Occurrence::last};
  EXPECT_EQ(next_runs(schedule, on(2026y / 1 / 31), 3),
            (Times{on(2026y / 2 / 22), on(2026y / 3 / 22), on(2026y / 3 / 29)}));
}

TEST(Calendar, AFifthOneThatIsNotTheLastOfItsMonthDoesNotExist) {
  Schedule schedule = at(0h);
  schedule.months = {January};
  schedule.occurrences = {Occurrence::first, Occurrence::second, Occurrence::third, Occurrence::fourth};
  EXPECT_EQ(last_runs(schedule, on(2026y / 1 / 31), 1), (Times{on(2026y / 1 / 28)}));
}

TEST(Calendar, AnIntervalRunsFromItsStartUpToItsEnd) {
  const Schedule schedule = every(4h, 9h, 17h);
  EXPECT_EQ(
      next_runs(schedule, on(2026y / 1 / 1), 4),
      (Times{on(2026y / 1 / 1, 9h), on(2026y / 1 / 1, 13h), on(2026y / 1 / 1, 17h), on(2026y / 1 / 2, 9h)}));
}

TEST(Calendar, TheLastRunOfAnIntervalNeedNotBeAtItsEnd) {
  const Schedule schedule = every(2h, 0h, 79140000ms);
  EXPECT_EQ(last_runs(schedule, on(2026y / 1 / 1, 23h), 2),
            (Times{on(2026y / 1 / 1, 20h), on(2026y / 1 / 1, 18h)}));
}

TEST(Calendar, AnIntervalOverMidnightBelongsToTheDayOnWhichItBegan) {
  Schedule schedule = every(2h, 21h, 3h);
  schedule.days = {Saturday};
  const Times runs{on(2026y / 1 / 31, 21h), on(2026y / 1 / 31, 23h), on(2026y / 2 / 1, 1h),
                   on(2026y / 2 / 1, 3h), on(2026y / 2 / 7, 21h)};
  EXPECT_EQ(next_runs(schedule, on(2026y / 1 / 31), 5), runs);
  EXPECT_EQ(last_runs(schedule, on(2026y / 2 / 7, 21h), 5), Times(runs.rbegin(), runs.rend()));
}

TEST(Calendar, AnIntervalOverMidnightMayHaveNoRunBehindIt) {
  EXPECT_EQ(next_runs(every(5h, 21h, 1h), on(2026y / 1 / 1), 2),
            (Times{on(2026y / 1 / 1, 21h), on(2026y / 1 / 2, 21h)}));
}

TEST(Calendar, AnIntervalThatEndsWhereItStartsRunsOnce) {
  EXPECT_EQ(next_runs(every(1h, 8h, 8h), on(2026y / 1 / 1), 2),
            (Times{on(2026y / 1 / 1, 8h), on(2026y / 1 / 2, 8h)}));
}

TEST(Calendar, AnIntervalMayEndWithItsDay) {
  Schedule schedule = every(12h, 0h, 24h);
  schedule.days = {Saturday};
  EXPECT_EQ(next_runs(schedule, on(2026y / 1 / 2), 4),
            (Times{on(2026y / 1 / 3), on(2026y / 1 / 3, 12h), on(2026y / 1 / 4), on(2026y / 1 / 10)}));
}

TEST(Calendar, AFrequencyMayBeLongerThanADay) {
  EXPECT_EQ(next_runs(every(876000h, 8h, 7h), on(2026y / 1 / 1), 2),
            (Times{on(2026y / 1 / 1, 8h), on(2026y / 1 / 2, 8h)}));
}

void expect_unknown(const Schedule& schedule) {
  const Calendar calendar(schedule);
  EXPECT_EQ(calendar.state(), Calendar::State::unknown);
  EXPECT_EQ(calendar.next_after(on(2026y / 1 / 1)), std::nullopt);
  EXPECT_EQ(calendar.last_until(on(2026y / 1 / 1)), std::nullopt);
}

TEST(Calendar, OfATermThatIsNotKnownIsUnknown) {
  Schedule schedule = at(1h);
  schedule.unknown_terms = {"HOLIDAY"};
  expect_unknown(schedule);
}

TEST(Calendar, OfAnotherExecutionIsUnknown) {
  Schedule schedule = at(1h);
  schedule.execution = domain::Execution::other;
  expect_unknown(schedule);
}

TEST(Calendar, OfATimeThatIsNoneOfADayIsUnknown) {
  EXPECT_EQ(Calendar(at(24h - 1ms)).state(), Calendar::State::runs);
  expect_unknown(at(24h));
  expect_unknown(at(-1ms));
  Schedule without_hour = at(1h);
  without_hour.hour.reset();
  expect_unknown(without_hour);
}

TEST(Calendar, OfAnIntervalThatIsNotUnderstoodIsUnknown) {
  expect_unknown(every(1h, 24h, 24h));
  expect_unknown(every(1h, -1ms, 1h));
  expect_unknown(every(1h, 0h, 24h + 1ms));
  expect_unknown(every(1h, 1h, -1ms));
  Schedule without_interval = every(1h, 0h, 8h);
  without_interval.interval.reset();
  expect_unknown(without_interval);
}

TEST(Calendar, OfAFrequencyBelowAMinuteIsUnknown) {
  EXPECT_EQ(Calendar(every(1min, 0h, 8h)).state(), Calendar::State::runs);
  expect_unknown(every(1min - 1ms, 0h, 8h));
  expect_unknown(every(0ms, 0h, 8h));
}

TEST(Calendar, KnowsWhatWasBefore1970AndWillBeAfter9999) {
  Schedule schedule = at(1h);
  schedule.days = {Monday};
  EXPECT_EQ(next_runs(schedule, on(1601y / 1 / 1), 1), (Times{on(1601y / 1 / 1, 1h)}));
  EXPECT_EQ(last_runs(schedule, on(9999y / 12 / 31), 1), (Times{on(9999y / 12 / 27, 1h)}));
  EXPECT_EQ(next_runs(schedule, on(9999y / 12 / 31), 1), (Times{on(10000y / 1 / 3, 1h)}));
}

TEST(Calendar, MomentsThatNoDateCanTellHaveNoRun) {
  const Calendar daily(at(1h));
  EXPECT_EQ(daily.next_after(TimePoint::max()), std::nullopt);
  EXPECT_EQ(daily.last_until(TimePoint::min()), std::nullopt);
}

TEST(LongestGap, OfADailyRunIsADay) { EXPECT_EQ(domain::longest_gap({Calendar(at(1h))}), 24h); }

TEST(LongestGap, OfAYearlyRunIsAYearAndSomeDays) {
  Schedule schedule = at(1h);
  schedule.days = {Monday};
  schedule.months = {January};
  schedule.occurrences = {Occurrence::first};
  EXPECT_EQ(domain::longest_gap({Calendar(schedule)}), days{371});
}

TEST(LongestGap, OfAnIntervalIsTheNightBetweenTwoDays) {
  EXPECT_EQ(domain::longest_gap({Calendar(every(1h, 9h, 17h))}), 16h);
}

TEST(LongestGap, IsFilledByEachOfTheCalendars) {
  EXPECT_EQ(domain::longest_gap({Calendar(at(1h)), Calendar(at(3h)), Calendar(every(1h, 20h, 1h))}), 17h);
}

TEST(LongestGap, MayBeWithinADay) {
  Schedule but_sundays = at(12h);
  but_sundays.days = {Monday, Tuesday, Wednesday, Thursday, Friday, Saturday};
  EXPECT_EQ(domain::longest_gap({Calendar(at(0h)), Calendar(at(23h)), Calendar(but_sundays)}), 23h);
}

// Only from 2051-03-02 to 2052-03-06: a leap year that begins with a Monday is the first of the 28.
TEST(LongestGap, MayReachIntoTheNext28Years) {
  Schedule schedule = at(1h);
  schedule.days = {Wednesday, Thursday};
  schedule.months = {March};
  schedule.occurrences = {Occurrence::first};
  EXPECT_EQ(domain::longest_gap({Calendar(schedule)}), days{370});
}

TEST(LongestGap, IsAbsentWhenNothingRuns) {
  EXPECT_EQ(domain::longest_gap({}), std::nullopt);
  EXPECT_EQ(domain::longest_gap({Calendar(at(24h))}), std::nullopt);
}

}  // namespace
