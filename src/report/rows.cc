#include "report/rows.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "domain/owner.h"
#include "domain/tenant.h"
#include "domain/ties.h"
#include "report/sources.h"

namespace report {
namespace {

using domain::Scope;
using domain::ServerState;
using domain::Snapshot;

std::string shown(const std::string& vendor_name) {
  return std::string(domain::split_name(vendor_name).name);
}

bool owns(const Scope& scope, const base::SharedText& owner) {
  return !owner.empty() && scope.shows(owner.view());
}

// How many VMs that the scope shows have each policy, by its place in the list.
std::map<std::size_t, std::uint64_t> policies_in_use(const ServerState& server, const Scope& scope) {
  std::map<base::SharedText, std::uint64_t> by_guid;
  for (const domain::Vm& vm : *server.vms) {
    if (!vm.policy.empty() && scope.shows(vm.tenant.view())) ++by_guid[vm.policy.guid];
  }
  std::map<std::size_t, std::uint64_t> used;
  for (std::size_t i = 0; i < server.policies->size(); ++i) {
    const auto vms = by_guid.find(base::SharedText((*server.policies)[i].id.text()));
    if (vms != by_guid.end()) used[i] = vms->second;
    const bool is_owned = scope.is_everything() || owns(scope, server.policy_states[i].owner);
    if (vms == by_guid.end() && is_owned) used[i] = 0;
  }
  return used;
}

// Which schedules each policy has, both by their places in their lists.
using Schedules = std::map<std::size_t, std::set<std::size_t>>;

Schedules schedules_of_policies(const ServerState& server) {
  const domain::Ties ties = domain::ties_between(*server.policies, *server.rules, *server.schedules);
  Schedules schedules;
  for (std::size_t policy = 0; policy < ties.policies.size(); ++policy) {
    for (const std::size_t rule : ties.policies[policy].rules)
      schedules[policy].insert(ties.rules[rule].schedules.begin(), ties.rules[rule].schedules.end());
  }
  return schedules;
}

std::vector<std::string> names_of(const ServerState& server, const std::set<std::size_t>& schedules) {
  std::vector<std::string> names;
  for (const std::size_t at : schedules) {
    if (at < server.schedules->size()) names.push_back(shown((*server.schedules)[at].name));
  }
  return names;
}

void add_policies(std::vector<PolicyRow>& rows, const ServerState& server, const Scope& scope) {
  Schedules schedules = schedules_of_policies(server);
  for (const auto& [at, vms] : policies_in_use(server, scope)) {
    rows.push_back({.server = &server,
                    .policy = &(*server.policies)[at],
                    .state = &server.policy_states[at],
                    .vms = vms_known(server) ? std::optional(vms) : std::nullopt,
                    .schedules = names_of(server, schedules[at])});
  }
}

void add_schedules(std::vector<ScheduleRow>& rows, const ServerState& server, const Scope& scope) {
  std::map<std::size_t, std::vector<std::string>> policies;
  const Schedules schedules = schedules_of_policies(server);
  for (const auto& [policy, vms] : policies_in_use(server, scope)) {
    const auto found = schedules.find(policy);
    if (found == schedules.end()) continue;
    for (const std::size_t at : found->second) policies[at].push_back(shown((*server.policies)[policy].name));
  }
  for (std::size_t at = 0; at < server.schedules->size(); ++at) {
    const bool is_owned = scope.is_everything() || owns(scope, server.schedule_states[at].owner);
    if (!policies.contains(at) && !is_owned) continue;
    rows.push_back({.server = &server,
                    .schedule = &(*server.schedules)[at],
                    .state = &server.schedule_states[at],
                    .policies = policies[at]});
  }
}

void add_tasks(std::vector<TaskRow>& rows, const ServerState& server, const Scope& scope) {
  const auto tenants = domain::tenants_of(*server.tasks, *server.vms);
  for (const domain::Task& task : *server.tasks) {
    const base::SharedText& tenant = tenants.at(task.entity);
    if (scope.shows(tenant.view())) rows.push_back({&server, &task, tenant});
  }
}

bool is_shown(const domain::Sighting& sighting, const Scope& scope) {
  return scope.is_everything() || (sighting.last && scope.shows(sighting.last->tenant.view()));
}

Vanished vanished(const ServerState& server, const domain::VmId& vm, const domain::Sighting& sighting) {
  Vanished gone{.server = server.name,
                .guid = vm.text(),
                .first_seen = sighting.first_seen,
                .gone_since = *sighting.gone_since};
  if (sighting.last) {
    gone.tenant = sighting.last->tenant.str();
    gone.name = sighting.last->name;
    gone.policy = sighting.last->policy.str();
  }
  return gone;
}

}  // namespace

std::vector<VmRow> vm_rows(const Scope& scope, View& view) {
  std::vector<VmRow> rows;
  for (const ServerState& server : view.snapshot().servers) {
    for (std::size_t i = 0; i < server.vms->size(); ++i) {
      const domain::Vm& vm = (*server.vms)[i];
      if (scope.shows(vm.tenant.view())) rows.push_back({&server, &vm, &server.vm_states[i], &view});
    }
  }
  return rows;
}

std::vector<Vanished> vanished_from(const ServerState& server, const Scope& scope, const Period& period) {
  std::vector<Vanished> result;
  if (!server.memory.sightings) return result;
  for (const auto& [vm, sighting] : *server.memory.sightings) {
    if (sighting.gone_since && period.holds(*sighting.gone_since) && is_shown(sighting, scope))
      result.push_back(vanished(server, vm, sighting));
  }
  std::sort(result.begin(), result.end(), [](const Vanished& a, const Vanished& b) {
    return std::tie(a.gone_since, a.guid) < std::tie(b.gone_since, b.guid);
  });
  return result;
}

std::vector<TaskRow> task_rows(const Snapshot& snapshot, const Scope& scope) {
  std::vector<TaskRow> rows;
  for (const ServerState& server : snapshot.servers) add_tasks(rows, server, scope);
  return rows;
}

std::vector<PolicyRow> policy_rows(const Snapshot& snapshot, const Scope& scope) {
  std::vector<PolicyRow> rows;
  for (const ServerState& server : snapshot.servers) add_policies(rows, server, scope);
  return rows;
}

std::vector<ScheduleRow> schedule_rows(const Snapshot& snapshot, const Scope& scope) {
  std::vector<ScheduleRow> rows;
  for (const ServerState& server : snapshot.servers) add_schedules(rows, server, scope);
  return rows;
}

}  // namespace report
