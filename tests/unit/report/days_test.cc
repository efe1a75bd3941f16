#include "report/days.h"

#include <gtest/gtest.h>

#include "unit/report/site.h"

namespace {

using site::day;
using site::kNoon;
using site::kToday;
using site::Names;
using site::Server;
using site::vm;
using namespace std::chrono_literals;

const report::Period kThree{.from = kToday - std::chrono::days(2), .to = kToday};

Names days_of(const domain::Inventory& inventory, const report::Period& period = kThree,
              base::TimePoint now = kNoon) {
  const auto snapshot = domain::derive({inventory}, {.stale_after = 48h}, now);
  const domain::ServerState& server = snapshot.servers.front();
  return report::Days(server, period, now).of(server.vms->front(), server.vm_states.front());
}

Names days_of(const domain::Vm& vm, const site::Story& story,
              base::TimePoint first_seen = kNoon - std::chrono::days(30)) {
  return days_of(Server("prod").with(vm, story, first_seen).inventory());
}

TEST(Days, TellHowBackupsEnded) {
  EXPECT_EQ(days_of(vm("a", "web"), {.success = day(1, 1), .days = "SFS"}),
            (Names{"success", "failure", "success"}));
}

TEST(Days, ASuccessOutweighsFailures) {
  EXPECT_EQ(days_of(vm("a", "web"), {.success = day(1, 1), .days = "BBB"}),
            (Names{"success", "success", "success"}));
}

TEST(Days, ADayOnWhichABackupHadToEndAndNoneDidIsMissed) {
  EXPECT_EQ(days_of(vm("a", "web"), {.success = day(12, 30), .days = "S.."}),
            (Names{"success", "missed", "missed"}));
}

TEST(Days, TodayIsDueUntilItIsOverdue) {
  const auto server = Server("prod").with(vm("a", "web"), {.success = day(12, 31), .days = "SS."});
  EXPECT_EQ(days_of(server.inventory(), kThree, kNoon - 6h).back(), "due");
  EXPECT_EQ(days_of(server.inventory(), kThree, kNoon).back(), "missed");
}

TEST(Days, BeforeItWasThereAVmMissedNothing) {
  EXPECT_EQ(days_of(vm("a", "web"), {}, day(12, 31, 12h)), (Names{"none", "missed", "missed"}));
}

TEST(Days, WhatHasToRunInTheFutureIsDue) {
  const report::Period period{.from = kToday + std::chrono::days(1), .to = kToday + std::chrono::days(1)};
  EXPECT_EQ(days_of(Server("prod").with(vm("a", "web"), {}).inventory(), period), Names{"due"});
}

TEST(Days, BeforeTheHistoryBeginsNothingIsKnown) {
  auto server = Server("prod").with(vm("a", "web"), {});
  server.history_from = kNoon - 24h;
  EXPECT_EQ(days_of(server.inventory()), (Names{"unknown", "missed", "missed"}));
}

TEST(Days, WithoutAPolicyNothingIsMissed) {
  EXPECT_EQ(days_of(vm("a", "web", ""), {}), (Names{"none", "none", "none"}));
}

TEST(Days, WhatIsNoLongerOnItsPlatformMissesNothing) {
  domain::Vm gone = vm("a", "web");
  gone.present = false;
  EXPECT_EQ(days_of(gone, {}), (Names{"none", "none", "none"}));
}

TEST(Days, OfAPolicyThatIsNotKnownNothingCanBeMissed) {
  EXPECT_EQ(days_of(vm("a", "web", "Platinum"), {.success = day(12, 30), .days = "S.."}),
            (Names{"success", "unknown", "unknown"}));
}

TEST(Days, WithoutPlansNothingCanBeMissed) {
  domain::Inventory inventory = Server("prod").with(vm("a", "web"), {}).inventory();
  inventory.policies = {};
  EXPECT_EQ(days_of(inventory), (Names{"unknown", "unknown", "unknown"}));
}

}  // namespace
