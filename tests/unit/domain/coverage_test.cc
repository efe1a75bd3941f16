#include "domain/coverage.h"

#include <gtest/gtest.h>

#include "support/manual_clock.h"

namespace {

using namespace std::chrono_literals;
using domain::Coverage;
using domain::Evidence;
using domain::Plan;
using support::kNoon;

domain::Schedule nightly() {
  domain::Schedule schedule;
  schedule.execution = domain::Execution::time;
  schedule.hour = 1h;
  return schedule;
}

// Runs at 01:00 each day and may begin until 03:00.
Plan nightly_plan() {
  return {.state = Plan::State::active,
          .items = {{.calendar = domain::Calendar(nightly()), .window = 2h}},
          .longest_gap = 24h};
}

Plan plan_that_is(Plan::State state) { return {.state = state, .items = {}, .longest_gap = {}}; }

domain::Vm assigned_vm() {
  domain::Vm vm;
  vm.policy.guid = base::SharedText("gold");
  return vm;
}

std::optional<Coverage> judged(const domain::Vm& vm, const Evidence& evidence, base::TimePoint now = kNoon) {
  return coverage_of(vm, evidence, due_of(vm, evidence, 1h), now);
}

TEST(Coverage, IsDueAtTheEndOfTheWindowOfTheNextRunAndGrace) {
  const Plan plan = nightly_plan();
  const Evidence evidence{.plan = &plan, .last_success = kNoon - 11h + 5s};
  EXPECT_EQ(due_of(assigned_vm(), evidence, 1h), kNoon + 16h);
}

TEST(Coverage, IsOverdueOnlyAfterItsDueTime) {
  const Plan plan = nightly_plan();
  const Evidence evidence{.plan = &plan, .last_success = kNoon - 11h, .last_attempt_failed = false};
  EXPECT_EQ(judged(assigned_vm(), evidence, kNoon + 16h), Coverage::covered);
  EXPECT_EQ(judged(assigned_vm(), evidence, kNoon + 16h + 1ms), Coverage::overdue);
}

TEST(Coverage, AVmWithoutASuccessIsDueFromWhenItWasFirstSeen) {
  const Plan plan = nightly_plan();
  EXPECT_EQ(due_of(assigned_vm(), {.plan = &plan, .first_seen = kNoon}, 1h), kNoon + 16h);
  EXPECT_EQ(due_of(assigned_vm(), {.plan = &plan}, 1h), std::nullopt);
}

TEST(Coverage, AFailureIsFailingUntilTheVmIsOverdue) {
  const Plan plan = nightly_plan();
  const Evidence evidence{.plan = &plan, .last_success = kNoon - 11h, .last_attempt_failed = true};
  EXPECT_EQ(judged(assigned_vm(), evidence), Coverage::failing);
  EXPECT_EQ(judged(assigned_vm(), evidence, kNoon + 24h), Coverage::overdue);
}

TEST(Coverage, WithoutKnowledgeOfTheLastAttemptItIsNeitherCoveredNorFailing) {
  const Plan plan = nightly_plan();
  const Evidence evidence{.plan = &plan, .last_success = kNoon - 11h};
  EXPECT_EQ(judged(assigned_vm(), evidence), std::nullopt);
  EXPECT_EQ(judged(assigned_vm(), evidence, kNoon + 24h), Coverage::overdue);
}

TEST(Coverage, WithoutASuccessItIsNeverBackedUpAlsoWhenOverdueOrFailing) {
  const Plan plan = nightly_plan();
  const Evidence evidence{.plan = &plan, .first_seen = kNoon - 72h, .last_attempt_failed = true};
  EXPECT_EQ(judged(assigned_vm(), evidence), Coverage::never_backed_up);
}

TEST(Coverage, AnInactivePlanIsPausedAndHasNoDueTime) {
  const Plan plan = plan_that_is(Plan::State::paused);
  const Evidence evidence{.plan = &plan, .last_success = kNoon - 1000h};
  EXPECT_EQ(judged(assigned_vm(), evidence), Coverage::paused);
  EXPECT_EQ(due_of(assigned_vm(), evidence, 1h), std::nullopt);
}

TEST(Coverage, APlanThatNeverRunsIsNoSchedule) {
  const Plan plan = plan_that_is(Plan::State::no_schedule);
  EXPECT_EQ(judged(assigned_vm(), {.plan = &plan}), Coverage::no_schedule);
}

TEST(Coverage, NothingIsSaidOfAPlanThatIsNotKnown) {
  const Plan plan = plan_that_is(Plan::State::unknown);
  EXPECT_EQ(judged(assigned_vm(), {.plan = &plan, .last_success = kNoon}), std::nullopt);
  EXPECT_EQ(judged(assigned_vm(), {.plan = nullptr, .last_success = kNoon}), std::nullopt);
}

TEST(Coverage, NoPolicyExcludedAndNotPresentComeBeforeAllElseInThisOrder) {
  domain::Vm vm;
  EXPECT_EQ(judged(vm, {}), Coverage::no_policy);
  EXPECT_EQ(judged(vm, {.excluded = true}), Coverage::excluded);
  vm.present = false;
  EXPECT_EQ(judged(vm, {.excluded = true}), Coverage::not_present);
}

TEST(Coverage, AnExcludedOrVanishedVmIsNeverDue) {
  const Plan plan = nightly_plan();
  domain::Vm vm = assigned_vm();
  EXPECT_EQ(due_of(vm, {.excluded = true, .plan = &plan, .last_success = kNoon}, 1h), std::nullopt);
  vm.present = false;
  EXPECT_EQ(due_of(vm, {.plan = &plan, .last_success = kNoon}, 1h), std::nullopt);
}

}  // namespace
