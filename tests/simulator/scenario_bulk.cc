#include <algorithm>
#include <array>
#include <numeric>

#include "chance.h"
#include "scenario.h"

namespace simulator {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

constexpr Bytes kGiB = Bytes{1} << 30U;
constexpr Id kTenants = 20;
constexpr Id kPolicies = 4;

std::string numbered(std::string_view name, Id n, int width) {
  std::string digits = std::to_string(n);
  digits.insert(0, static_cast<std::size_t>(std::max(0, width - static_cast<int>(digits.size()))), '0');
  return std::string(name) + digits;
}

void build_surroundings(Model& model, TimePoint now) {
  for (Id n = 1; n <= kTenants; ++n) model.projects.push_back({numbered("tenant-", n, 2)});
  model.managers = {{"https://keystone.example:5000/v3", "OPENSTACK", "OpenStack"}};
  for (Id n = 1; n <= 50; ++n) model.hypervisors.push_back({numbered("compute-", n, 2), 1});
  for (Id n = 1; n <= 4; ++n) {
    model.nodes.push_back({.name = "node-" + std::to_string(n),
                           .address = "10.0.0.2" + std::to_string(n),
                           .staging_total = 8192 * kGiB,
                           .staging_used = 1024 * kGiB,
                           .slots = 250});
  }
  model.destinations = {
      {"xfs-main", "SYNTHETICXFS", "File system (synthetic)", 600 * 1024 * kGiB, 900 * 1024 * kGiB, true}};
  const std::array<std::string, kPolicies> names{"Gold", "Silver", "Bronze", "Basic"};
  for (Id n = 1; n <= kPolicies; ++n) {
    const Millis hour = hours(5 * n - 4);
    const TimePoint today = std::chrono::floor<days>(now) + hour;
    model.policies.push_back({names.at(n - 1)});
    model.rules.push_back({.name = "Default", .policy = n, .destination = 1});
    model.schedules.push_back({.name = names.at(n - 1) + " daily",
                               .hour = hour,
                               .rules = {n},
                               .last_run = today + hours(2) <= now ? today : today - days(1)});
  }
}

void build_vms(Model& model, std::uint64_t seed, unsigned count) {
  model.vms.reserve(count);
  for (Id n = 1; n <= count; ++n) {
    Vm& vm = model.add(
        Vm{.name = numbered("vm-", n, 6), .project = n % kTenants + 1, .policy = n % kPolicies + 1});
    vm.hypervisor = n % model.hypervisors.size() + 1;
    vm.disk = (4 + mixed(seed, n) % 120) * kGiB;
    if (n % 97 == 0) vm.policy = std::nullopt;
    if (n % 101 == 0) vm.present = false;
    if (vm.policy) vm.up_to_date = false;
  }
}

void add_backup(Model& model, Vm& vm, std::uint64_t seed, TimePoint run, bool full) {
  const bool failed = percent(seed, vm.id, static_cast<std::uint64_t>(run.time_since_epoch().count())) < 2;
  const Bytes size = vm.disk / (full ? 2 : 40);
  const Backup& backup =
      model.add(Backup{.vm = vm.id,
                       .rule = *vm.policy,
                       .schedule = *vm.policy,
                       .parent = full || !vm.last_full ? std::nullopt : std::optional(vm.last_full->id),
                       .status = failed ? BackupStatus::failed : BackupStatus::success,
                       .type = full ? BackupType::full : BackupType::incremental,
                       .queued_at = run,
                       .snapshot_at = run + seconds(vm.id % 3600),
                       .size = failed ? 0 : size,
                       .queued_export = seconds(vm.id % 3600),
                       .exported = seconds(60),
                       .stored = seconds(failed ? 0 : 90),
                       .status_info = failed ? "Export failed: snapshot could not be created" : ""});
  ++vm.runs;
  vm.up_to_date = !failed;
  if (!failed) note_success(vm, backup);
}

// Backups are listed in the order in which they began.
std::vector<Id> by_last_run(const Model& model) {
  std::vector<Id> order(kPolicies);
  std::iota(order.begin(), order.end(), Id{1});
  std::sort(order.begin(), order.end(),
            [&](Id a, Id b) { return *at(model.schedules, a).last_run < *at(model.schedules, b).last_run; });
  return order;
}

}  // namespace

Model bulk_scenario(TimePoint now, std::uint64_t seed, const Bulk& size) {
  Model model;
  model.task_retention = hours(2);
  build_surroundings(model, now);
  build_vms(model, seed, size.vms);
  for (unsigned day = size.history_days; day > 0; --day) {
    for (const Id policy : by_last_run(model)) {
      const TimePoint run = *at(model.schedules, policy).last_run - days(day - 1);
      for (Vm& vm : model.vms) {
        if (vm.policy == policy && vm.present)
          add_backup(model, vm, seed, run, day == size.history_days || day % 7 == 0);
      }
    }
  }
  return model;
}

}  // namespace simulator
