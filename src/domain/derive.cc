#include <algorithm>
#include <memory>
#include <tuple>
#include <unordered_map>

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

// The source's data while it is fresh, else an empty value.
template <class T>
base::Shared<T> fresh(const Source<T>& source, const DeriveOptions& options, TimePoint now) {
  if (!source.data || is_stale(source, options, now)) return std::make_shared<const T>();
  return source.data;
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

Protection protection_of(const Vm& vm) {
  if (!vm.up_to_date) return Protection::no_schedule;
  return *vm.up_to_date ? Protection::is_protected : Protection::not_protected;
}

// What is known of a server's backups besides the VM's own record.
struct History {
  const BackupSummaries* summaries = nullptr;  // null: unknown, or too old to be used
  TimePoint read_at;

  const BackupSummary& of(const Vm& vm) const {
    static const BackupSummary kNone;
    const auto known = summaries->find(vm.id);
    return known == summaries->end() ? kNone : known->second;
  }
};

// The API does not say whether lastBackup moves with a failed attempt, so the history decides. Where it knows
// of no success, lastBackup is one that the server no longer lists, if it is older than every attempt that it
// does list, and so old that the history cannot have missed it.
std::optional<TimePoint> success_before(const Vm& vm, const BackupSummary& history, TimePoint read_at) {
  constexpr std::chrono::hours kSettled{1};
  constexpr std::chrono::minutes kSameAttempt{1};
  if (!vm.last_backup || *vm.last_backup > read_at - kSettled) return std::nullopt;
  if (history.first_attempt && *vm.last_backup > *history.first_attempt - kSameAttempt) return std::nullopt;
  return vm.last_backup;
}

std::optional<TimePoint> last_success_of(const Vm& vm, const History& history) {
  if (history.summaries == nullptr) return vm.last_backup;
  const BackupSummary& known = history.of(vm);
  return known.last_success ? known.last_success->at : success_before(vm, known, history.read_at);
}

// 3.9 lists a size of 0 for a VM that has no backup.
std::optional<Bytes> known_size(const std::optional<Bytes>& size) {
  return size && size->count > 0 ? size : std::nullopt;
}

void add_history(VmState& state, const BackupSummary& history) {
  if (history.last_full) state.last_full = history.last_full->at;
  if (!state.last_size && history.last_success) state.last_size = known_size(history.last_success->size);
  if (!state.last_full_size && history.last_full) state.last_full_size = known_size(history.last_full->size);
  if (history.last_attempt) {
    state.last_attempt = history.last_attempt->at;
    state.last_attempt_success = is_success(history.last_attempt->status);
  }
  if (history.last_success) state.last_duration = history.last_success->duration;
  state.consecutive_failures = history.consecutive_failures;
}

VmState state_of(const Vm& vm, const History& history, TimePoint now) {
  VmState state{.protection = protection_of(vm), .last_success = last_success_of(vm, history)};
  state.last_size = known_size(vm.last_size);
  state.last_full_size = known_size(vm.last_full_size);
  if (state.last_success) state.age = std::max(now - *state.last_success, milliseconds{});
  if (history.summaries != nullptr) add_history(state, history.of(vm));
  return state;
}

std::vector<VmState> vm_states(const std::vector<Vm>& vms, const History& history, TimePoint now) {
  std::vector<VmState> states;
  states.reserve(vms.size());
  for (const Vm& vm : vms) states.push_back(state_of(vm, history, now));
  return states;
}

void add_sizes(ServerState& server) {
  for (std::size_t i = 0; i < server.vms->size(); ++i) {
    TenantTotals& totals = server.tenants[(*server.vms)[i].tenant];
    ++totals.vms;
    const VmState& state = server.vm_states[i];
    const auto& size = state.last_full_size ? state.last_full_size : state.last_size;
    if (size) totals.protected_bytes = Bytes{totals.protected_bytes.value_or(Bytes{}).count + size->count};
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
  static const base::SharedText kNone{kUnassigned};
  std::unordered_map<VmId, base::SharedText> tenants;
  for (const Vm& vm : *server.vms) tenants.emplace(vm.id, vm.tenant);
  for (const Task& task : *server.tasks) {
    const auto known = tenants.find(task.entity);
    const base::SharedText& tenant = known == tenants.end() ? kNone : known->second;
    ++server.task_counts[{tenant, task.type, task.state}];
    if (const auto waiting = queued_for(task, now)) {
      auto& oldest = server.tenants[tenant].oldest_queued_task;
      oldest = std::max(oldest.value_or(milliseconds{}), *waiting);
    }
  }
}

// Now by the clock that wrote the server's times. The Date header has whole seconds, and travels: less is
// noise.
TimePoint server_now(const Inventory& inventory, TimePoint now) {
  constexpr std::chrono::seconds kNoise{2};
  const milliseconds skew = inventory.clock_skew.value_or(milliseconds{});
  return std::chrono::abs(skew) > kNoise ? now + skew : now;
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
  History history;
  if (inventory.backups.data && !is_stale(inventory.backups, options, now)) {
    history = {.summaries = inventory.backups.data.get(),
               .read_at = server_now(inventory, *inventory.backups.health.last_success)};
  }
  server.vm_states = vm_states(*server.vms, history, server_now(inventory, now));
  if (inventory.protection.data && !is_stale(inventory.protection, options, now)) {
    server.protection = *inventory.protection.data;
  }
  add_sizes(server);
  add_tasks(server, server_now(inventory, now));
  return server;
}

}  // namespace

Snapshot derive(const std::vector<Inventory>& inventories, const DeriveOptions& options, TimePoint now) {
  Snapshot snapshot{.taken_at = now, .servers = {}};
  snapshot.servers.reserve(inventories.size());
  for (const Inventory& inventory : inventories)
    snapshot.servers.push_back(derive_server(inventory, options, now));
  return snapshot;
}

void sort_for_exposition(std::vector<Vm>& vms) {
  const auto key = [](const Vm& vm) { return std::tie(vm.tenant, vm.policy, vm.hypervisor, vm.name, vm.id); };
  std::sort(vms.begin(), vms.end(), [&](const Vm& a, const Vm& b) { return key(a) < key(b); });
}

}  // namespace domain
