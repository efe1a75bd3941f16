#include <algorithm>
#include <cassert>
#include <memory>
#include <span>
#include <tuple>

#include "domain/coverage.h"
#include "domain/judge.h"
#include "domain/owner.h"
#include "domain/plan.h"
#include "domain/snapshot.h"
#include "domain/tenant.h"

namespace domain {
namespace {

using base::TimePoint;
using std::chrono::milliseconds;

template <class T>
bool is_stale(const Source<T>& source, const DeriveOptions& options, TimePoint now) {
  return source.health.last_success && now - *source.health.last_success > options.stale_after;
}

template <class T>
bool is_known(const Source<T>& source, const DeriveOptions& options, TimePoint now) {
  return source.data && !is_stale(source, options, now);
}

// The source's data while it is fresh, else an empty value.
template <class T>
base::Shared<T> fresh(const Source<T>& source, const DeriveOptions& options, TimePoint now) {
  return is_known(source, options, now) ? source.data : std::make_shared<const T>();
}

template <class T>
SourceState state_of(Resource resource, const Source<T>& source, const DeriveOptions& options,
                     TimePoint now) {
  return {.resource = resource, .health = source.health, .stale = is_stale(source, options, now)};
}

std::vector<SourceState> source_states(const Inventory& i, const DeriveOptions& o, TimePoint now) {
  return {state_of(Resource::virtual_machines, i.vms, o, now),
          state_of(Resource::backups, i.backups, o, now),
          state_of(Resource::tasks, i.tasks, o, now),
          state_of(Resource::schedules, i.schedules, o, now),
          state_of(Resource::policies, i.policies, o, now),
          state_of(Resource::rules, i.rules, o, now),
          state_of(Resource::nodes, i.nodes, o, now),
          state_of(Resource::backup_destinations, i.destinations, o, now),
          state_of(Resource::protection, i.protection, o, now)};
}

std::vector<VmState> vm_states(const std::vector<Vm>& vms, const Grounds& grounds) {
  std::vector<VmState> states;
  states.reserve(vms.size());
  for (const Vm& vm : vms) states.push_back(judge(vm, grounds));
  return states;
}

void add_coverage(TenantTotals& totals, const VmState& state) {
  if (state.coverage) {
    ++totals.coverage.at(static_cast<std::size_t>(*state.coverage));
  } else {
    ++totals.unknown_coverage;
  }
  if (state.overdue) ++totals.due_vms;
  if (state.overdue.value_or(false)) ++totals.overdue_vms;
}

void add(std::optional<Bytes>& sum, const Bytes& size) {
  sum = Bytes{sum.value_or(Bytes{}).count + size.count};
}

TenantTotals totals_of(std::span<const VmState> states) {
  TenantTotals totals{.vms = states.size(), .stored_bytes = Bytes{}};
  for (const VmState& state : states) {
    add_coverage(totals, state);
    const auto& size = state.last_full_size ? state.last_full_size : state.last_size;
    if (size) add(totals.protected_bytes, *size);
    if (!state.history) totals.stored_bytes.reset();  // a sum without it would be too small
    if (totals.stored_bytes) add(totals.stored_bytes, state.history->stored);
  }
  return totals;
}

// Tenant by tenant, as they are ordered.
void add_vms(ServerState& server) {
  const auto& vms = *server.vms;
  assert(std::is_sorted(vms.begin(), vms.end(),
                        [](const Vm& a, const Vm& b) { return a.tenant.view() < b.tenant.view(); }));
  const std::span states(server.vm_states);
  for (auto first = vms.begin(); first != vms.end();) {
    const auto last =
        std::find_if(first, vms.end(), [&](const Vm& vm) { return vm.tenant != first->tenant; });
    server.tenants[first->tenant] = totals_of(states.subspan(first - vms.begin(), last - first));
    first = last;
  }
}

// How long the task has been waiting since it was allowed to start; absent when it is not or nobody says
// since when.
std::optional<milliseconds> queued_for(const Task& task, TimePoint now) {
  if (!(task.state == "QUEUED") || !task.window_start || *task.window_start > now) return std::nullopt;
  return now - *task.window_start;
}

void add_tasks(ServerState& server, TimePoint now) {
  if (server.tasks->empty()) return;
  const auto tenants = tenants_of(*server.tasks, *server.vms);
  for (const Task& task : *server.tasks) {
    const base::SharedText& tenant = tenants.at(task.entity);
    ++server.task_counts[{tenant, task.type, task.state}];
    if (const auto waiting = queued_for(task, now)) {
      auto& oldest = server.tenants[tenant].oldest_queued_task;
      oldest = std::max(oldest.value_or(milliseconds{}), *waiting);
    }
  }
}

ScheduleState state_of(const Schedule& schedule, TimePoint now) {
  const Calendar calendar(schedule);
  ScheduleState state{.calendar_known = calendar.state() == Calendar::State::runs, .next_run = {}};
  if (schedule.active.value_or(true)) state.next_run = calendar.next_after(now);
  return state;
}

PolicyState state_of(const Policy& policy, const Plans* plans, TimePoint now) {
  const Reference self{.guid = base::SharedText(policy.id.text()), .name = {}};
  const Plan* plan = plans == nullptr ? nullptr : plans->of(self);
  if (plan == nullptr) return {};
  return {.next_full = next_run(*plan, RunKind::full, now),
          .next_other = next_run(*plan, RunKind::not_full, now)};
}

std::optional<std::int64_t> minus(std::uint64_t ours, const std::optional<std::uint64_t>& theirs) {
  if (!theirs) return std::nullopt;
  return static_cast<std::int64_t>(ours) - static_cast<std::int64_t>(*theirs);
}

ProtectionDifference difference_of(const std::vector<VmState>& states, const ProtectionTotals& theirs) {
  const auto count = [&](Protection protection) {
    return static_cast<std::uint64_t>(std::count_if(
        states.begin(), states.end(), [&](const VmState& state) { return state.protection == protection; }));
  };
  return {.is_protected = minus(count(Protection::is_protected), theirs.is_protected),
          .not_protected = minus(count(Protection::not_protected), theirs.not_protected),
          .no_schedule = minus(count(Protection::no_schedule), theirs.no_schedule)};
}

void add_owners(ServerState& server) {
  static const std::vector<TenantRule> kNone;
  Owners owners(server.tenant_rules ? *server.tenant_rules : kNone, *server.vms);
  for (std::size_t at = 0; at < server.policies->size(); ++at) {
    const Policy& policy = (*server.policies)[at];
    server.policy_states[at].owner = owners.of(policy.name, policy.tenant_id);
  }
  for (std::size_t at = 0; at < server.schedules->size(); ++at) {
    const Schedule& schedule = (*server.schedules)[at];
    server.schedule_states[at].owner = owners.of(schedule.name, schedule.tenant_id);
  }
}

void add_schedules(ServerState& server, const Inventory& inventory, const DeriveOptions& options,
                   TimePoint now) {
  for (const Schedule& schedule : *server.schedules)
    server.schedule_states.push_back(state_of(schedule, server_time(inventory.clock_skew, now)));
  if (!server.plans || !is_known(inventory.rules, options, now)) return;
  const std::vector<std::size_t>& policies = server.plans->policies_of_schedules();
  for (std::size_t at = 0; at < policies.size(); ++at) server.schedule_states[at].policies = policies[at];
}

// The plans, while what they were made of is fresh. Rules may be withheld: of an inactive policy, or of one
// without any rule, it can still be told what it asks for.
base::Shared<Plans> known_plans(const Inventory& inventory, const DeriveOptions& options, TimePoint now) {
  const bool known = is_known(inventory.policies, options, now) &&
                     is_known(inventory.schedules, options, now) &&
                     (is_known(inventory.rules, options, now) || is_withheld(inventory.rules));
  return known ? inventory.plans : nullptr;
}

void derive_vms(ServerState& server, const Inventory& inventory, const DeriveOptions& options,
                TimePoint now) {
  server.plans = known_plans(inventory, options, now);
  Grounds grounds{.server = inventory.server,
                  .options = options,
                  .history = {},
                  .plans = server.plans.get(),
                  .memory = inventory.memory,
                  .now = server_time(inventory.clock_skew, now)};
  if (is_known(inventory.backups, options, now)) {
    grounds.history = {.summaries = inventory.backups.data.get(),
                       .read_at = server_time(inventory.clock_skew, *inventory.backups.health.last_success),
                       .unknown = inventory.without_history.get()};
    server.history_backups = inventory.history_backups;
    server.history_from = inventory.history_from;
  }
  server.memory = inventory.memory;
  server.tenant_rules = inventory.tenant_rules;
  server.vm_states = vm_states(*server.vms, grounds);
  add_schedules(server, inventory, options, now);
  for (const Policy& policy : *server.policies)
    server.policy_states.push_back(state_of(policy, grounds.plans, grounds.now));
  add_owners(server);
  add_vms(server);
}

ServerState derive_server(const Inventory& inventory, const DeriveOptions& options, TimePoint now) {
  ServerState server{.name = inventory.server, .up = inventory.vms.health.success};
  server.sources = source_states(inventory, options, now);
  server.clock_skew = inventory.clock_skew;
  server.tenant_filter_effective = inventory.tenant_filter_effective;
  server.vms = fresh(inventory.vms, options, now);
  server.tasks = fresh(inventory.tasks, options, now);
  server.schedules = fresh(inventory.schedules, options, now);
  server.policies = fresh(inventory.policies, options, now);
  server.rules = fresh(inventory.rules, options, now);
  server.nodes = fresh(inventory.nodes, options, now);
  server.destinations = fresh(inventory.destinations, options, now);
  derive_vms(server, inventory, options, now);
  if (is_known(inventory.protection, options, now)) {
    server.protection = *inventory.protection.data;
    if (is_known(inventory.vms, options, now) && options.shard.is_everything())
      server.protection_difference = difference_of(server.vm_states, *server.protection);
  }
  add_tasks(server, server_time(inventory.clock_skew, now));
  return server;
}

}  // namespace

Snapshot derive(const std::vector<Inventory>& inventories, const DeriveOptions& options, TimePoint now) {
  Snapshot snapshot{.taken_at = now, .shard = options.shard, .servers = {}};
  snapshot.servers.reserve(inventories.size());
  for (const Inventory& inventory : inventories)
    snapshot.servers.push_back(derive_server(inventory, options, now));
  return snapshot;
}

bool stands_before(const Vm& a, const Vm& b) {
  const auto key = [](const Vm& vm) { return std::tie(vm.tenant, vm.policy, vm.hypervisor, vm.name, vm.id); };
  return key(a) < key(b);
}

void sort_for_exposition(std::vector<Vm>& vms) { std::sort(vms.begin(), vms.end(), stands_before); }

}  // namespace domain
