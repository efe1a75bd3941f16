#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/latest.h"
#include "domain/inventory.h"

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

  bool operator==(const VmState&) const = default;
};

struct TaskGroup {
  base::SharedText tenant;
  base::SharedText type;
  base::SharedText state;

  auto operator<=>(const TaskGroup&) const = default;
};

struct TenantTotals {
  std::uint64_t vms = 0;
  std::optional<Bytes> protected_bytes;  // sum over the VMs whose last size is known
  std::optional<std::chrono::milliseconds> oldest_queued_task;

  bool operator==(const TenantTotals&) const = default;
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
  std::optional<ProtectionTotals> protection;

  std::map<base::SharedText, TenantTotals> tenants;
  std::map<TaskGroup, std::uint64_t> task_counts;
};

// Everything the exporter knows at one moment: what the servers said, what we derived, the health of each
// source. Immutable once published.
struct Snapshot {
  base::TimePoint taken_at;
  std::vector<ServerState> servers;  // in the order of the configuration
};

// Data whose last successful read is older than this is dropped, not shown as fresh.
struct DeriveOptions {
  std::chrono::milliseconds stale_after{std::chrono::minutes{15}};
};

// The one derivation. Ages are measured at `now`, by each server's own clock, so a snapshot derived again
// from the same inventories has grown.
Snapshot derive(const std::vector<Inventory>& inventories, const DeriveOptions& options, base::TimePoint now);

// The order of ServerState::vms.
void sort_for_exposition(std::vector<Vm>& vms);

}  // namespace domain
