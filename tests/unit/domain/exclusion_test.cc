#include "domain/exclusion.h"

#include <gtest/gtest.h>

#include "support/manual_clock.h"

namespace {

using namespace std::chrono_literals;
using domain::Exclusion;
using support::kNoon;

domain::Vm lab_vm() {
  domain::Vm vm;
  vm.id = domain::VmId("3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11");
  vm.name = "lab-07";
  vm.tenant = base::SharedText("research");
  vm.policy = {.guid = base::SharedText("0d9f4f5e-3f7e-4c8d-8a33-ee0000000001"),
               .name = base::SharedText("Gold")};
  return vm;
}

bool excludes(const Exclusion& exclusion, base::TimePoint now = kNoon) {
  return exclusion_of(lab_vm(), "prod", {exclusion}, now) != nullptr;
}

TEST(Exclusion, FitsByAnyOfWhatItNames) {
  EXPECT_TRUE(excludes({.vm = domain::VmId("3C1B7A52-0D5E-4A44-9E0B-5A1F6F0C2D11")}));
  EXPECT_TRUE(excludes({.name = "lab-*"}));
  EXPECT_TRUE(excludes({.policy = "Gold"}));
  EXPECT_TRUE(excludes({.policy = "0D9F4F5E-3f7e-4c8d-8a33-ee0000000001"}));
  EXPECT_TRUE(excludes({.tenant = "research"}));
}

TEST(Exclusion, FitsOnlyWhenAllThatItNamesDoes) {
  EXPECT_TRUE(excludes({.server = "prod", .name = "lab-0?", .policy = "Gold", .tenant = "research"}));
  EXPECT_FALSE(excludes({.server = "other", .name = "lab-*"}));
  EXPECT_FALSE(excludes({.name = "lab-*", .policy = "Silver"}));
  EXPECT_FALSE(excludes({.name = "lab-*", .tenant = "finance"}));
  EXPECT_FALSE(excludes({.name = "lab"}));
}

TEST(Exclusion, EndsAtItsTime) {
  EXPECT_TRUE(excludes({.name = "*", .until = kNoon}, kNoon - 1ms));
  EXPECT_FALSE(excludes({.name = "*", .until = kNoon}, kNoon));
}

TEST(Exclusion, APolicyIsNotTheVmWithoutOne) {
  domain::Vm vm = lab_vm();
  vm.policy = {};
  EXPECT_EQ(exclusion_of(vm, "prod", {{.policy = "Gold"}}, kNoon), nullptr);
}

TEST(Exclusion, TheFirstThatFitsGivesTheReason) {
  const std::vector<Exclusion> both{{.name = "web-*", .reason = base::SharedText("no")},
                                    {.name = "lab-*", .reason = base::SharedText("rebuilt nightly")},
                                    {.name = "*", .reason = base::SharedText("later")}};
  EXPECT_EQ(exclusion_of(lab_vm(), "prod", both, kNoon)->reason, "rebuilt nightly");
}

}  // namespace
