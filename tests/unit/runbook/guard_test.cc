#include "runbook/guard.h"

#include <gtest/gtest.h>

#include "unit/runbook/site.h"

namespace runbook {
namespace {

using namespace runbook_test;
using domain::OperationKind;

const domain::VmId kVm("a");

domain::Job job(const std::string& vm = "a", const std::string& tenant = "finance") {
  domain::Job job;
  job.server = "prod";
  job.tenant = tenant;
  job.vm = domain::VmId(vm);
  return job;
}

// The rule that refuses; empty: it passes.
std::string rule_of(const Options& options, const ledger::Facts& facts, bool by_alert = false,
                    base::TimePoint now = kNoon) {
  const auto refusal = Guard(options, facts, now).check(OperationKind::backup, job(), by_alert);
  return refusal ? refusal->rule : "";
}

TEST(Guard, LetsPassWhatNoRuleForbids) { EXPECT_EQ(rule_of({}, {}), ""); }

TEST(Guard, AsksTheSwitchesFirst) {
  ledger::Facts facts;
  facts.kill_switch = {.on = true, .since = kNoon, .by = "alice", .reason = "storage"};
  facts.begun = 1000;
  EXPECT_EQ(rule_of({}, facts), "kill_switch");
  EXPECT_EQ(Guard({}, facts, kNoon).check(OperationKind::policy, job(), false)->detail,
            "The kill switch is on, by alice since 2026-01-01T12:00:00Z: storage.");
  EXPECT_EQ(rule_of({.enabled = false}, facts), "disabled");
}

TEST(Guard, WaitsForTheCoolDown) {
  ledger::Facts facts;
  facts.vms[{"prod", kVm}] = {.open_operation = "", .last_begun = kNoon - 59min};
  EXPECT_EQ(Guard({}, facts, kNoon).check(OperationKind::backup, job(), false),
            (Refusal{"cool_down", "The last one for it was begun at 2026-01-01T11:01:00Z.", kNoon + 1min}));
  facts.vms[{"prod", kVm}].last_begun = kNoon - 1h;
  EXPECT_EQ(rule_of({}, facts), "");
}

TEST(Guard, LetsOneOperationOfAVmBeOpen) {
  ledger::Facts facts;
  facts.vms[{"prod", kVm}] = {.open_operation = "op_1", .last_begun = {}};
  EXPECT_EQ(rule_of({}, facts), "operation_open");
}

TEST(Guard, CountsBudgetsFromTheBeginningOfTheirPeriod) {
  const Options options;
  ledger::Facts facts;
  facts.begun_by_tenant["finance"] = options.guard.tenant_budget;
  const auto refusal = Guard(options, facts, kNoon + 10min).check(OperationKind::backup, job(), false);
  EXPECT_EQ(refusal->rule, "tenant_budget");
  EXPECT_EQ(refusal->passes_at, kNoon + 1h);
  facts.begun_by_tenant.clear();
  facts.begun = options.guard.total_budget;
  EXPECT_EQ(rule_of(options, facts), "total_budget");
  EXPECT_EQ(budget_begin(options.guard, kNoon + 59min), kNoon);
}

TEST(Guard, CountsWhatItLetPass) {
  Options options;
  options.guard.tenant_budget = 2;
  const ledger::Facts none;
  Guard guard(options, none, kNoon);
  guard.pass(job("a"));
  EXPECT_EQ(guard.check(OperationKind::backup, job("a"), false)->rule, "operation_open");
  guard.pass(job("b"));
  EXPECT_EQ(guard.check(OperationKind::backup, job("c"), false)->rule, "tenant_budget");
  EXPECT_EQ(guard.check(OperationKind::backup, job("d", "web"), false), std::nullopt);
}

TEST(Guard, LimitsWhatIsInFlightAtAServer) {
  ledger::Facts facts;
  facts.open_by_server["lab"] = 100;
  EXPECT_EQ(rule_of({}, facts), "");
  facts.open_by_server["prod"] = 20;
  EXPECT_EQ(rule_of({}, facts), "most_in_flight");
}

TEST(Guard, HoldsAMassOfAlertsBackAndNothingElse) {
  ledger::Facts facts;
  facts.alerted_by_server["prod"] = 10;
  EXPECT_EQ(rule_of({}, facts, true), "");
  facts.alerted_by_server["prod"] = 11;
  EXPECT_EQ(rule_of({}, facts, true), "mass_alert");
  EXPECT_EQ(rule_of({}, facts, false), "");
}

TEST(Guard, OfZeroLetsNothingPass) {
  Options options;
  options.guard.most_in_flight = 0;
  EXPECT_EQ(rule_of(options, {}), "most_in_flight");
  options = {};
  options.guard.tenant_budget = 0;
  EXPECT_EQ(rule_of(options, {}), "tenant_budget");
}

// 2026-01-01 is a Thursday.
Blackout blackout(std::vector<std::chrono::weekday> days, std::chrono::milliseconds from,
                  std::chrono::milliseconds length) {
  return {.days = std::move(days), .from = from, .length = length, .tenants = {}, .reason = "nightly"};
}

std::optional<base::TimePoint> until(const Blackout& blackout, base::TimePoint now) {
  const std::vector<Blackout> all{blackout};
  const auto found = blackout_at(all, "finance", now);
  return found ? std::optional(found->until) : std::nullopt;
}

TEST(Blackout, IsOnFromItsTimeForItsLength) {
  const Blackout noon = blackout({}, 12h, 2h);
  EXPECT_EQ(until(noon, kNoon - 1ms), std::nullopt);
  EXPECT_EQ(until(noon, kNoon), kNoon + 2h);
  EXPECT_EQ(until(noon, kNoon + 2h - 1ms), kNoon + 2h);
  EXPECT_EQ(until(noon, kNoon + 2h), std::nullopt);
}

TEST(Blackout, GoesOnOverMidnightOfTheDayOnWhichItBegins) {
  const Blackout thursday_night = blackout({std::chrono::Thursday}, 22h, 8h);
  EXPECT_EQ(until(thursday_night, kNoon + 13h), kNoon + 18h);
  EXPECT_EQ(until(thursday_night, kNoon - 11h), std::nullopt);
}

TEST(Blackout, MayLastAWeek) {
  const Blackout week = blackout({std::chrono::Thursday}, 0h, 7 * 24h);
  EXPECT_EQ(until(week, kNoon - 1h), kNoon + 6 * 24h + 12h);
  EXPECT_EQ(until(week, kNoon - 13h), kNoon - 12h);
}

TEST(Blackout, ConcernsItsTenants) {
  Blackout web = blackout({}, 0h, 24h);
  web.tenants = {"web"};
  EXPECT_EQ(until(web, kNoon), std::nullopt);
}

}  // namespace
}  // namespace runbook
