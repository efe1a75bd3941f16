#include <gtest/gtest.h>

#include <string>

#include "base/text.h"

namespace {

using base::matches_glob;

TEST(Glob, FitsTheWholeTextOrNot) {
  EXPECT_TRUE(matches_glob("lab-07", "lab-07"));
  EXPECT_TRUE(matches_glob("lab-07", "lab-*"));
  EXPECT_TRUE(matches_glob("lab-07", "*-0?"));
  EXPECT_TRUE(matches_glob("lab-07", "*"));
  EXPECT_TRUE(matches_glob("", "*"));
  EXPECT_TRUE(matches_glob("aXbXc", "a*X*c"));
  EXPECT_FALSE(matches_glob("lab-07", "lab"));
  EXPECT_FALSE(matches_glob("lab-07", "Lab-*"));
  EXPECT_FALSE(matches_glob("lab-07", "lab-07?"));
  EXPECT_FALSE(matches_glob("", "?"));
}

TEST(Glob, ManyStarsTakeNoLongerThanTheTextIsLong) {
  const std::string text(10'000, 'a');
  EXPECT_FALSE(matches_glob(text, std::string("*a*a*a*a*a*a*a*a*a*a*a*a*b")));
}

TEST(Date, IsOneDayThatThereIsOrNothing) {
  using std::chrono::year;
  EXPECT_EQ(base::parse_date("2024-02-29"), std::chrono::sys_days(year(2024) / 2 / 29));
  for (const char* text :
       {"2023-02-29", "2024-2-29", "2024-13-01", "2024-00-01", "24-02-29", "", "2024-02-29 "})
    EXPECT_EQ(base::parse_date(text), std::nullopt) << text;
}

TEST(Rfc3339, IsReadAsItIsWritten) {
  const auto moment = base::parse_rfc3339("2026-12-31T18:00:05Z");
  ASSERT_TRUE(moment);
  EXPECT_EQ(base::to_rfc3339(*moment), "2026-12-31T18:00:05Z");
  for (const char* text : {"2026-12-31T24:00:00Z", "2026-12-31T18:60:00Z", "2026-12-31T18:00:00",
                           "2026-12-31 18:00:00Z", "2026-12-31T18:00:00+01:00"})
    EXPECT_EQ(base::parse_rfc3339(text), std::nullopt) << text;
}

}  // namespace
