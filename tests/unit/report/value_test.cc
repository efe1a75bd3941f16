#include "report/value.h"

#include <gtest/gtest.h>

#include <limits>

#include "support/manual_clock.h"

namespace {

using report::append_json;
using report::compare;
using report::Direction;
using report::Numbers;
using report::Texts;
using report::to_text;
using report::Value;

std::string json(const Value& value) {
  std::string out;
  append_json(out, value);
  return out;
}

TEST(Value, IsOrderedByWhatItHolds) {
  EXPECT_TRUE(compare(Value(1.5), Value(2.5), Direction::ascending) < 0);
  EXPECT_TRUE(compare(Value(std::string("b")), Value(std::string("a")), Direction::ascending) > 0);
  EXPECT_TRUE(compare(Value(true), Value(true), Direction::ascending) == 0);
}

TEST(Value, TurnsAroundWhenItDescends) {
  EXPECT_TRUE(compare(Value(1.5), Value(2.5), Direction::descending) > 0);
}

TEST(Value, UnknownComesLastInEitherDirection) {
  for (const Direction direction : {Direction::ascending, Direction::descending}) {
    EXPECT_TRUE(compare(Value(), Value(1.5), direction) > 0);
    EXPECT_TRUE(compare(Value(1.5), Value(), direction) < 0);
    EXPECT_TRUE(compare(Value(), Value(), direction) == 0);
  }
}

TEST(Value, IsJson) {
  EXPECT_EQ(json(Value()), "null");
  EXPECT_EQ(json(Value(false)), "false");
  EXPECT_EQ(json(Value(std::int64_t{-7})), "-7");
  EXPECT_EQ(json(Value(0.25)), "0.25");
  EXPECT_EQ(json(Value(support::kNoon)), R"("2026-01-01T12:00:00Z")");
  EXPECT_EQ(json(Value(Texts{"a", "b\""})), R"(["a","b\""])");
  EXPECT_EQ(json(Value(Numbers{1, 2})), "[1,2]");
  EXPECT_EQ(json(Value(Texts{})), "[]");
}

TEST(Value, IsValidJsonWhateverTheText) {
  EXPECT_EQ(json(Value(std::string("a\n\"\\\x01\xFF"))), "\"a\\n\\\"\\\\\\u0001\xEF\xBF\xBD\"");
}

TEST(Value, WhatIsNoNumberIsNotKnown) {
  EXPECT_EQ(json(Value(std::numeric_limits<double>::infinity())), "null");
  EXPECT_EQ(to_text(Value(std::numeric_limits<double>::quiet_NaN())), "");
}

TEST(Value, IsText) {
  EXPECT_EQ(to_text(Value()), "");
  EXPECT_EQ(to_text(Value(true)), "true");
  EXPECT_EQ(to_text(Value(std::int64_t{42})), "42");
  EXPECT_EQ(to_text(Value(1.5)), "1.5");
  EXPECT_EQ(to_text(Value(support::kNoon)), "2026-01-01T12:00:00Z");
  EXPECT_EQ(to_text(Value(Texts{"a", "b"})), "a b");
  EXPECT_EQ(to_text(Value(Numbers{1, 2})), "1 2");
  EXPECT_EQ(to_text(Value(std::string("\xFF"))), "\xEF\xBF\xBD");
}

}  // namespace
