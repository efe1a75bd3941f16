#include "report/sources.h"

#include <gtest/gtest.h>

#include "unit/report/site.h"

namespace {

using report::SourcePart;
using site::everything;
using site::kNoon;
using site::Made;
using site::Names;
using namespace std::chrono_literals;

domain::Inventory with_trouble() {
  domain::Inventory inventory = everything().inventory();
  inventory.vms.health = {.success = false,
                          .last_success = kNoon - 5min,
                          .rows = 7,
                          .skipped = 2,
                          .reported_rows = 9,
                          .error = base::Error{base::ErrorKind::timeout, "GET /virtual-machines: 30s"}};
  return inventory;
}

TEST(Sources, AFreshAndCompleteServerHasNoWarning) {
  EXPECT_EQ(Made({everything().inventory()}).report.warnings, Names{});
}

TEST(Sources, AShardSaysThatItHasAPart) {
  domain::Snapshot snapshot = site::snapshot({everything().inventory()});
  snapshot.shard = {.index = 0, .count = 3};
  report::View view(snapshot, report::last_week(kNoon), {});
  EXPECT_EQ(report::report_on(view, {}).warnings, Names{"Only the tenants of shard 0/3 are in this report."});
}

TEST(Sources, TellHowFreshAndHowCompleteEachIs) {
  const Made made({with_trouble()});
  EXPECT_EQ(made.report.sources.size(), 9U);
  EXPECT_EQ(made.report.sources.front(), (SourcePart{.server = "prod",
                                                     .collector = "virtual_machines",
                                                     .ok = false,
                                                     .stale = false,
                                                     .last_success = kNoon - 5min,
                                                     .age = 5min,
                                                     .rows = 7,
                                                     .skipped_records = 2,
                                                     .reported_rows = 9,
                                                     .error_class = "timeout",
                                                     .error = "GET /virtual-machines: 30s"}));
}

TEST(Sources, TellATenantNoCountsAndNoWords) {
  const Made made({with_trouble()}, {.scope = {{{"finance"}}}});
  EXPECT_EQ(made.report.sources.front(), (SourcePart{.server = "prod",
                                                     .collector = "virtual_machines",
                                                     .ok = false,
                                                     .stale = false,
                                                     .last_success = kNoon - 5min,
                                                     .age = 5min,
                                                     .error_class = "timeout"}));
}

TEST(Sources, WarnOfReadsThatFailAndOfRecordsLeftOut) {
  EXPECT_EQ(
      Made({with_trouble()}).report.warnings,
      (Names{"Server prod: virtual_machines could not be read since 2026-01-01T11:55:00Z (timeout): what "
             "is shown is of then.",
             "Server prod: 2 records of virtual_machines could not be understood and are left out."}));
}

TEST(Sources, WarnATenantWithoutNumbers) {
  EXPECT_EQ(Made({with_trouble()}, {.scope = {{{"finance"}}}}).report.warnings.back(),
            "Server prod: some records of virtual_machines could not be understood and are left out.");
}

TEST(Sources, WarnOfDataThatAreTooOldToBeShown) {
  domain::Inventory inventory = everything().inventory();
  inventory.vms.health.success = false;
  inventory.vms.health.last_success = kNoon - 1h;
  EXPECT_EQ(
      Made({inventory}).report.warnings,
      (Names{"Server prod: its VMs are not known: none of them is in this report.",
             "Server prod: virtual_machines was last read at 2026-01-01T11:00:00Z: its data are too old "
             "and left out."}));
}

TEST(Sources, WarnOfAllThatIsNotKnown) {
  const std::string no_history =
      "Server lab: the backup history is not known: last attempts, failures and stored bytes are not told.";
  EXPECT_EQ(
      Made({site::silent("lab")}).report.warnings,
      (Names{
          "Server lab: its VMs are not known: none of them is in this report.",
          "Server lab: policies and schedules are not known: no state, due time or compliance is told.",
          no_history,
          "Server lab: when VMs were first and last seen is not known: new and vanished ones are not told.",
          "Server lab: the results of past days are not known: no backup is counted.",
          "Server lab: virtual_machines has not been read yet (unreachable).",
          "Server lab: backups has not been read yet.", "Server lab: schedules has not been read yet.",
          "Server lab: policies has not been read yet.", "Server lab: rules has not been read yet."}));
}

TEST(Sources, WarnOfAPeriodThatBeginsBeforeWhatIsRemembered) {
  const report::Period december{.from = site::kToday - std::chrono::days(20), .to = site::kToday};
  EXPECT_EQ(
      Made({everything().inventory()}, {}, december).report.warnings,
      (Names{"Server prod: backups that ended before 2025-11-27 are not known: what the period and the one "
             "before it had until then is not counted."}));
}

}  // namespace
