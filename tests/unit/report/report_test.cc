#include "report/report.h"

#include <gtest/gtest.h>

#include <set>

#include "report/fields.h"
#include "unit/report/site.h"

namespace {

using report::Outcomes;
using report::Question;
using report::Rows;
using report::Totals;
using site::day;
using site::everything;
using site::kNoon;
using site::Made;
using site::Names;
using site::Server;
using site::Story;
using site::vm;
using namespace std::chrono_literals;

const domain::Scope kFinance{{{"finance"}}};
const domain::Scope kHr{{{"hr"}}};

report::Selection only(std::string_view column, report::Value value) {
  const report::Table none(report::vm_fields(), std::vector<report::VmRow>{});
  return {.filters = {{.column = *none.column(column), .values = {std::move(value)}}},
          .search = {},
          .searched = {}};
}

// What failed last and how it went on from there, over two periods of seven days.
Made of_days(std::string days, const report::Period& period) {
  return {{Server("prod").with(vm("a", "web"), {.days = std::move(days)}).inventory()}, {}, period};
}

TEST(Report, CountsTheVmsOfEachTenantByState) {
  const Made made({everything().inventory()});
  Totals finance{.vms = 5,
                 .states = report::StateCounts{.due = 4, .overdue = 2},
                 .backups = Outcomes{.successes = 18, .failures = 4},
                 .protected_bytes = domain::Bytes{1127},
                 .stored_bytes = domain::Bytes{2254}};
  for (const auto state : {domain::Coverage::covered, domain::Coverage::failing, domain::Coverage::overdue,
                           domain::Coverage::never_backed_up, domain::Coverage::not_present})
    finance.states->by_coverage.at(static_cast<std::size_t>(state)) = 1;
  Totals hr{.vms = 2,
            .states = report::StateCounts{.due = 1, .overdue = 0},
            .backups = Outcomes{.successes = 1, .failures = 7},
            .protected_bytes = domain::Bytes{3},
            .stored_bytes = domain::Bytes{6}};
  for (const auto state : {domain::Coverage::covered, domain::Coverage::no_policy})
    hr.states->by_coverage.at(static_cast<std::size_t>(state)) = 1;
  EXPECT_EQ(made.report.tenants,
            (std::vector<report::TenantPart>{{"prod", "finance", finance}, {"prod", "hr", hr}}));
}

TEST(Report, TheTotalsAreTheSumOfTheTenants) {
  const Made made({everything().inventory()});
  EXPECT_EQ(made.report.totals.vms, 7U);
  EXPECT_EQ(made.report.totals.backups, (Outcomes{.successes = 19, .failures = 11}));
  EXPECT_EQ(made.report.totals.protected_bytes, domain::Bytes{1130});
  EXPECT_EQ(report::rpo_compliance_of(made.report.totals), 1 - 2.0 / 5.0);
  EXPECT_EQ(report::success_ratio_of(made.report.totals), 19.0 / 30.0);
}

TEST(Report, TheListOfVmsAddsUpToTheTotals) {
  const Made made({everything().inventory()});
  std::size_t covered = 0;
  for (const std::size_t row : made.report.wanted)
    covered += made.report.vms.cell(row, *made.report.vms.column("state")) == report::Value("covered");
  const auto index = static_cast<std::size_t>(domain::Coverage::covered);
  EXPECT_EQ(made.report.totals.states->by_coverage.at(index), covered);
  EXPECT_EQ(made.report.totals.vms, made.report.wanted.size());
}

TEST(Report, HasNoRatioOfNothing) {
  const Made made({Server("prod").with(vm("a", "web", ""), {}).inventory()});
  EXPECT_EQ(report::rpo_compliance_of(made.report.totals), std::nullopt);
  EXPECT_EQ(report::success_ratio_of(made.report.totals), std::nullopt);
}

TEST(Report, NoStateIsCountedWhilePoliciesAreNotKnown) {
  domain::Inventory inventory = everything().inventory();
  inventory.policies = {};
  const Made made({inventory});
  EXPECT_EQ(made.report.totals.states, std::nullopt);
  EXPECT_EQ(made.report.totals.vms, 7U);
}

TEST(Report, VmsWithoutStatesAreUnknownBesideOthersThatHaveThem) {
  domain::Inventory other = everything().inventory();
  other.server = "lab";
  other.policies = {};
  const Made made({everything().inventory(), other});
  EXPECT_EQ(made.report.totals.states->unknown, 7U);
}

TEST(Report, NoBackupIsCountedWhilePastDaysAreNotKnown) {
  domain::Inventory inventory = everything().inventory();
  inventory.memory.days = nullptr;
  const Made made({inventory});
  EXPECT_EQ(made.report.totals.backups, std::nullopt);
  EXPECT_EQ(made.report.changes.newly_failing, std::nullopt);
  EXPECT_EQ(made.report.changes.recovered, std::nullopt);
}

TEST(Report, AServerThatNeverAnsweredHasNoCountOfVms) {
  const Made made({site::silent("lab")});
  EXPECT_EQ(made.report.totals.vms, std::nullopt);
  EXPECT_EQ(made.report.unknown_servers, Names{"lab"});
}

TEST(Report, ATenantWithoutVmsHasNone) {
  const Made made({everything().inventory()}, {.scope = {{{"nobody"}}}});
  EXPECT_EQ(made.report.totals, (Totals{.vms = 0}));
}

TEST(Report, TheLongestOverdueIsTheWorst) {
  const Made made({everything().inventory()});
  EXPECT_EQ(made.names(made.report.worst), (Names{"mail", "fresh", "erp-db"}));
}

TEST(Report, OfTheFailingTheLongestIsTheWorst) {
  Server server("prod");
  server.with(vm("a", "since-six"), {.success = day(1, 1, 1h), .failure = day(1, 1, 6h)})
      .with(vm("a", "since-five"), {.success = day(1, 1, 1h), .failure = day(1, 1, 5h)});
  const Made made({server.inventory()});
  EXPECT_EQ(made.names(made.report.worst), (Names{"since-five", "since-six"}));
}

TEST(Report, ThoseNeverBackedUpComeLastUntilTheyAreDue) {
  Server server("prod");
  server.with(vm("a", "new"), {}, kNoon - 1h)
      .with(vm("a", "old"), {})
      .with(vm("a", "web"), {.success = day(1, 1, 1h), .failure = day(1, 1, 6h)});
  const Made made({server.inventory()});
  EXPECT_EQ(made.names(made.report.worst), (Names{"old", "web", "new"}));
}

TEST(Report, ListsTheNeverBackedUpWhateverTheirState) {
  const Made made({everything().inventory()});
  EXPECT_EQ(made.names(made.report.never_backed_up), (Names{"fresh", "scratch"}));
}

TEST(Report, ListsWhatIsNoLongerOnItsPlatform) {
  const Made made({everything().inventory()});
  EXPECT_EQ(made.names(made.report.not_present), Names{"old"});
}

TEST(Report, ListsWhatVanishedWithinThePeriod) {
  const Made made({everything().inventory()});
  const auto month_ago = kNoon - std::chrono::days(30);
  EXPECT_EQ(made.report.vanished,
            (std::vector<report::Vanished>{
                {"prod", "finance", "gone", "gone-id", "Gold", month_ago, day(12, 30, 9h)},
                {"prod", "", "", "nameless-id", "", month_ago, day(12, 31, 9h)}}));
}

TEST(Report, WhoseVanishedVmIsNotKnownIsShownToThoseWhoSeeAll) {
  const Made finance({everything().inventory()}, {.scope = kFinance});
  const Made hr({everything().inventory()}, {.scope = kHr});
  EXPECT_EQ(finance.report.vanished->size(), 1U);
  EXPECT_EQ(hr.report.vanished->size(), 0U);
}

TEST(Report, WhatVanishedIsNotKnownWithoutSightings) {
  domain::Inventory inventory = everything().inventory();
  inventory.memory.sightings = nullptr;
  const Made made({inventory});
  EXPECT_EQ(made.report.vanished, std::nullopt);
  EXPECT_EQ(made.report.changes.added, std::nullopt);
}

TEST(Report, NewIsWhatWasFirstSeenWithinThePeriod) {
  const Made made({everything().inventory()});
  EXPECT_EQ(made.names(*made.report.changes.added), Names{"fresh"});
}

TEST(Report, ThePeriodHoldsItsFirstDayFromMidnightAndNoMomentBefore) {
  Server server("prod");
  server.with(vm("a", "in"), {}, day(12, 26, 0h)).with(vm("a", "out"), {}, day(12, 26, 0h) - 1ms);
  const Made made({server.inventory()});
  EXPECT_EQ(made.names(*made.report.changes.added), Names{"in"});
}

TEST(Report, NewlyFailingIsWhatFailsNowAndDidNotBefore) {
  const Made made({everything().inventory()});
  EXPECT_EQ(made.names(*made.report.changes.newly_failing), (Names{"erp-db", "mail"}));
}

TEST(Report, RecoveredIsWhatFailedBeforeAndDoesNotNow) {
  const Made made({everything().inventory()});
  EXPECT_EQ(made.names(*made.report.changes.recovered), Names{"payroll"});
}

const report::Period kPast{.from = site::kToday - std::chrono::days(3),
                           .to = site::kToday - std::chrono::days(2)};

TEST(Report, InAPastPeriodItsLastDayDecides) {
  EXPECT_EQ(of_days("SSFSS", kPast).report.changes.newly_failing, Rows{0});
  EXPECT_EQ(of_days("FSSFF", kPast).report.changes.recovered, Rows{0});
}

TEST(Report, ADayWithoutABackupChangesNothing) {
  EXPECT_EQ(of_days("SF.SS", kPast).report.changes.newly_failing, Rows{0});
  EXPECT_EQ(of_days("FS.SS", kPast).report.changes.recovered, Rows{0});
}

TEST(Report, ADayWithASuccessIsNoFailure) {
  EXPECT_EQ(of_days("SBBSS", kPast).report.changes.newly_failing, Rows{});
}

TEST(Report, WhatFailsFromItsFirstBackupOnIsNewlyFailing) {
  EXPECT_EQ(of_days("FFF", kPast).report.changes.newly_failing, Rows{0});
}

TEST(Report, WhatWentOnFailingIsNeither) {
  const Made made = of_days("FFFFF", kPast);
  EXPECT_EQ(made.report.changes.newly_failing, Rows{});
  EXPECT_EQ(made.report.changes.recovered, Rows{});
}

TEST(Report, AScopeNarrowsEverything) {
  const Made made({everything().inventory()}, {.scope = kHr});
  EXPECT_EQ(made.report.totals.vms, 2U);
  EXPECT_EQ(made.report.tenants.size(), 1U);
  EXPECT_EQ(made.names(made.report.wanted), (Names{"scratch", "payroll"}));
  EXPECT_EQ(made.report.worst, Rows{});
}

TEST(Report, ServersNarrowEverything) {
  const Made made({everything().inventory(), site::silent("lab")}, {.servers = {{"prod"}}});
  EXPECT_EQ(made.report.warnings, Names{});
  EXPECT_EQ(made.report.unknown_servers, Names{});
  EXPECT_EQ(made.report.totals.vms, 7U);
}

TEST(Report, ASelectionNarrowsTheListsAndNotTheTotals) {
  const Made made({everything().inventory()}, {.vms = only("state", "overdue")});
  EXPECT_EQ(made.report.totals.vms, 7U);
  EXPECT_EQ(made.names(made.report.wanted), Names{"mail"});
  EXPECT_EQ(made.names(made.report.worst), Names{"mail"});
  EXPECT_EQ(made.names(*made.report.changes.newly_failing), Names{"mail"});
  EXPECT_EQ(made.report.vanished->size(), 0U);
}

TEST(Report, WhatVanishedIsSelectedByWhatIsKnownOfIt) {
  const Made made({everything().inventory()}, {.vms = only("policy", "Gold")});
  EXPECT_EQ(made.report.vanished->size(), 1U);
}

TEST(Report, EachRuleHasAName) {
  std::set<std::string_view> names;
  for (const report::Statement& rule : report::rules()) EXPECT_TRUE(names.insert(rule.about).second);
  EXPECT_EQ(report::rules().front().about, "rpo");
}

}  // namespace
