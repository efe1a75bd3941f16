#include "exposition/demand.h"

#include <gtest/gtest.h>

namespace {

using exposition::BodyKind;
using exposition::Demand;
using exposition::Encoding;
using exposition::Format;
using exposition::Labels;

using Kinds = std::vector<BodyKind>;

TEST(Demand, NothingIsWantedThatNobodyAskedFor) {
  Demand demand;
  demand.published();

  EXPECT_EQ(demand.wanted(), Kinds{});
}

TEST(Demand, WhatWasAskedForIsWantedAsThatAlone) {
  Demand demand;
  const BodyKind slim{.format = Format::openmetrics,
                      .encoding = Encoding::gzip,
                      .cut = {.labels = Labels::slim, .servers = {"prod"}, .collectors = {}}};

  EXPECT_TRUE(demand.asked(slim));
  EXPECT_TRUE(demand.asked(slim));

  EXPECT_EQ(demand.wanted(), Kinds{slim});
}

TEST(Demand, IsForgottenAfterTenSnapshotsWithoutAQuestion) {
  Demand demand;
  demand.published();
  demand.asked({});

  int wanted = 0;
  for (; !demand.wanted().empty(); ++wanted) demand.published();

  EXPECT_EQ(wanted, 10);
}

TEST(Demand, RemembersNoMoreThanSoManyKinds) {
  Demand demand;
  const auto of_server = [](std::size_t i) { return BodyKind{.cut = {.servers = {std::to_string(i)}}}; };
  for (std::size_t i = 0; i < Demand::kMostKinds; ++i) EXPECT_TRUE(demand.asked(of_server(i)));

  EXPECT_FALSE(demand.asked(of_server(Demand::kMostKinds)));
  EXPECT_TRUE(demand.asked(of_server(0))) << "it is remembered already";
  EXPECT_EQ(demand.wanted().size(), Demand::kMostKinds);
}

}  // namespace
