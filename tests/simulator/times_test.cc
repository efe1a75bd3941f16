#include "times.h"

#include <gtest/gtest.h>

namespace simulator {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr TimePoint kNoon{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1} + hours(12)};

TEST(Times, OfTheWorld) {
  EXPECT_EQ(instant_in("2026-01-01T12:00:00Z"), kNoon);
  EXPECT_EQ(instant_in("2024-02-29T23:59:59Z"),
            TimePoint(std::chrono::sys_days{std::chrono::year{2024} / 3 / 1}) - seconds(1));
}

TEST(Times, ThatAreNoneAreRefused) {
  for (const char* text : {"", "noon", "2026-02-29T12:00:00Z", "2026-01-01T12:00:00", "2026-01-01T12:60:00Z",
                           "2026-01-01T25:00:00Z", "2026-01-01T12:00:00Zulu", "2026-1-1T12:00:00Z"}) {
    EXPECT_EQ(instant_in(text), std::nullopt) << text;
  }
}

TEST(Times, Spans) {
  EXPECT_EQ(span_in("26h"), hours(26));
  EXPECT_EQ(span_in("1d2h30m"), days(1) + hours(2) + minutes(30));
  EXPECT_EQ(span_in("250ms"), Millis(250));
  for (const char* text : {"", "6", "h", "6 h", "6w", "-6h"}) EXPECT_EQ(span_in(text), std::nullopt) << text;
}

TEST(Times, RelativeToNow) {
  EXPECT_EQ(moment_in("now", kNoon), kNoon);
  EXPECT_EQ(moment_in("-26h", kNoon), kNoon - hours(26));
  EXPECT_EQ(moment_in("+5m", kNoon), kNoon + minutes(5));
  EXPECT_EQ(moment_in("5m", kNoon), std::nullopt);
}

TEST(Times, OfTheDay) {
  EXPECT_EQ(hour_in("01:30"), minutes(90));
  EXPECT_EQ(hour_in("24:00"), hours(24));
  for (const char* text : {"1:30", "24:01", "12:60", "12:00:00"})
    EXPECT_EQ(hour_in(text), std::nullopt) << text;
}

}  // namespace
}  // namespace simulator
