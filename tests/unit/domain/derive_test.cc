#include <gtest/gtest.h>

#include <memory>

#include "domain/snapshot.h"
#include "support/manual_clock.h"

namespace {

using namespace std::chrono_literals;
using domain::BackupStatus;
using domain::BackupType;
using domain::derive;
using support::kNoon;

domain::Vm vm(std::string_view guid) {
  domain::Vm vm;
  vm.id = domain::VmId(guid);
  vm.name = "erp-db-01";
  vm.tenant = base::SharedText("finance");
  return vm;
}

template <class T>
domain::Source<T> read_at(base::TimePoint at, T data) {
  domain::Source<T> source{.data = std::make_shared<const T>(std::move(data))};
  source.health.success = true;
  source.health.last_attempt = source.health.last_success = at;
  return source;
}

domain::BackupRun run(base::TimePoint at, BackupStatus status, BackupType type = BackupType::incremental) {
  return {.id = domain::BackupId(std::to_string(at.time_since_epoch().count())),
          .at = at,
          .status = status,
          .type = type,
          .duration = 5min};
}

domain::Inventory inventory(const domain::Vm& vm, const domain::BackupSummary& history) {
  domain::Inventory result;
  result.server = "prod";
  result.vms = read_at(kNoon, std::vector{vm});
  result.backups = read_at(
      kNoon, domain::BackupSummaries{{vm.id, std::make_shared<const domain::BackupSummary>(history)}});
  return result;
}

domain::VmState derived(const domain::Inventory& inventory, base::TimePoint now = kNoon) {
  return derive({inventory}, {.stale_after = 15min}, now).servers.at(0).vm_states.at(0);
}

TEST(Derive, AnAbsentFlagIsNoScheduleAndNeverNotProtected) {
  EXPECT_EQ(derived(inventory(vm("a"), {})).protection, domain::Protection::no_schedule);
}

TEST(Derive, WhatNobodySaidIsAbsent) {
  const domain::VmState state = derived(inventory(vm("a"), {}));
  EXPECT_EQ(state.last_success, std::nullopt);
  EXPECT_EQ(state.age, std::nullopt);
  EXPECT_EQ(state.last_attempt, std::nullopt);
  EXPECT_EQ(state.last_size, std::nullopt);
}

TEST(Derive, AListedSizeOfZeroMeansNoBackup) {
  domain::Vm machine = vm("a");
  machine.last_size = domain::Bytes{0};
  EXPECT_EQ(derived(inventory(machine, {})).last_size, std::nullopt);
}

TEST(Derive, TheHistoryDecidesWhatTheLastSuccessWas) {
  domain::Vm machine = vm("a");
  machine.last_backup = kNoon - 1h;
  EXPECT_EQ(
      derived(inventory(machine, {.last_success = run(kNoon - 5h, BackupStatus::success)})).last_success,
      kNoon - 5h);
}

TEST(Derive, ALastBackupThatMayBeAFailureIsNotASuccess) {
  domain::Vm machine = vm("a");
  machine.last_backup = kNoon - 3h;
  EXPECT_EQ(derived(inventory(machine, {.first_attempt = kNoon - 3h + 20s})).last_success, std::nullopt);
  EXPECT_EQ(derived(inventory(machine, {.first_attempt = kNoon - 40h})).last_success, std::nullopt);
  machine.last_backup = kNoon - 10min;
  EXPECT_EQ(derived(inventory(machine, {})).last_success, std::nullopt)
      << "the history may not have seen it yet";
}

TEST(Derive, ALastBackupOlderThanTheHistoryIsASuccess) {
  domain::Vm machine = vm("a");
  machine.last_backup = kNoon - 100 * 24h;
  EXPECT_EQ(derived(inventory(machine, {.first_attempt = kNoon - 40h})).last_success, kNoon - 100 * 24h);
}

TEST(Derive, WithoutAHistoryLastBackupIsAllThereIs) {
  domain::Vm machine = vm("a");
  machine.last_backup = kNoon - 10min;
  domain::Inventory without = inventory(machine, {});
  without.backups = {};
  EXPECT_EQ(derived(without).last_success, kNoon - 10min);
}

TEST(Derive, AgesGrowWhileNothingNewIsRead) {
  domain::Vm machine = vm("a");
  machine.last_backup = kNoon - 2h;
  const domain::Inventory same = inventory(machine, {});
  EXPECT_EQ(derived(same, kNoon).age, 2h);
  EXPECT_EQ(derived(same, kNoon + 10min).age, 130min);
}

TEST(Derive, AgesAreMeasuredByTheClockThatWroteTheTimes) {
  domain::Inventory behind = inventory(vm("a"), {.last_success = run(kNoon - 3h, BackupStatus::success)});
  behind.clock_skew = -90min;
  EXPECT_EQ(derived(behind).age, 90min);
  behind.clock_skew = -1s;
  EXPECT_EQ(derived(behind).age, 3h) << "less than the header can tell";
}

TEST(Derive, AnAgeIsNeverNegative) {
  const domain::Vm machine = vm("a");
  EXPECT_EQ(derived(inventory(machine, {.last_success = run(kNoon + 5min, BackupStatus::success)})).age, 0ms);
}

TEST(Derive, DataIsKeptUntilStaleAfterAndThenDropped) {
  const domain::Inventory same = inventory(vm("a"), {});
  EXPECT_EQ(derive({same}, {.stale_after = 15min}, kNoon + 15min).servers[0].vms->size(), 1U);
  const domain::Snapshot later = derive({same}, {.stale_after = 15min}, kNoon + 15min + 1ms);
  EXPECT_TRUE(later.servers[0].vms->empty());
  EXPECT_TRUE(later.servers[0].sources[0].stale);
}

TEST(Derive, AHistoryThatIsUnknownLeavesAttemptsAndFailuresAbsent) {
  domain::Inventory without = inventory(vm("a"), {});
  without.backups = {};
  EXPECT_EQ(derived(without).consecutive_failures, std::nullopt);
  EXPECT_EQ(derived(inventory(vm("a"), {})).consecutive_failures, 0U);
}

TEST(Derive, TheOldestQueuedTaskCountsFromItsWindow) {
  domain::Inventory with_tasks = inventory(vm("a"), {});
  domain::Task task;
  task.entity = domain::VmId("a");
  task.type = base::SharedText("EXPORT");
  task.state = base::SharedText("QUEUED");
  task.window_start = kNoon - 20min;
  domain::Task later = task;
  later.window_start = kNoon + 1h;
  with_tasks.tasks = read_at(kNoon, std::vector{task, later});
  const domain::ServerState server = derive({with_tasks}, {}, kNoon).servers.at(0);
  EXPECT_EQ(server.tenants.at(base::SharedText("finance")).oldest_queued_task, 20min);
  EXPECT_EQ(server.task_counts.at({base::SharedText("finance"), task.type, task.state}), 2U);
}

TEST(Derive, ProtectedBytesAddTheFullOrElseTheLastSize) {
  domain::Vm machine = vm("a");
  machine.last_size = domain::Bytes{7};
  machine.last_full_size = domain::Bytes{100};
  EXPECT_EQ(derive({inventory(machine, {})}, {}, kNoon).servers[0].tenants.at(machine.tenant).protected_bytes,
            domain::Bytes{100});
}

TEST(Derive, StoredBytesAddWhatTheHistoryHolds) {
  const domain::Vm machine = vm("a");
  domain::Inventory two = inventory(machine, {.restorable = 2, .stored = domain::Bytes{100}});
  two.vms = read_at(kNoon, std::vector{machine, machine, vm("without a backup")});
  const auto stored = [&] {
    return derive({two}, {}, kNoon).servers[0].tenants.at(machine.tenant).stored_bytes;
  };
  EXPECT_EQ(stored(), domain::Bytes{200});
  two.backups.data = nullptr;
  EXPECT_EQ(stored(), std::nullopt);
}

TEST(Derive, WhatIsStoredOfNoBackupIsNothing) {
  EXPECT_EQ(derive({inventory(vm("a"), {})}, {}, kNoon).servers[0].tenants.begin()->second.stored_bytes,
            domain::Bytes{0});
}

// A policy Gold with a run at 01:00 each day that may begin until 03:00.
domain::Inventory nightly_inventory(const domain::Vm& vm, const domain::BackupSummary& history) {
  domain::Inventory result = inventory(vm, history);
  const base::SharedText gold("gold");
  const domain::Reference rule{.guid = base::SharedText("rule"), .name = {}};
  const std::vector<domain::Policy> policies{
      {.id = domain::PolicyId("gold"), .name = "Gold", .active = true, .rules = {rule}}};
  const std::vector<domain::Rule> rules{{.id = domain::RuleId("rule"), .policy = {.guid = gold, .name = {}}}};
  const std::vector<domain::Schedule> schedules{{.id = domain::ScheduleId("nightly"),
                                                 .active = true,
                                                 .execution = domain::Execution::time,
                                                 .hour = 1h,
                                                 .start_window = 2h,
                                                 .rules = {rule}}};
  result.policies = read_at(kNoon, policies);
  result.rules = read_at(kNoon, rules);
  result.schedules = read_at(kNoon, schedules);
  result.plans = std::make_shared<const domain::Plans>(policies, rules, schedules);
  return result;
}

domain::Vm gold_vm() {
  domain::Vm machine = vm("a");
  machine.policy.guid = base::SharedText("gold");
  return machine;
}

domain::ServerState derived_server(const domain::Inventory& inventory,
                                   const domain::DeriveOptions& options = {}) {
  return derive({inventory}, options, kNoon).servers.at(0);
}

TEST(Derive, AVmIsJudgedByItsPolicysScheduleAndTheGrace) {
  const auto server =
      derived_server(nightly_inventory(gold_vm(), {.last_attempt = run(kNoon - 11h, BackupStatus::success),
                                                   .last_success = run(kNoon - 11h, BackupStatus::success)}),
                     {.grace = 90min});
  const domain::VmState& state = server.vm_states.at(0);
  EXPECT_EQ(state.due, kNoon + 15h + 90min);
  EXPECT_EQ(state.overdue, false);
  EXPECT_EQ(state.rpo_target, 24h);
  EXPECT_EQ(state.coverage, domain::Coverage::covered);
}

TEST(Derive, WithoutAnAttemptTheServersWordThatAllIsWellCounts) {
  domain::Vm machine = gold_vm();
  machine.last_backup = kNoon - 11h;
  domain::Inventory wiped = nightly_inventory(machine, {});
  EXPECT_EQ(derived(wiped).coverage, std::nullopt);
  EXPECT_EQ(derived(wiped).consecutive_failures, std::nullopt);
  machine.up_to_date = true;
  wiped.vms = read_at(kNoon, std::vector{machine});
  EXPECT_EQ(derived(wiped).coverage, domain::Coverage::covered);
}

TEST(Derive, OverdueIsMeasuredByTheServersClock) {
  domain::Inventory ahead =
      nightly_inventory(gold_vm(), {.last_success = run(kNoon - 11h, BackupStatus::success)});
  ahead.clock_skew = 17h;
  EXPECT_EQ(derived_server(ahead).vm_states.at(0).overdue, true);
}

TEST(Derive, WithoutSchedulesNothingIsSaidOfCoverage) {
  domain::Inventory without =
      nightly_inventory(gold_vm(), {.last_success = run(kNoon, BackupStatus::success)});
  without.schedules.health.last_success = kNoon - 16min;
  const auto server = derived_server(without);
  EXPECT_EQ(server.plans, nullptr);
  EXPECT_EQ(server.plans, nullptr);
  EXPECT_EQ(server.vm_states.at(0).coverage, std::nullopt);
  EXPECT_EQ(server.vm_states.at(0).overdue, std::nullopt);
}

TEST(Derive, RulesThatAreWithheldAreKnownFromThePoliciesAndSchedules) {
  domain::Inventory without =
      nightly_inventory(gold_vm(), {.last_success = run(kNoon, BackupStatus::success)});
  without.rules = {};
  EXPECT_EQ(derived_server(without).plans, nullptr) << "they may still come";
  without.rules.health.error = base::Error{base::ErrorKind::forbidden, "GET /rules/vm-backup: 403"};
  EXPECT_NE(derived_server(without).plans, nullptr);
}

TEST(Derive, HandsOnThePlansThatItJudgedBy) {
  const domain::Inventory known = nightly_inventory(gold_vm(), {});
  EXPECT_EQ(derived_server(known).plans, known.plans);
  EXPECT_NE(known.plans, nullptr);
}

TEST(Derive, AnExcludedVmHasAReasonAndNoDueTime) {
  const auto server =
      derived_server(nightly_inventory(gold_vm(), {}),
                     {.exclusions = {{.tenant = "finance", .reason = base::SharedText("rebuilt nightly")}}});
  const domain::VmState& state = server.vm_states.at(0);
  EXPECT_EQ(state.coverage, domain::Coverage::excluded);
  EXPECT_EQ(state.excluded_because, "rebuilt nightly");
  EXPECT_EQ(state.due, std::nullopt);
}

TEST(Derive, AVmWithoutASuccessIsDueFromItsFirstSign) {
  domain::Inventory seen = nightly_inventory(gold_vm(), {});
  const domain::VmId id("a");
  seen.memory.sightings =
      std::make_shared<const domain::Sightings>(domain::Sightings{{id, {.first_seen = kNoon}}});
  EXPECT_EQ(derived_server(seen).vm_states.at(0).due, kNoon + 16h);
  seen.backups =
      read_at(kNoon, domain::BackupSummaries{{id, std::make_shared<const domain::BackupSummary>(
                                                      domain::BackupSummary{.first_attempt = kNoon - 35h})}});
  EXPECT_EQ(derived_server(seen).vm_states.at(0).due, kNoon - 8h) << "an attempt that the server still lists";
}

TEST(Derive, CountsTheTenantsVmsByStateAndByWhetherTheyAreDue) {
  const auto server =
      derived_server(nightly_inventory(gold_vm(), {.last_success = run(kNoon - 50h, BackupStatus::success)}));
  const domain::TenantTotals& totals = server.tenants.at(base::SharedText("finance"));
  EXPECT_EQ(totals.coverage.at(static_cast<std::size_t>(domain::Coverage::overdue)), 1U);
  EXPECT_EQ(totals.due_vms, 1U);
  EXPECT_EQ(totals.overdue_vms, 1U);
}

TEST(Derive, TellsWhenSchedulesAndPoliciesRunNext) {
  const auto server = derived_server(nightly_inventory(gold_vm(), {}));
  EXPECT_EQ(server.schedule_states.at(0).next_run, kNoon + 13h);
  EXPECT_EQ(server.policy_states.at(0).next_other, kNoon + 13h);
  EXPECT_EQ(server.policy_states.at(0).next_full, std::nullopt);
}

TEST(Derive, OfAVmWhoseHistoryIsNotKnownNothingIsSaidThatItDecides) {
  domain::Vm moved = gold_vm();
  moved.last_backup = kNoon - 1h;
  domain::Inventory site = nightly_inventory(moved, {});
  site.without_history = std::make_shared<const std::vector<domain::VmId>>(1, moved.id);
  const domain::ServerState server = derived_server(site);
  const domain::VmState& state = server.vm_states.at(0);
  EXPECT_EQ(state.history, nullptr);
  EXPECT_EQ(state.last_success, std::nullopt);
  EXPECT_EQ(state.coverage, std::nullopt);
  EXPECT_EQ(state.overdue, std::nullopt);
  EXPECT_EQ(state.backup_failures, std::nullopt);
  EXPECT_EQ(server.tenants.begin()->second.stored_bytes, std::nullopt);
  EXPECT_EQ(server.tenants.begin()->second.unknown_coverage, 1U);
}

TEST(Derive, TellsForHowManyActivePoliciesAScheduleIs) {
  domain::Inventory site = nightly_inventory(gold_vm(), {});
  EXPECT_EQ(derived_server(site).schedule_states.at(0).policies, 1U);
  site.policies =
      read_at(kNoon, std::vector<domain::Policy>{{.id = domain::PolicyId("gold"), .active = false}});
  site.plans =
      std::make_shared<const domain::Plans>(*site.policies.data, *site.rules.data, *site.schedules.data);
  EXPECT_EQ(derived_server(site).schedule_states.at(0).policies, 0U);
  site.rules.health.last_success = kNoon - 16min;
  EXPECT_EQ(derived_server(site).schedule_states.at(0).policies, std::nullopt) << "they are not known";
}

TEST(Derive, HoldsTheListedVmsAgainstTheServersOwnTotals) {
  domain::Inventory checked = inventory(vm("a"), {});
  checked.protection =
      read_at(kNoon, domain::ProtectionTotals{.is_protected = 2, .not_protected = {}, .no_schedule = 1});
  const auto difference = derived_server(checked).protection_difference;
  EXPECT_EQ(difference,
            (domain::ProtectionDifference{.is_protected = -2, .not_protected = {}, .no_schedule = 0}));
  checked.vms.health.last_success = kNoon - 16min;
  EXPECT_EQ(derived_server(checked).protection_difference, std::nullopt) << "the list is stale";
}

TEST(Derive, AShardHoldsNoPartOfTheVmsAgainstTheServersTotals) {
  domain::Inventory part = inventory(vm("a"), {});
  part.protection =
      read_at(kNoon, domain::ProtectionTotals{.is_protected = 2, .not_protected = {}, .no_schedule = 1});
  const domain::DeriveOptions half{.shard = {.index = 0, .count = 2}};
  EXPECT_EQ(derived_server(part, half).protection, *part.protection.data);
  EXPECT_EQ(derived_server(part, half).protection_difference, std::nullopt);
}

TEST(Derive, FailuresAreZeroOnlyWhereTheLedgerSaysSo) {
  domain::Inventory counted = inventory(vm("a"), {});
  EXPECT_EQ(derived(counted).backup_failures, std::nullopt);
  counted.memory.backup_failures = std::make_shared<const domain::FailureCounters>();
  EXPECT_EQ(derived(counted).backup_failures, 0U);
}

}  // namespace
