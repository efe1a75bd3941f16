#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/shared_text.h"
#include "domain/history.h"
#include "domain/scope.h"
#include "domain/snapshot.h"
#include "report/period.h"
#include "report/view.h"

// A snapshot as flat rows, one for each thing that a scope shows. What a row refers to outlives it.
namespace report {

struct VmRow {
  const domain::ServerState* server = nullptr;
  const domain::Vm* vm = nullptr;
  const domain::VmState* state = nullptr;
  View* view = nullptr;
};

// A VM that the server no longer lists. What it was is empty where nobody took it down.
struct Vanished {
  std::string server;
  std::string tenant;
  std::string name;
  std::string guid;
  std::string policy;
  base::TimePoint first_seen;
  base::TimePoint gone_since;

  bool operator==(const Vanished&) const = default;
};

struct TaskRow {
  const domain::ServerState* server = nullptr;
  const domain::Task* task = nullptr;
  base::SharedText tenant;
};

struct PolicyRow {
  const domain::ServerState* server = nullptr;
  const domain::Policy* policy = nullptr;
  const domain::PolicyState* state = nullptr;
  std::optional<std::uint64_t> vms;    // that the scope shows; absent: not known
  std::vector<std::string> schedules;  // names
};

struct ScheduleRow {
  const domain::ServerState* server = nullptr;
  const domain::Schedule* schedule = nullptr;
  const domain::ScheduleState* state = nullptr;
  std::vector<std::string> policies;  // names, of those that the scope shows
};

std::vector<VmRow> vm_rows(const domain::Scope& scope, View& view);
// Those of the server that vanished within the period, the longest gone first. One is its last tenant's;
// without a known one, everybody's alone.
std::vector<Vanished> vanished_from(const domain::ServerState& server, const domain::Scope& scope,
                                    const Period& period);
// A task is its VM's tenant's.
std::vector<TaskRow> task_rows(const domain::Snapshot& snapshot, const domain::Scope& scope);
// A tenant is shown the policies that its VMs have, and their schedules, and what it owns.
std::vector<PolicyRow> policy_rows(const domain::Snapshot& snapshot, const domain::Scope& scope);
std::vector<ScheduleRow> schedule_rows(const domain::Snapshot& snapshot, const domain::Scope& scope);

}  // namespace report
