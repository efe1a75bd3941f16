// The loop as a whole, on real programs: a VM goes overdue, Prometheus' alert fires, Alertmanager notifies
// the exporter, which starts one backup; the metric recovers and the alert ends.
#include "closed_loop.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>

namespace {

using integration::json;
using integration::program;
using Names = std::set<std::string>;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kOverdue = "VprotectVmOverdue";
constexpr auto kMidnight = std::chrono::sys_days(std::chrono::year(2026) / 1 / 7);

class Loop : public testing::Test {
 protected:
  void SetUp() override {
    const std::string prometheus = program("VPROTECT_PROMETHEUS");
    const std::string alertmanager = program("VPROTECT_ALERTMANAGER");
    if (prometheus.empty() || alertmanager.empty())
      GTEST_SKIP() << "VPROTECT_PROMETHEUS and VPROTECT_ALERTMANAGER are not set: scripts/test.sh sets them";
    loop = std::make_unique<integration::ClosedLoop>(prometheus, alertmanager);
  }

  void make_one_vm_overdue() { loop->site().set_time(kMidnight + minutes(92)); }

  std::unique_ptr<integration::ClosedLoop> loop;
};

TEST_F(Loop, BacksAnOverdueVmUpOnceAndEndsItsAlert) {
  make_one_vm_overdue();
  ASSERT_TRUE(loop->fires(kOverdue));
  EXPECT_EQ(loop->prometheus().labels("ALERTS{alertname=\"VprotectVmOverdue\"}", "vm"), Names{"erp-01"});
  ASSERT_TRUE(loop->ends(kOverdue));

  EXPECT_EQ(loop->site().exports().size(), 1U);
  const json operations = loop->operations();
  ASSERT_EQ(operations.size(), 1U) << operations;
  const json operation = loop->client().ended(operations[0]["id"]);
  EXPECT_EQ(operation["outcome"], "succeeded") << operation;
  const json trail = loop->client().get("/api/v1/audit?decision=accepted").body.at("items");
  ASSERT_EQ(trail.size(), 1U) << trail;
  EXPECT_NE(trail[0].dump().find(kOverdue), std::string::npos) << trail;
  EXPECT_EQ(loop->firing(), Names{});
}

TEST_F(Loop, TellsAnOutageByOneAlertAndHoldsFortyVmsBack) {
  make_one_vm_overdue();
  ASSERT_TRUE(loop->fires(kOverdue) && loop->ends(kOverdue));
  loop->site().set_speed(1);
  loop->site().set_time(kMidnight + minutes(330) - seconds(5));
  ASSERT_TRUE(support::eventually([&] { return loop->seconds_until_due("web-1") < 10; }));
  loop->site().refuse_connections();
  ASSERT_TRUE(loop->overdue(40));  // as it looks to somebody who cannot see
  ASSERT_TRUE(loop->fires("VprotectServerUnreachable"));
  EXPECT_FALSE(
      support::eventually([&] { return loop->firing() != Names{"VprotectServerUnreachable"}; }, seconds(10)));
  EXPECT_EQ(loop->site().exports().size(), 1U);

  loop->site().accept_connections();  // and now they are
  ASSERT_TRUE(loop->fires("VprotectRunbookMassAlert"));
  EXPECT_FALSE(loop->firing().contains("VprotectServerUnreachable"));
  EXPECT_EQ(loop->prometheus().query("count(ALERTS{alertname=\"VprotectVmOverdue\", alertstate=\"firing\"})"),
            std::vector<std::string>{"40"});
  EXPECT_EQ(loop->site().exports().size(), 1U);
  const json trail = loop->client().get("/api/v1/audit?decision=refused&limit=100").body.at("items");
  EXPECT_EQ(trail.size(), 40U);
}

TEST_F(Loop, StartsNoSecondBackupForAnAlertmanagerThatForgot) {
  loop->site().hold_tasks(true);
  make_one_vm_overdue();
  ASSERT_TRUE(support::eventually([&] { return loop->operations().size() == 1; }));
  ASSERT_TRUE(loop->replace_alertmanager());
  loop->site().hold_tasks(false);
  ASSERT_TRUE(loop->ends(kOverdue));
  EXPECT_EQ(loop->operations().size(), 1U);
  EXPECT_EQ(loop->site().exports().size(), 1U);
}

}  // namespace
