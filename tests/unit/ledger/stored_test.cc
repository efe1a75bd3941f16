#include "ledger/stored.h"

#include <gtest/gtest.h>

#include <string>

#include "base/text.h"

namespace {

using ledger::days_of;
using ledger::stored_days;
using ledger::stored_long_text;
using ledger::stored_text;

TEST(StoredText, OfFiveHundredBytesIsTheTextItself) {
  const std::string text(500, 'x');
  EXPECT_EQ(stored_text(text), text);
}

TEST(StoredText, IsCutBetweenCharacters) {
  std::string text = "x";
  for (int count = 0; count < 300; ++count) text += "\u00E4";
  const std::string stored = stored_text(text);
  EXPECT_LE(stored.size(), 500);
  EXPECT_TRUE(base::is_valid_utf8(stored));
  EXPECT_TRUE(text.starts_with(stored.substr(0, stored.find('~'))));
}

TEST(StoredLongText, IsCutToo) {
  const std::string text(16384, 'x');
  EXPECT_EQ(stored_long_text(text), text);
  EXPECT_EQ(stored_long_text(text + "x").size(), 16384);
  EXPECT_NE(stored_long_text(text + "x"), stored_long_text(text + "y"));
}

TEST(StoredDays, AreShort) {
  EXPECT_EQ(stored_days({{3, 0}, {0, 0}, {1, 2}, {0, 4}}), "3;;1/2;/4;");
  EXPECT_EQ(stored_days({}), "");
}

TEST(StoredDays, AreReadBack) {
  const std::vector<domain::DayResults> days{{3, 0}, {0, 0}, {1, 2}, {0, 4}, {65535, 65535}};
  EXPECT_EQ(days_of(stored_days(days)), days);
}

TEST(StoredDays, OfAnotherFormAreRefused) {
  for (const char* text : {"1", "x;", "1/x;", "65536;", "-1;", "1/2/3;", "1;2", " 1;"}) {
    EXPECT_EQ(days_of(text), std::nullopt) << text;
  }
}

}  // namespace
