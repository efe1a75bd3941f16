#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/latest.h"
#include "domain/coverage.h"
#include "domain/exclusion.h"
#include "domain/inventory.h"
#include "domain/plan.h"
#include "domain/shard.h"

namespace domain {

// One VM as judged at Snapshot::taken_at. What is unknown is absent.
struct VmState {
  Protection protection = Protection::no_schedule;
  std::optional<base::TimePoint> last_success;
  std::optional<base::TimePoint> last_full;
  std::optional<std::chrono::milliseconds> age;  // of the last success, by the server's clock; never negative
  std::optional<Bytes> last_size;
  std::optional<Bytes> last_full_size;
  std::optional<base::TimePoint> last_attempt;
  std::optional<bool> last_attempt_success;
  std::optional<std::chrono::milliseconds> last_duration;  // of the last success
  std::optional<std::uint32_t> consecutive_failures;
  base::Shared<BackupSummary>
      history;  // null: not known; of a VM without an attempt within the window, an empty one

  std::optional<Coverage> coverage;
  base::SharedText excluded_because;  // empty: not excluded
  std::optional<base::TimePoint> first_seen;
  std::optional<base::TimePoint> due;  // see due_of
  std::optional<bool> overdue;         // absent without due
  std::optional<std::chrono::milliseconds> rpo_target;
  std::optional<std::uint64_t> backup_failures;  // ever counted
  std::optional<base::TimePoint> last_restore;   // newest one that succeeded; absent: none is known

  bool operator==(const VmState&) const = default;
};

// One of ServerState::schedules.
struct ScheduleState {
  bool calendar_known = false;
  std::optional<base::TimePoint> next_run;  // of an active one
  std::optional<std::size_t> policies;      // active ones that run it; absent: it cannot be told
  base::SharedText owner;                   // a tenant, see owner.h; empty: the site
};

// One of ServerState::policies.
struct PolicyState {
  std::optional<base::TimePoint> next_full;
  std::optional<base::TimePoint> next_other;  // of any other type
  base::SharedText owner;                     // a tenant, see owner.h; empty: the site
};

struct TaskGroup {
  base::SharedText tenant;
  base::SharedText type;
  base::SharedText state;

  auto operator<=>(const TaskGroup&) const = default;
};

struct TenantTotals {
  std::uint64_t vms = 0;
  std::array<std::uint64_t, kCoverages> coverage{};  // VMs by state
  std::uint64_t unknown_coverage = 0;
  std::uint64_t due_vms = 0;             // VMs that have a due time,
  std::uint64_t overdue_vms = 0;         // and those of them that are past it
  std::optional<Bytes> protected_bytes;  // sum over the VMs whose last size is known
  std::optional<Bytes> stored_bytes;  // sum of BackupSummary::stored; absent while the history is not known
  std::optional<std::chrono::milliseconds> oldest_queued_task;

  bool operator==(const TenantTotals&) const = default;
};

// Our count of the server's VMs by protection minus its own, of a server of which all VMs are shown.
struct ProtectionDifference {
  std::optional<std::int64_t> is_protected;
  std::optional<std::int64_t> not_protected;
  std::optional<std::int64_t> no_schedule;

  bool operator==(const ProtectionDifference&) const = default;
};

struct SourceState {
  Resource resource;
  SourceHealth health;
  bool stale = false;  // its last data is older than stale_after and was dropped

  bool operator==(const SourceState&) const = default;
};

// One server in a snapshot. The lists are never null: an empty one stands for data that is missing or stale,
// and `sources` tells which.
struct ServerState {
  std::string name;
  bool up = false;  // the last read of its VMs succeeded
  std::vector<SourceState> sources;
  std::optional<std::chrono::milliseconds> clock_skew;
  std::optional<bool> tenant_filter_effective;

  base::Shared<std::vector<Vm>> vms;  // ordered by tenant, policy, hypervisor, name: what compresses best
  std::vector<VmState> vm_states;     // one for each of vms, in the same order
  base::Shared<std::vector<Task>> tasks;
  base::Shared<std::vector<Schedule>> schedules;
  base::Shared<std::vector<Policy>> policies;
  base::Shared<std::vector<Rule>> rules;
  base::Shared<std::vector<Node>> nodes;
  base::Shared<std::vector<Destination>> destinations;
  std::vector<ScheduleState> schedule_states;  // one for each of schedules, in the same order
  std::vector<PolicyState> policy_states;      // one for each of policies, in the same order
  std::optional<ProtectionTotals> protection;
  std::optional<ProtectionDifference> protection_difference;

  // Of policies; null while schedules, rules and policies are not known, without which no coverage is.
  base::Shared<Plans> plans;
  Memory memory;
  base::Shared<std::vector<TenantRule>> tenant_rules;  // of the configuration; null: none
  std::optional<std::uint64_t> history_backups;        // rows of the backup history that is held,
  std::optional<base::TimePoint> history_from;         // which goes back to then

  std::map<base::SharedText, TenantTotals> tenants;
  std::map<TaskGroup, std::uint64_t> task_counts;
};

// Everything the exporter knows at one moment: what the servers said, what we derived, the health of each
// source. Immutable once published.
struct Snapshot {
  base::TimePoint taken_at;
  Shard shard;  // whose VMs, backups and tasks are known; schedules, policies, nodes and the like are whole
  std::vector<ServerState> servers;  // in the order of the configuration
};

struct DeriveOptions {
  // Data whose last successful read is older than this is dropped, not shown as fresh.
  std::chrono::milliseconds stale_after{std::chrono::minutes{15}};
  // What a backup may take from the end of its start window until it counts as missed.
  std::chrono::milliseconds grace{std::chrono::hours{1}};
  std::vector<Exclusion> exclusions;
  Shard shard;  // of which the inventories are

  bool operator==(const DeriveOptions&) const = default;
};

// The one derivation. Ages are measured at `now`, by each server's own clock, so a snapshot derived again
// from the same inventories has grown.
Snapshot derive(const std::vector<Inventory>& inventories, const DeriveOptions& options, base::TimePoint now);

// The order of ServerState::vms.
bool stands_before(const Vm& a, const Vm& b);
void sort_for_exposition(std::vector<Vm>& vms);

}  // namespace domain
