#include "exposition/description.h"

#include <gtest/gtest.h>

namespace {

using exposition::is_named;
using exposition::openmetrics_name_of;
using exposition::Type;
using exposition::unit_of;

TEST(Description, OpenMetricsNamesAFamilyWithoutTheSuffixOfItsSamples) {
  EXPECT_EQ(openmetrics_name_of("a_seconds_total", Type::counter), "a_seconds");
  EXPECT_EQ(openmetrics_name_of("a_info", Type::info), "a");
  EXPECT_EQ(openmetrics_name_of("a_total", Type::gauge), "a_total");
}

TEST(Description, TheUnitIsTheEndOfTheName) {
  EXPECT_EQ(unit_of("a_timestamp_seconds"), "seconds");
  EXPECT_EQ(unit_of("a_bytes"), "bytes");
  EXPECT_EQ(unit_of("a_ratio"), "ratio");
  EXPECT_EQ(unit_of("a_bytes_used"), "");
  EXPECT_EQ(unit_of("seconds"), "");
}

TEST(Description, AFamilyAnswersToTheNamesOfItsSamples) {
  EXPECT_TRUE(is_named("a_total", "a_total", Type::counter));
  EXPECT_TRUE(is_named("a", "a_total", Type::counter));
  EXPECT_TRUE(is_named("a_created", "a_total", Type::counter));
  EXPECT_TRUE(is_named("a_info", "a_info", Type::info));
  EXPECT_TRUE(is_named("a", "a_info", Type::info));
  EXPECT_TRUE(is_named("a", "a", Type::histogram));
  EXPECT_TRUE(is_named("a_bucket", "a", Type::histogram));
  EXPECT_TRUE(is_named("a_sum", "a", Type::histogram));
  EXPECT_TRUE(is_named("a_count", "a", Type::histogram));
}

TEST(Description, AFamilyAnswersToNoOtherName) {
  EXPECT_FALSE(is_named("a_count", "a", Type::gauge));
  EXPECT_FALSE(is_named("a_created", "a", Type::gauge));
  EXPECT_FALSE(is_named("a_total_created", "a_total", Type::counter));
  EXPECT_FALSE(is_named("a_bucket_b", "a", Type::histogram));
  EXPECT_FALSE(is_named("", "a", Type::gauge));
}

}  // namespace
