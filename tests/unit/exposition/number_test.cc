#include "exposition/number.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

namespace {

using exposition::canonical_bound;
using exposition::number_text;

std::string shortest(double value) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

TEST(NumberText, WholeNumbersHaveNeitherPointNorExponent) {
  EXPECT_EQ(number_text(0), "0");
  EXPECT_EQ(number_text(1), "1");
  EXPECT_EQ(number_text(-42), "-42");
  EXPECT_EQ(number_text(100000), "100000");
  EXPECT_EQ(number_text(1767268800), "1767268800");
  EXPECT_EQ(number_text(9007199254740991), "9007199254740991");
}

TEST(NumberText, MillisecondsHaveNoTrailingZeros) {
  EXPECT_EQ(number_text(0.001), "0.001");
  EXPECT_EQ(number_text(0.25), "0.25");
  EXPECT_EQ(number_text(-0.005), "-0.005");
  EXPECT_EQ(number_text(1767268800.5), "1767268800.5");
  EXPECT_EQ(number_text(1767268800.123), "1767268800.123");
  EXPECT_EQ(number_text(2.09), "2.09");
}

TEST(NumberText, ZeroHasNoSign) { EXPECT_EQ(number_text(-0.0), "0"); }

TEST(NumberText, SpecialNumbersAreSpeltAsPrometheusReadsThem) {
  EXPECT_EQ(number_text(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(number_text(-std::numeric_limits<double>::infinity()), "-Inf");
  EXPECT_EQ(number_text(std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(number_text(-std::numeric_limits<double>::quiet_NaN()), "NaN");
}

TEST(NumberText, EveryMillisecondReadsBackAndIsNoLongerThanTheShortest) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 50000; ++i) {
    const double value = static_cast<double>(static_cast<std::int64_t>(random() % 4000000000000)) / 1000;
    const std::string text = number_text(value);
    ASSERT_EQ(std::stod(text), value) << text;
    ASSERT_LE(text.size(), std::max(shortest(value).size(), std::to_string(std::llround(value)).size()));
  }
}

TEST(NumberText, EveryDoubleReadsBack) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 50000; ++i) {
    const auto value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    const std::string text = number_text(value);
    double read = 0;
    std::from_chars(text.data(), text.data() + text.size(), read);
    ASSERT_EQ(read, value) << text;
  }
}

TEST(CanonicalBound, IsAlwaysAFloat) {
  EXPECT_EQ(canonical_bound(0), "0.0");
  EXPECT_EQ(canonical_bound(1), "1.0");
  EXPECT_EQ(canonical_bound(0.005), "0.005");
  EXPECT_EQ(canonical_bound(100000), "100000.0");
  EXPECT_EQ(canonical_bound(1000000), "1e+06");
  EXPECT_EQ(canonical_bound(0.00001), "1e-05");
  EXPECT_EQ(canonical_bound(std::numeric_limits<double>::infinity()), "+Inf");
}

}  // namespace
