#include "domain/plan.h"

#include <gtest/gtest.h>

#include "support/manual_clock.h"
#include "unit/domain/schedules.h"

namespace {

using namespace std::chrono_literals;
using base::SharedText;
using domain::Calendar;
using domain::Plan;
using domain::Plans;
using domain::Policy;
using domain::Reference;
using domain::Rule;
using domain::RunKind;
using domain::Schedule;
using schedules::at;
using support::kNoon;
using State = Plan::State;

const base::TimePoint kMidnight = kNoon - 12h;

Reference guid(std::string_view guid) { return {.guid = SharedText(guid)}; }
Reference name(std::string_view name) { return {.name = SharedText(name)}; }

Policy policy(std::string_view guid, std::vector<Reference> rules = {}) {
  return {.id = domain::PolicyId(guid), .name = "Gold", .rules = std::move(rules)};
}

Rule rule(std::string_view guid, Reference policy, std::vector<Reference> schedules = {}) {
  return {.id = domain::RuleId(guid),
          .name = "Default",
          .policy = std::move(policy),
          .schedules = std::move(schedules)};
}

Schedule schedule(std::string_view guid, std::chrono::milliseconds hour, std::vector<Reference> rules = {}) {
  Schedule result = at(hour);
  result.id = domain::ScheduleId(guid);
  result.name = "Nightly";
  result.rules = std::move(rules);
  return result;
}

template <class Thing>
Thing inactive(Thing thing) {
  thing.active = false;
  return thing;
}

Schedule misunderstood(Schedule schedule) {
  schedule.unknown_terms = {"HOLIDAY"};
  return schedule;
}

Schedule weekdays_at(std::chrono::milliseconds hour) {
  Schedule schedule = at(hour);
  schedule.days = {std::chrono::Monday, std::chrono::Tuesday, std::chrono::Wednesday, std::chrono::Thursday,
                   std::chrono::Friday};
  return schedule;
}

Plan::Item item(const Schedule& schedule) { return {.calendar = Calendar(schedule), .window = 6h}; }

Plan active(const std::vector<Schedule>& schedules, std::chrono::milliseconds longest_gap) {
  Plan plan{.state = State::active, .longest_gap = longest_gap};
  for (const Schedule& one : schedules) plan.items.push_back(item(one));
  return plan;
}

Plan nothing(State state) { return {.state = state}; }

// The plan of policy p1.
Plan plan(const std::vector<Policy>& policies, const std::vector<Rule>& rules,
          const std::vector<Schedule>& schedules) {
  return *Plans(policies, rules, schedules).of(guid("p1"));
}

TEST(Plans, HoldWhatTheSchedulesOfThePolicysRulesSay) {
  Schedule full = schedule("s1", 1h);
  full.backup_type = SharedText("FULL");
  full.start_window = 2h;
  Schedule incremental = schedule("s2", 13h);
  incremental.backup_type = SharedText("INCREMENTAL");
  incremental.start_window = 30min;
  const Plan expected{
      .state = State::active,
      .items = {{Calendar(full), 2h, true}, {Calendar(incremental), 30min, false}},
      .longest_gap = 12h,
  };
  EXPECT_EQ(plan({policy("p1")}, {rule("r1", guid("p1"), {guid("s1"), guid("s2")})}, {full, incremental}),
            expected);
}

TEST(Plans, AMissingStartWindowIsTheOneThatTheVendorProposes) {
  Schedule without = schedule("s1", 1h);
  Schedule with_none = schedule("s2", 1h);
  with_none.start_window = 0ms;
  const Plan both =
      plan({policy("p1")}, {rule("r1", guid("p1"), {guid("s1"), guid("s2")})}, {without, with_none});
  EXPECT_EQ(both.items[0].window, 6h);
  EXPECT_EQ(both.items[1].window, 0h);
}

TEST(Plans, TiesMayBeToldFromEitherEnd) {
  const auto plain = schedule("s1", 1h);
  const Plan expected = active({plain}, 24h);
  EXPECT_EQ(plan({policy("p1")}, {rule("r1", guid("p1"), {guid("s1")})}, {plain}), expected);
  EXPECT_EQ(plan({policy("p1", {guid("r1")})}, {rule("r1", {}, {guid("s1")})}, {plain}), expected);
  EXPECT_EQ(plan({policy("p1")}, {rule("r1", guid("p1"))}, {schedule("s1", 1h, {guid("r1")})}), expected);
  EXPECT_EQ(plan({policy("p1", {guid("r1")})}, {rule("r1", {})}, {schedule("s1", 1h, {guid("r1")})}),
            expected);
}

TEST(Plans, TiesToldFromBothEndsAreOne) {
  const auto tied = schedule("s1", 1h, {guid("r1")});
  EXPECT_EQ(plan({policy("p1", {guid("r1")})}, {rule("r1", guid("p1"), {guid("s1")})}, {tied}),
            active({tied}, 24h));
}

TEST(Plans, SeveralRulesMayShareASchedule) {
  const auto first = schedule("s1", 1h);
  const auto second = schedule("s2", 13h);
  EXPECT_EQ(plan({policy("p1")},
                 {rule("r1", guid("p1"), {guid("s1")}), rule("r2", guid("p1"), {guid("s2"), guid("s1")})},
                 {first, second}),
            active({first, second}, 12h));
}

TEST(Plans, ANameWillDoForAGuid) {
  const auto nightly = schedule("s1", 1h);
  EXPECT_EQ(plan({policy("p1")}, {rule("r1", name("Gold"), {name("Nightly")})}, {nightly}),
            active({nightly}, 24h));
  const auto tied = schedule("s1", 1h, {name("Default")});
  EXPECT_EQ(plan({policy("p1", {name("Default")})}, {rule("r1", {})}, {tied}), active({tied}, 24h));
}

TEST(Plans, AGuidIsNeverReplacedByAName) {
  const Reference other{.guid = SharedText("p2"), .name = SharedText("Gold")};
  const Plans plans({policy("p1")}, {rule("r1", other, {guid("s1")})}, {schedule("s1", 1h)});
  EXPECT_EQ(*plans.of(guid("p1")), nothing(State::no_schedule));
  EXPECT_EQ(plans.of(other), nullptr);
}

TEST(Plans, GuidsAreComparedInLowerCase) {
  const Plans plans({policy("AAAAAAAA-0000-0000-0000-000000000001")}, {}, {});
  EXPECT_NE(plans.of(guid("aaaaaaaa-0000-0000-0000-000000000001")), nullptr);
}

TEST(Plans, ANameThatSeveralPoliciesHaveIsNone) {
  const Plans plans({policy("p1"), policy("p2")}, {}, {});
  EXPECT_EQ(plans.of(name("Gold")), nullptr);
  EXPECT_EQ(Plans({policy("p1")}, {}, {}).of(name("Gold"))->state, State::no_schedule);
}

TEST(Plans, AVmWithoutAPolicyHasNone) {
  EXPECT_EQ(Plans({policy("p1")}, {}, {}).of({}), nullptr);
  EXPECT_EQ(Plans().of(guid("p1")), nullptr);
}

TEST(Plans, AnInactivePolicyIsPaused) {
  EXPECT_EQ(plan({inactive(policy("p1"))}, {rule("r1", guid("p1"), {guid("s1")})}, {schedule("s1", 1h)}),
            nothing(State::paused));
}

TEST(Plans, APolicyOfInactiveRulesIsPaused) {
  EXPECT_EQ(plan({policy("p1")}, {inactive(rule("r1", guid("p1"), {guid("s1")}))}, {schedule("s1", 1h)}),
            nothing(State::paused));
}

TEST(Plans, APolicyOfInactiveSchedulesIsPaused) {
  EXPECT_EQ(plan({policy("p1")}, {rule("r1", guid("p1"), {guid("s1")})}, {inactive(schedule("s1", 1h))}),
            nothing(State::paused));
}

TEST(Plans, APolicyWhoseSchedulesAreAllInItsInactiveRuleIsPaused) {
  EXPECT_EQ(plan({policy("p1")}, {rule("r1", guid("p1")), inactive(rule("r2", guid("p1"), {guid("s1")}))},
                 {schedule("s1", 1h)}),
            nothing(State::paused));
}

TEST(Plans, WhatIsInactiveHasNoPartInAnActivePlan) {
  const auto kept = schedule("s1", 1h);
  EXPECT_EQ(plan({policy("p1")},
                 {rule("r1", guid("p1"), {guid("s1"), guid("s2")}),
                  inactive(rule("r2", guid("p1"), {guid("s3"), guid("not-listed")}))},
                 {kept, inactive(misunderstood(schedule("s2", 2h))), misunderstood(schedule("s3", 3h))}),
            active({kept}, 24h));
}

TEST(Plans, APolicyWithoutSchedulesHasNone) {
  EXPECT_EQ(plan({policy("p1")}, {}, {schedule("s1", 1h)}), nothing(State::no_schedule));
  EXPECT_EQ(plan({policy("p1")}, {rule("r1", guid("p1"))}, {}), nothing(State::no_schedule));
}

TEST(Plans, OneCalendarThatIsNotUnderstoodMakesThePlanUnknown) {
  EXPECT_EQ(plan({policy("p1")}, {rule("r1", guid("p1"), {guid("s1"), guid("s2")})},
                 {schedule("s1", 1h), misunderstood(schedule("s2", 1h))}),
            nothing(State::unknown));
}

TEST(Plans, AScheduleThatIsNotListedMakesThePlanUnknown) {
  EXPECT_EQ(plan({policy("p1")}, {rule("r1", guid("p1"), {guid("s1"), guid("s2")})}, {schedule("s1", 1h)}),
            nothing(State::unknown));
}

// Nobody tells whether it is active.
TEST(Plans, ARuleThatIsNotListedMakesThePlanUnknown) {
  const auto kept = schedule("s1", 1h);
  const auto tied = schedule("s2", 2h, {guid("r2")});
  EXPECT_EQ(plan({policy("p1", {guid("r2")})}, {}, {tied}), nothing(State::unknown));
  EXPECT_EQ(
      plan({policy("p1", {guid("r1"), guid("r2")})}, {rule("r1", guid("p1"), {guid("s1")})}, {kept, tied}),
      nothing(State::unknown));
}

TEST(Plans, AnInactivePolicyIsPausedWhateverItsRulesAre) {
  EXPECT_EQ(plan({inactive(policy("p1", {guid("r1")}))}, {}, {schedule("s1", 1h, {guid("r1")})}),
            nothing(State::paused));
}

TEST(Plans, AScheduleInNoRuleIsTiedToThePoliciesItNames) {
  auto direct = schedule("s1", 1h);
  direct.policies = {guid("p1")};
  EXPECT_EQ(plan({policy("p1")}, {}, {direct}), active({direct}, 24h));
  EXPECT_EQ(plan({policy("p1")}, {rule("r1", guid("p1"))}, {direct}), active({direct}, 24h));
  EXPECT_EQ(plan({policy("p1")}, {inactive(rule("r1", guid("p1")))}, {direct}), nothing(State::paused));
}

TEST(Plans, SeveralSchedulesMayBeTiedWithoutARule) {
  auto first = schedule("s1", 1h);
  auto second = schedule("s2", 13h);
  first.policies = second.policies = {name("Gold")};
  EXPECT_EQ(plan({policy("p1")}, {}, {first, second}), active({first, second}, 12h));
}

TEST(Plans, ThePoliciesOfAScheduleInARuleAreNotAsked) {
  auto ruled = schedule("s1", 1h, {guid("r2")});
  ruled.policies = {guid("p1")};
  auto listed = schedule("s2", 1h);
  listed.policies = {guid("p1")};
  EXPECT_EQ(plan({policy("p1"), policy("p2")}, {rule("r2", guid("p2"), {guid("s2")})}, {ruled, listed}),
            nothing(State::no_schedule));
}

TEST(Plans, ANameOfSeveralThingsMakesEachPlanUnknownThatMayBeMeant) {
  const auto tied = schedule("s1", 1h, {name("Default")});
  const auto plain = schedule("s1", 1h);
  auto direct = schedule("s1", 1h);
  direct.policies = {name("Gold")};
  const std::vector<Policy> two{policy("p1"), policy("p2")};
  const std::vector<Rule> two_rules{rule("r1", guid("p1")), rule("r2", guid("p2"))};
  EXPECT_EQ(plan(two, two_rules, {tied}), nothing(State::unknown));
  EXPECT_EQ(plan(two, {rule("r1", name("Gold"), {guid("s1")})}, {plain}), nothing(State::unknown));
  EXPECT_EQ(plan(two, {}, {direct}), nothing(State::unknown));
  EXPECT_EQ(plan({policy("p1", {name("Default")})}, {rule("r1", {}), rule("r2", {})}, {}),
            nothing(State::unknown));
  EXPECT_EQ(plan({policy("p1")}, {rule("r1", guid("p1"), {name("Nightly")})}, {plain, schedule("s2", 2h)}),
            nothing(State::unknown));
}

TEST(Plans, ANameOfSeveralThingsIsNoQuestionWhereAGuidToldWhich) {
  const std::vector<Policy> policies{policy("p1", {name("Default")}), policy("p2", {name("Default")})};
  const auto tied = schedule("s1", 1h, {name("Default")});
  EXPECT_EQ(plan(policies, {rule("r1", guid("p1"), {guid("s1")}), rule("r2", guid("p2"))}, {tied}),
            active({tied}, 24h));
}

TEST(Plans, ARuleThatTwoPoliciesClaimMakesBothUnknown) {
  const Plans plans({policy("p1", {guid("r1")}), policy("p2")}, {rule("r1", guid("p2"), {guid("s1")})},
                    {schedule("s1", 1h)});
  EXPECT_EQ(*plans.of(guid("p1")), nothing(State::unknown));
  EXPECT_EQ(*plans.of(guid("p2")), nothing(State::unknown));
}

TEST(Plans, EachPolicyHasItsOwn) {
  const auto first = schedule("s1", 1h, {guid("r1")});
  const auto second = schedule("s2", 2h, {guid("r2")});
  const Plans plans({policy("p1"), policy("p2")}, {rule("r1", guid("p1")), rule("r2", guid("p2"))},
                    {first, second});
  EXPECT_EQ(*plans.of(guid("p1")), active({first}, 24h));
  EXPECT_EQ(*plans.of(guid("p2")), active({second}, 24h));
}

TEST(DueAfter, IsTheEarliestEndOfAStartWindow) {
  const Plan two{.state = State::active, .items = {{Calendar(at(1h)), 6h}, {Calendar(at(2h)), 1h}}};
  EXPECT_EQ(due_after(two, kMidnight), kMidnight + 3h);
  EXPECT_EQ(due_after(two, kMidnight + 2h), kMidnight + 24h + 3h);
}

TEST(DueAfter, AWindowMayReachOverMidnight) {
  const Plan late{.state = State::active, .items = {{Calendar(at(22h)), 6h}}};
  EXPECT_EQ(due_after(late, kMidnight + 22h), kMidnight + 24h + 28h);
  EXPECT_EQ(due_after(late, kMidnight + 22h - 1ms), kMidnight + 28h);
}

TEST(DueAfter, IsAbsentWithoutAPlan) {
  for (const State state : {State::paused, State::no_schedule, State::unknown}) {
    EXPECT_EQ(due_after(nothing(state), kNoon), std::nullopt);
  }
}

TEST(Runs, FullOnesAreToldFromTheOthers) {
  const Plan both{.state = State::active,
                  .items = {{Calendar(at(1h)), 0h, true}, {Calendar(at(2h)), 0h}, {Calendar(at(14h)), 0h}}};
  EXPECT_EQ(next_run(both, RunKind::full, kNoon), kMidnight + 25h);
  EXPECT_EQ(last_run(both, RunKind::full, kNoon), kMidnight + 1h);
  EXPECT_EQ(next_run(both, RunKind::not_full, kNoon), kMidnight + 14h);
  EXPECT_EQ(last_run(both, RunKind::not_full, kNoon), kMidnight + 2h);
}

TEST(RunDays, AreThoseOnWhichARunBegins) {
  Schedule weekly = at(23h + 59min);
  weekly.days = {std::chrono::Sunday};
  const Plan plan{.state = State::active, .items = {{Calendar(weekly), 6h}, {Calendar(weekdays_at(0h)), 6h}}};
  const auto monday = std::chrono::sys_days(2026y / 1 / 5);
  EXPECT_EQ(run_days(plan, monday, monday + std::chrono::days(8)),
            (std::vector<bool>{true, true, true, true, true, false, true, true}));
}

TEST(RunDays, ADayOfManyRunsIsOneDay) {
  const Plan plan{.state = State::active, .items = {{Calendar(schedules::every(1h, 20h, 4h)), 6h}}};
  const auto day = std::chrono::sys_days(2026y / 1 / 5);
  EXPECT_EQ(run_days(plan, day, day + std::chrono::days(3)), std::vector<bool>(3, true));
}

TEST(RunDays, AreNoneInNoTimeAndWithoutAPlan) {
  const auto day = std::chrono::sys_days(2026y / 1 / 5);
  EXPECT_EQ(run_days(active({at(1h)}, 24h), day, day), std::vector<bool>());
  EXPECT_EQ(run_days(nothing(State::paused), day, day + domain::kMostRunDays), std::vector<bool>(400, false));
}

TEST(Runs, OfAKindThatIsNotPlannedAreAbsent) {
  const Plan full{.state = State::active, .items = {{Calendar(at(1h)), 0h, true}}};
  EXPECT_EQ(next_run(full, RunKind::not_full, kNoon), std::nullopt);
  EXPECT_EQ(last_run(full, RunKind::not_full, kNoon), std::nullopt);
}

}  // namespace
