#include "exposition/demand.h"

#include <gtest/gtest.h>

namespace {

using exposition::Demand;
using exposition::Encoding;
using exposition::Format;

TEST(Demand, NothingIsWantedThatNobodyAskedFor) {
  Demand demand;
  demand.published();

  EXPECT_FALSE(demand.is_wanted(Format::text, Encoding::gzip));
}

TEST(Demand, WhatWasAskedForIsWantedInThatFormatAndEncodingOnly) {
  Demand demand;
  demand.published();

  demand.asked(Format::openmetrics, Encoding::gzip);

  EXPECT_TRUE(demand.is_wanted(Format::openmetrics, Encoding::gzip));
  EXPECT_FALSE(demand.is_wanted(Format::openmetrics, Encoding::identity));
  EXPECT_FALSE(demand.is_wanted(Format::text, Encoding::gzip));
}

TEST(Demand, IsForgottenAfterTenSnapshotsWithoutAQuestion) {
  Demand demand;
  demand.published();
  demand.asked(Format::text, Encoding::identity);

  int wanted = 0;
  for (; demand.is_wanted(Format::text, Encoding::identity); ++wanted) demand.published();

  EXPECT_EQ(wanted, 10);
}

}  // namespace
