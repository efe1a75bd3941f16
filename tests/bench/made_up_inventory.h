#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "domain/history.h"
#include "domain/plan.h"
#include "domain/snapshot.h"
#include "made_up.h"

// What may be known of a large server, for what is derived of it.
namespace bench {

using namespace std::chrono_literals;

constexpr std::uint64_t kPolicies = 4;
constexpr std::uint64_t kTenants = 200;

inline domain::Schedule schedule(const std::string& id, const char* type) {
  return {.id = domain::ScheduleId(id),
          .name = id,
          .active = true,
          .backup_type = base::SharedText(type),
          .execution = domain::Execution::time,
          .start_window = 6h};
}

// A nightly, a weekly, a monthly of some months, and one of every few hours; each policy has its own.
inline std::vector<domain::Schedule> four_schedules(std::uint64_t policy) {
  const std::string prefix = "p" + std::to_string(policy);
  std::vector<domain::Schedule> all{
      schedule(prefix + " nightly", "INCREMENTAL"), schedule(prefix + " weekly", "FULL"),
      schedule(prefix + " monthly", "FULL"), schedule(prefix + " interval", "INCREMENTAL")};
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

inline void add_plans(domain::Inventory& inventory) {
  std::vector<domain::Policy> policies;
  std::vector<domain::Rule> rules;
  std::vector<domain::Schedule> schedules;
  for (std::uint64_t i = 0; i < kPolicies; ++i) {
    const std::string number = std::to_string(i);
    policies.push_back({.id = domain::PolicyId("p" + number), .name = "Policy " + number, .active = true});
    rules.push_back({.id = domain::RuleId("r" + number), .policy = {.guid = base::SharedText("p" + number)}});
    for (domain::Schedule& one : four_schedules(i)) {
      rules.back().schedules.push_back({.guid = base::SharedText(one.id.text())});
      schedules.push_back(std::move(one));
    }
  }
  inventory.plans = std::make_shared<const domain::Plans>(policies, rules, schedules);
  inventory.policies = source(std::move(policies));
  inventory.rules = source(std::move(rules));
  inventory.schedules = source(std::move(schedules));
}

inline std::vector<domain::Vm> vms(std::uint64_t count) {
  std::vector<domain::Vm> all;
  for (std::uint64_t i = 0; i < count; ++i) {
    domain::Vm vm{.id = domain::VmId(uuid(i, 1)), .name = "vm-" + std::to_string(i)};
    vm.tenant = base::SharedText("tenant-" + std::to_string(i * kTenants / count));
    vm.policy.guid = base::SharedText("p" + std::to_string(i % kPolicies));
    vm.present = i % 50 != 0;
    vm.up_to_date = i % 20 != 0;
    all.push_back(std::move(vm));
  }
  domain::sort_for_exposition(all);
  return all;
}

inline domain::BackupRun run(std::uint64_t i, base::TimePoint at, domain::BackupType type) {
  domain::BackupRun run{.id = domain::BackupId(uuid(i, 3)), .at = at, .type = type};
  run.status = domain::BackupStatus::success;
  run.size = domain::Bytes{scattered(i, 5) % 800'000'000'000};
  run.duration = std::chrono::milliseconds(scattered(i, 6) % 7200000);
  return run;
}

// The last success is from some time of the last week, so that the due times lie before and behind.
inline base::Shared<domain::BackupSummary> summary(std::uint64_t i) {
  const base::TimePoint at = kNow - std::chrono::milliseconds(scattered(i, 4) % (7 * 86'400'000ULL));
  domain::BackupSummary summary{.first_attempt = kNow - 35 * 24h};
  summary.last_success = run(i, at, domain::BackupType::incremental);
  summary.last_attempt = summary.last_success;
  summary.last_full = run(i, at - 24h, domain::BackupType::full);
  summary.full_size_ratio = 1.25;
  return std::make_shared<const domain::BackupSummary>(std::move(summary));
}

inline void add_memory(domain::Memory& memory, const std::vector<domain::Vm>& vms) {
  auto sightings = std::make_shared<domain::Sightings>();
  auto failures = std::make_shared<domain::FailureCounters>();
  for (const domain::Vm& vm : vms) {
    (*sightings)[vm.id] = {.first_seen = kNow - 35 * 24h, .gone_since = {}};
    (*failures)[vm.id] = {.count = 1, .created = kNow};
  }
  memory.sightings = std::move(sightings);
  memory.backup_failures = std::move(failures);
}

inline domain::Inventory inventory(std::uint64_t count) {
  domain::Inventory inventory{.server = "prod"};
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

}  // namespace bench
