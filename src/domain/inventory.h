#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/latest.h"
#include "base/result.h"
#include "domain/history.h"
#include "domain/infrastructure.h"
#include "domain/memory.h"
#include "domain/plan.h"
#include "domain/policy.h"
#include "domain/schedule.h"
#include "domain/task.h"
#include "domain/tenant.h"
#include "domain/vm.h"

namespace domain {

// One resource of the vendor's API is read by one collector.
enum class Resource : std::uint8_t {
  virtual_machines,
  backups,
  tasks,
  schedules,
  policies,
  rules,
  nodes,
  backup_destinations,
  protection,
};

// "virtual_machines", "backups", ...: the label `collector`.
std::string_view name_of(Resource resource);

// How the reads of one resource went.
struct SourceHealth {
  bool success = false;  // of the last attempt; false when there was none
  std::optional<base::TimePoint> last_attempt;
  std::optional<base::TimePoint> last_success;
  std::chrono::milliseconds duration{};        // of the last attempt
  std::uint64_t rows = 0;                      // of the last success
  std::uint64_t skipped = 0;                   // bad records that the last success left out
  std::uint64_t pages = 0;                     // of the last success
  std::optional<std::uint64_t> reported_rows;  // as the server counts them (X-Total-Count)
  std::uint64_t incomplete_reads = 0;  // since the start: truncated, malformed, or rows that do not add up
  std::optional<base::Error> error;    // of the last attempt, when it failed

  bool operator==(const SourceHealth&) const = default;
};

// One resource: how its reads went, and the last complete answer (null: never had, or dropped as stale).
template <class T>
struct Source {
  SourceHealth health;
  base::Shared<T> data;
};

// The server will not list it: the account lacks a privilege, or the version has no such list.
template <class T>
bool is_withheld(const Source<T>& source) {
  const auto& error = source.health.error;
  return !source.data && error &&
         (error->kind == base::ErrorKind::forbidden || error->kind == base::ErrorKind::not_found);
}

// What one server said, resource by resource.
struct Inventory {
  std::string server;
  Source<std::vector<Vm>> vms;
  Source<BackupSummaries> backups;
  Source<std::vector<Task>> tasks;
  Source<std::vector<Schedule>> schedules;
  Source<std::vector<Policy>> policies;
  Source<std::vector<Rule>> rules;
  Source<std::vector<Node>> nodes;
  Source<std::vector<Destination>> destinations;
  Source<ProtectionTotals> protection;
  // VMs, in order, of whose backups only the latest are held: they came from another shard. Null: none.
  base::Shared<std::vector<VmId>> without_history;
  std::optional<std::uint64_t> history_backups;  // rows of the backup history that is held,
  std::optional<base::TimePoint> history_from;   // which goes back to then
  base::Shared<Plans> plans;  // of policies, rules and schedules; null while these are not known
  Memory memory;
  base::Shared<std::vector<TenantRule>> tenant_rules;  // of the configuration; null: none
  // Server's clock minus ours, as last measured.
  std::optional<std::chrono::milliseconds> clock_skew;
  // Whether the configured tenant filter narrows the server's answers; absent when none is configured.
  std::optional<bool> tenant_filter_effective;
};

// Our `now` by the clock that wrote the server's times. A difference that the Date header cannot tell from
// noise, as it has whole seconds and travels, is none.
base::TimePoint server_time(const std::optional<std::chrono::milliseconds>& measured_skew,
                            base::TimePoint now);

}  // namespace domain
