#include <string>

#include "exposition/samples.h"

// What belongs to the server and to no tenant: schedules, policies, nodes, destinations, its own totals.
namespace exposition {
namespace {

using domain::Destination;
using domain::Node;
using domain::Policy;
using domain::Schedule;
using domain::ServerState;

// f(ScheduleState) -> value. Labels: server, schedule, guid.
template <class F>
auto schedule_state_value(F f) {
  return server_values([f](const ServerState& server, const auto& add) {
    for (std::size_t i = 0; i < server.schedule_states.size(); ++i) {
      const Schedule& schedule = (*server.schedules)[i];
      add({schedule.name, schedule.id.text()}, f(server.schedule_states[i]));
    }
  });
}

void add_next_runs(const ServerState& server, const auto& add) {
  for (std::size_t i = 0; i < server.policy_states.size(); ++i) {
    const Policy& policy = (*server.policies)[i];
    const std::string guid = policy.id.text();
    add({policy.name, guid, "full"}, number(server.policy_states[i].next_full));
    add({policy.name, guid, "incremental"}, number(server.policy_states[i].next_other));
  }
}

void add_differences(const ServerState& server, const auto& add) {
  if (!server.protection_difference) return;
  add({"protected"}, number(server.protection_difference->is_protected));
  add({"not_protected"}, number(server.protection_difference->not_protected));
  add({"no_schedule"}, number(server.protection_difference->no_schedule));
}

}  // namespace

std::vector<Family> plan_families() {
  return {
      {{"vprotect_schedule_active",
        "Whether the schedule is active (active): 1 or 0. Absent when the server does not say.",
        Type::gauge,
        {"server", "schedule", "guid"}},
       Scope::site,
       item_value(&ServerState::schedules, [](const Schedule& s) { return number(s.active); })},
      {{"vprotect_schedule_last_run_timestamp_seconds",
        "When the schedule last ran (lastRun). Absent when it never ran.",
        Type::gauge,
        {"server", "schedule", "guid"}},
       Scope::site,
       item_value(&ServerState::schedules, [](const Schedule& s) { return number(s.last_run); })},
      {{"vprotect_schedule_next_run_timestamp_seconds",
        "When the schedule will run next, computed from its calendar at the snapshot. Absent for an "
        "inactive schedule, and when its calendar holds no run or is not understood.",
        Type::gauge,
        {"server", "schedule", "guid"}},
       Scope::site,
       schedule_state_value([](const domain::ScheduleState& state) { return number(state.next_run); })},
      {{"vprotect_schedule_calendar_known",
        "Whether the schedule's calendar is understood and holds runs: 1, or 0 when it can never run or "
        "nothing may be concluded from it (no hour, a frequency below a minute, the name of a day that is "
        "none). Nothing is overdue, nor covered, by a schedule of which this is 0.",
        Type::gauge,
        {"server", "schedule", "guid"}},
       Scope::site,
       schedule_state_value([](const domain::ScheduleState& state) { return number(state.calendar_known); })},
      {{"vprotect_schedule_policies",
        "Active VM backup policies that have the schedule on an active rule; with none it has nothing to "
        "back "
        "up. Absent while policies or rules are not known.",
        Type::gauge,
        {"server", "schedule", "guid"}},
       Scope::site,
       schedule_state_value([](const domain::ScheduleState& state) { return number(state.policies); })},
      {{"vprotect_policy_next_run_timestamp_seconds",
        "When a schedule of the policy will run next, those of backup type FULL (full) and the others "
        "(incremental) apart. Absent when none will.",
        Type::gauge,
        {"server", "policy", "guid", "backup_type"}},
       Scope::site,
       server_values([](const ServerState& server, const auto& add) { add_next_runs(server, add); })},
      {{"vprotect_policy_active",
        "Whether the VM backup policy is active (active): 1 or 0. Absent when the server does not say.",
        Type::gauge,
        {"server", "policy", "guid"}},
       Scope::site,
       item_value(&ServerState::policies, [](const Policy& p) { return number(p.active); })},
      {{"vprotect_policy_vms",
        "VMs that are assigned to the VM backup policy (vmCount). Absent when the server does not say.",
        Type::gauge,
        {"server", "policy", "guid"}},
       Scope::site,
       item_value(&ServerState::policies, [](const Policy& p) { return number(p.vm_count); })},
  };
}

std::vector<Family> infrastructure_families() {
  return {
      {{"vprotect_node_info",
        "Always 1; what the server lists about the node, for joins: version and state in the server's words. "
        "Absent when the node is no longer listed.",
        Type::info,
        {"server", "node", "guid", "version", "state"}},
       Scope::site,
       item_values(&ServerState::nodes,
                   [](const Node& node, const auto& add) {
                     add({node.name, node.id.text(), node.version, node.state.view()}, 1);
                   })},
      {{"vprotect_node_last_seen_timestamp_seconds",
        "When the node last reported to the server, by the server's clock (lastSeen). Absent when it never "
        "did.",
        Type::gauge,
        {"server", "node", "guid"}},
       Scope::site,
       item_value(&ServerState::nodes, [](const Node& node) { return number(node.last_seen); })},
      {{"vprotect_node_staging_used_bytes",
        "Used space of the node's staging area at its last report (stagingSpace.usedSpace). Absent until the "
        "node reports it.",
        Type::gauge,
        {"server", "node", "guid"}},
       Scope::site,
       item_value(&ServerState::nodes, [](const Node& node) { return number(node.staging_used); })},
      {{"vprotect_node_staging_total_bytes",
        "Size of the node's staging area at its last report (stagingSpace.totalSpace). Absent until the node "
        "reports it.",
        Type::gauge,
        {"server", "node", "guid"}},
       Scope::site,
       item_value(&ServerState::nodes, [](const Node& node) { return number(node.staging_total); })},
      {{"vprotect_backup_destination_info",
        "Always 1; the type of the backup destination in the server's words, for joins. Absent when the "
        "destination is no longer listed.",
        Type::info,
        {"server", "destination", "guid", "type"}},
       Scope::site,
       item_values(&ServerState::destinations,
                   [](const Destination& destination, const auto& add) {
                     add({destination.name, destination.id.text(), destination.type.view()}, 1);
                   })},
      {{"vprotect_backup_destination_used_bytes",
        "Space that backups use on the destination (totalUsedSpace); the server renews it only with a backup "
        "or a clean-up job. Absent when the server does not say.",
        Type::gauge,
        {"server", "destination", "guid"}},
       Scope::site,
       item_value(&ServerState::destinations, [](const Destination& d) { return number(d.used); })},
      {{"vprotect_backup_destination_capacity_bytes",
        "Capacity of the destination (totalAvailableSpace, which the server fills with the capacity, not "
        "with "
        "what is free); renewed only with a backup or a clean-up job. Absent when the server does not say.",
        Type::gauge,
        {"server", "destination", "guid"}},
       Scope::site,
       item_value(&ServerState::destinations, [](const Destination& d) { return number(d.capacity); })},
      {{"vprotect_dashboard_vms",
        "The server's own count of its VMs by protection (vm of GET /dashboard/protection: protectedNo, "
        "notProtected, noSchedule), to check the list of VMs against. Absent when the server does not say.",
        Type::gauge,
        {"server", "status"}},
       Scope::site,
       server_values([](const ServerState& server, const auto& add) {
         if (!server.protection) return;
         add({"protected"}, number(server.protection->is_protected));
         add({"not_protected"}, number(server.protection->not_protected));
         add({"no_schedule"}, number(server.protection->no_schedule));
       })},
      {{"vprotect_dashboard_difference_vms",
        "The listed VMs of each protection (vprotect_vm_protection_status) minus the server's own count of "
        "them (vprotect_dashboard_vms): other than 0 for longer than a poll, one of the two is wrong. Absent "
        "while one of them is not known, and in a shard (--shard), which lists a part of the VMs.",
        Type::gauge,
        {"server", "status"}},
       Scope::site,
       server_values([](const ServerState& server, const auto& add) { add_differences(server, add); })},
  };
}

}  // namespace exposition
