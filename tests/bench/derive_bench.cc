// What a snapshot costs: derive_bench [VMs [runs]]
//
// Prints the CPU time of the fastest derivation. For the instructions of one, whose runs are counted alone:
//   valgrind --tool=callgrind --toggle-collect='domain::derive*' derive_bench 1000 1

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "domain/history.h"
#include "domain/plan.h"
#include "domain/snapshot.h"
#include "made_up.h"

namespace {

using namespace std::chrono_literals;
using base::SharedText;
using bench::scattered;
using domain::Inventory;
using domain::Schedule;

constexpr base::TimePoint kNow{1767268800123ms};
constexpr std::uint64_t kPolicies = 4;
constexpr std::uint64_t kTenants = 200;

Schedule schedule(const std::string& id, const char* type) {
  return {.id = domain::ScheduleId(id),
          .name = id,
          .active = true,
          .backup_type = SharedText(type),
          .execution = domain::Execution::time,
          .start_window = 6h};
}

// A nightly, a weekly, a monthly of some months, and one of every few hours; each policy has its own.
std::vector<Schedule> four_schedules(std::uint64_t policy) {
  const std::string prefix = "p" + std::to_string(policy);
  std::vector<Schedule> all{schedule(prefix + " nightly", "INCREMENTAL"),
                            schedule(prefix + " weekly", "FULL"), schedule(prefix + " monthly", "FULL"),
                            schedule(prefix + " interval", "INCREMENTAL")};
  const std::chrono::hours shift(policy);
  all[0].hour = 20h + shift;
  all[0].days = {std::chrono::Monday, std::chrono::Tuesday, std::chrono::Wednesday, std::chrono::Thursday,
                 std::chrono::Friday};
  all[1].hour = 1h + shift;
  all[1].days = {std::chrono::Saturday};
  all[2].hour = 3h + shift;
  all[2].days = {std::chrono::Sunday};
  all[2].occurrences = {domain::Occurrence::last};
  all[2].months = {std::chrono::March, std::chrono::June, std::chrono::September, std::chrono::December};
  all[3].execution = domain::Execution::interval;
  all[3].interval = {.start = 6h, .end = 18h, .frequency = 4h};
  all[3].days = {std::chrono::Tuesday, std::chrono::Thursday};
  return all;
}

template <class T>
domain::Source<T> source(T data) {
  domain::Source<T> source;
  source.health = {.success = true, .last_attempt = kNow, .last_success = kNow};
  source.data = std::make_shared<const T>(std::move(data));
  return source;
}

void add_plans(Inventory& inventory) {
  std::vector<domain::Policy> policies;
  std::vector<domain::Rule> rules;
  std::vector<Schedule> schedules;
  for (std::uint64_t i = 0; i < kPolicies; ++i) {
    const std::string number = std::to_string(i);
    policies.push_back({.id = domain::PolicyId("p" + number), .name = "Policy " + number, .active = true});
    rules.push_back({.id = domain::RuleId("r" + number), .policy = {.guid = SharedText("p" + number)}});
    for (Schedule& one : four_schedules(i)) {
      rules.back().schedules.push_back({.guid = SharedText(one.id.text())});
      schedules.push_back(std::move(one));
    }
  }
  inventory.plans = std::make_shared<const domain::Plans>(policies, rules, schedules);
  inventory.policies = source(std::move(policies));
  inventory.rules = source(std::move(rules));
  inventory.schedules = source(std::move(schedules));
}

std::vector<domain::Vm> vms(std::uint64_t count) {
  std::vector<domain::Vm> all;
  for (std::uint64_t i = 0; i < count; ++i) {
    domain::Vm vm{.id = domain::VmId(bench::uuid(i, 1)), .name = "vm-" + std::to_string(i)};
    vm.tenant = SharedText("tenant-" + std::to_string(i * kTenants / count));
    vm.policy.guid = SharedText("p" + std::to_string(i % kPolicies));
    vm.present = i % 50 != 0;
    vm.up_to_date = i % 20 != 0;
    all.push_back(std::move(vm));
  }
  domain::sort_for_exposition(all);
  return all;
}

domain::BackupRun run(std::uint64_t i, base::TimePoint at, domain::BackupType type) {
  domain::BackupRun run{.id = domain::BackupId(bench::uuid(i, 3)), .at = at, .type = type};
  run.status = domain::BackupStatus::success;
  run.size = domain::Bytes{scattered(i, 5) % 800'000'000'000};
  run.duration = std::chrono::milliseconds(scattered(i, 6) % 7200000);
  return run;
}

// The last success is from some time of the last week, so that the due times lie before and behind.
base::Shared<domain::BackupSummary> summary(std::uint64_t i) {
  const base::TimePoint at = kNow - std::chrono::milliseconds(scattered(i, 4) % (7 * 86'400'000ULL));
  domain::BackupSummary summary{.first_attempt = kNow - 35 * 24h};
  summary.last_success = run(i, at, domain::BackupType::incremental);
  summary.last_attempt = summary.last_success;
  summary.last_full = run(i, at - 24h, domain::BackupType::full);
  summary.full_size_ratio = 1.25;
  return std::make_shared<const domain::BackupSummary>(std::move(summary));
}

void add_memory(domain::Memory& memory, const std::vector<domain::Vm>& vms) {
  auto sightings = std::make_shared<domain::Sightings>();
  auto failures = std::make_shared<domain::FailureCounters>();
  for (const domain::Vm& vm : vms) {
    (*sightings)[vm.id] = {.first_seen = kNow - 35 * 24h, .gone_since = {}};
    (*failures)[vm.id] = {.count = 1, .created = kNow};
  }
  memory.sightings = std::move(sightings);
  memory.backup_failures = std::move(failures);
}

Inventory inventory(std::uint64_t count) {
  Inventory inventory{.server = "prod"};
  std::vector<domain::Vm> listed = vms(count);
  domain::BackupSummaries summaries;
  for (std::uint64_t i = 0; i < count; ++i) summaries.emplace(listed[i].id, summary(i));
  add_memory(inventory.memory, listed);
  inventory.vms = source(std::move(listed));
  inventory.backups = source(std::move(summaries));
  inventory.tasks = source(std::vector<domain::Task>());
  inventory.nodes = source(std::vector<domain::Node>());
  inventory.destinations = source(std::vector<domain::Destination>());
  inventory.protection = source(domain::ProtectionTotals{.is_protected = count});
  add_plans(inventory);
  return inventory;
}

std::uint64_t due_vms(const domain::Snapshot& snapshot) {
  std::uint64_t count = 0;
  for (const auto& [tenant, totals] : snapshot.servers.front().tenants) count += totals.due_vms;
  return count;
}

std::uint64_t argument(int count, char** arguments, int at, std::uint64_t otherwise) {
  return count > at ? std::strtoull(arguments[at], nullptr, 10) : otherwise;
}

}  // namespace

int main(int count, char** arguments) {
  const std::uint64_t vms = argument(count, arguments, 1, 100'000);
  const std::uint64_t runs = argument(count, arguments, 2, 5);
  const std::vector<Inventory> inventories{inventory(vms)};
  double fastest = std::numeric_limits<double>::max();
  std::uint64_t due = 0;
  for (std::uint64_t i = 0; i < runs; ++i) {
    const std::clock_t begin = std::clock();
    const domain::Snapshot snapshot = domain::derive(inventories, {}, kNow);
    fastest = std::min(fastest, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    due = due_vms(snapshot);
  }
  std::printf("%llu VMs, %llu of them with a due time: %.1f ms, %.0f ns each\n",
              static_cast<unsigned long long>(vms), static_cast<unsigned long long>(due), fastest * 1e3,
              fastest * 1e9 / static_cast<double>(vms));
  return 0;
}
