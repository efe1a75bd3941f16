#include "collector/plan_cache.h"

#include <gtest/gtest.h>

#include <memory>

namespace {

using collector::PlanCache;
using domain::Inventory;

std::vector<Inventory> one_server() {
  Inventory inventory;
  inventory.server = "prod";
  inventory.policies.data = std::make_shared<const std::vector<domain::Policy>>(
      std::vector<domain::Policy>{{.id = domain::PolicyId("gold"), .name = "Gold"}});
  inventory.schedules.data = std::make_shared<const std::vector<domain::Schedule>>();
  return {inventory};
}

TEST(PlanCache, MakesPlansOnceForTheSameLists) {
  PlanCache cache;
  auto first = one_server();
  cache.fill_in(first);
  auto second = first;
  cache.fill_in(second);
  EXPECT_EQ(second[0].plans, first[0].plans);
  second[0].rules.data = std::make_shared<const std::vector<domain::Rule>>();
  cache.fill_in(second);
  EXPECT_NE(second[0].plans, first[0].plans);
}

TEST(PlanCache, MakesNoneWithoutPoliciesOrSchedules) {
  PlanCache cache;
  auto inventories = one_server();
  inventories[0].schedules.data = nullptr;
  cache.fill_in(inventories);
  EXPECT_EQ(inventories[0].plans, nullptr);
}

}  // namespace
