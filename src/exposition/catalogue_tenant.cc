#include <array>
#include <map>

#include "exposition/samples.h"

// Sums over a tenant's VMs and tasks.
namespace exposition {
namespace {

using domain::Protection;
using domain::TenantTotals;

using Counts = std::array<std::uint64_t, 3>;  // by Protection

std::map<base::SharedText, Counts> protection_counts(const ServerView& server) {
  std::map<base::SharedText, Counts> counts;
  for (const TenantRange& range : server.vms) {
    Counts& of_tenant = counts[range.tenant];
    for (std::size_t i = range.first; i < range.last; ++i) {
      ++of_tenant[static_cast<std::size_t>(server.state.vm_states[i].protection)];
    }
  }
  return counts;
}

void write_protection_counts(const View& view, FamilyWriter& out) {
  for (const ServerView& server : view.servers) {
    for (const auto& [tenant, counts] : protection_counts(server)) {
      const auto add = [&, name = tenant.view(), &of_tenant = counts](std::string_view status,
                                                                      Protection protection) {
        out.sample_once(server.text.server(), {name, status},
                        number(of_tenant[static_cast<std::size_t>(protection)]));
      };
      add("protected", Protection::is_protected);
      add("not_protected", Protection::not_protected);
      add("no_schedule", Protection::no_schedule);
    }
  }
}

void write_task_counts(const View& view, FamilyWriter& out) {
  for (const ServerView& server : view.servers) {
    for (const auto& [group, count] : server.state.task_counts) {
      if (!view.shows(group.tenant.view())) continue;
      out.sample_once(server.text.server(), {group.tenant.view(), group.type.view(), group.state.view()},
                      number(count));
    }
  }
}

}  // namespace

std::vector<Family> tenant_families() {
  return {
      {{"vprotect_tenant_protected_bytes",
        "Sum over the tenant's VMs of the size of the last successful full backup, or of the last one of any "
        "type where no full size is known. Absent when no VM's size is known.",
        Type::gauge,
        {"server", "tenant"}},
       Scope::tenant,
       tenant_value([](const TenantTotals& totals) { return number(totals.protected_bytes); })},
      {{"vprotect_tenant_protection_vms",
        "The tenant's listed VMs by the server's own judgement (backupUpToDate): protected (true), "
        "not_protected (false), no_schedule (not said). 0 is exposed for each status of a tenant that has "
        "VMs; absent for a tenant without.",
        Type::gauge,
        {"server", "tenant", "status"}},
       Scope::tenant,
       write_protection_counts},
      {{"vprotect_tasks",
        "Tasks that the server lists now (GET /tasks), by the tenant of their VM (unassigned for other "
        "tasks) and in the server's words for type and state. Absent where it lists none.",
        Type::gauge,
        {"server", "tenant", "task_type", "state"}},
       Scope::tenant,
       write_task_counts},
      {{"vprotect_task_oldest_queued_seconds",
        "How long the tenant's oldest task in state QUEUED has been waiting since it was allowed to start "
        "(windowStart), by the server's clock. Absent when no task is waiting.",
        Type::gauge,
        {"server", "tenant"}},
       Scope::tenant,
       tenant_value([](const TenantTotals& totals) { return number(totals.oldest_queued_task); })},
  };
}

}  // namespace exposition
