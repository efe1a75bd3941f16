#include "exposition/samples.h"

// What belongs to the server and to no tenant: schedules, policies, nodes, destinations, its own totals.
namespace exposition {
namespace {

using domain::Destination;
using domain::Node;
using domain::Policy;
using domain::Schedule;
using domain::ServerState;

}  // namespace

std::vector<Family> site_families() {
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
  };
}

}  // namespace exposition
