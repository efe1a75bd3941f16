#include "base/text.h"

#include <gtest/gtest.h>

#include "support/manual_clock.h"

namespace {

using namespace std::chrono_literals;

TEST(Utf8, AcceptsWellFormedText) {
  EXPECT_TRUE(base::is_valid_utf8("plain, \xC3\xA4, \xE2\x82\xAC, \xF0\x9F\x98\x80"));
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndWhatIsBeyondUnicode) {
  for (const char* text :
       {"\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF", "\x80", "\xC3"}) {
    EXPECT_FALSE(base::is_valid_utf8(text));
  }
}

TEST(Utf8, ReplacesEachMalformedSequenceOnce) {
  EXPECT_EQ(base::to_valid_utf8("a\xC3(b"), "a\xEF\xBF\xBD(b");
  EXPECT_EQ(base::to_valid_utf8("\xFFz\xE2\x82"), "\xEF\xBF\xBDz\xEF\xBF\xBD");
}

TEST(Beginning, IsCutBetweenCharacters) {
  EXPECT_EQ(base::beginning("gr\xC3\xBC\xC3\x9F", 3), "gr");
  EXPECT_EQ(base::beginning("gr\xC3\xBC\xC3\x9F", 4), "gr\xC3\xBC");
  EXPECT_EQ(base::beginning("gr\xC3\xBC\xC3\x9F", 6), "gr\xC3\xBC\xC3\x9F");
  EXPECT_EQ(base::beginning("\x80\x80\x80", 2), "");
}

TEST(Excerpt, CutsBetweenCharactersAndSaysSo) {
  EXPECT_EQ(base::excerpt("gr\xC3\xBC\xC3\x9F", 3), "gr...");
  EXPECT_EQ(base::excerpt("two\nlines", 20), "two lines");
}

TEST(Rfc3339, IsUtcInWholeSeconds) {
  EXPECT_EQ(base::to_rfc3339(support::kNoon + 999ms), "2026-01-01T12:00:00Z");
}

TEST(Duration, ReadsPrometheusSpelling) {
  EXPECT_EQ(base::parse_duration("250ms"), 250ms);
  EXPECT_EQ(base::parse_duration("1h30m"), 90min);
  EXPECT_EQ(base::parse_duration("35d"), 35 * 24h);
  EXPECT_EQ(base::parse_duration("0s"), 0ms);
}

TEST(Duration, RefusesWhatIsNotOne) {
  for (const char* text :
       {"", "15", "s", "1m1h", "1s1s", "-1s", "1.5s", "10 s", "99999999999999999999s", "9999999999y"}) {
    EXPECT_EQ(base::parse_duration(text), std::nullopt) << text;
  }
}

TEST(Duration, WritesWhatItReads) {
  EXPECT_EQ(base::to_text(90min), "1h30m");
  EXPECT_EQ(base::to_text(1500ms), "1s500ms");
}

}  // namespace
