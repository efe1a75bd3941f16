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

}  // namespace
