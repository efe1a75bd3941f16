#include <array>
#include <map>
#include <optional>

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

void add_coverage(const TenantTotals& totals, const auto& add) {
  for (std::size_t state = 0; state < domain::kCoverages; ++state)
    add(name_of(static_cast<domain::Coverage>(state)), number(totals.coverage.at(state)));
  add("unknown", number(totals.unknown_coverage));
}

// Without policies and schedules there is nothing to count, and 0 overdue VMs would be a lie.
void write_coverage_counts(const View& view, FamilyWriter& out) {
  for (const ServerView& server : view.servers) {
    if (!server.state.plans) continue;
    for (const auto& [tenant, totals] : server.state.tenants) {
      if (totals.vms == 0 || !view.scope.shows(tenant.view())) continue;
      add_coverage(totals, [&, name = tenant.view()](std::string_view state, double count) {
        out.sample_once(server.text.server(), {name, state}, count);
      });
    }
  }
}

std::optional<double> compliance_of(const TenantTotals& totals) {
  if (totals.due_vms == 0) return std::nullopt;
  return 1 - number(totals.overdue_vms) / number(totals.due_vms);
}

// f(TaskCounter) -> value. Labels: server, tenant, task_type.
template <class F>
auto task_counter(F f) {
  return [f](const View& view, FamilyWriter& out) {
    for (const ServerView& server : view.servers) {
      if (!server.state.memory.tasks) continue;
      for (const auto& [group, counter] : *server.state.memory.tasks) {
        if (!view.scope.shows(group.tenant.view())) continue;
        out.sample_once(server.text.server(), {group.tenant.view(), group.type.view()}, f(counter),
                        counter.created);
      }
    }
  };
}

void write_task_counts(const View& view, FamilyWriter& out) {
  for (const ServerView& server : view.servers) {
    for (const auto& [group, count] : server.state.task_counts) {
      if (!view.scope.shows(group.tenant.view())) continue;
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
      {{"vprotect_tenant_stored_bytes",
        "Sum over the tenant's listed VMs of the sizes of the backups in the history that is held "
        "(collection.history) which are still there: SUCCESS or PARTIAL_SUCCESS, not SUCCESS_REMOVED. Absent "
        "while the history is not known.",
        Type::gauge,
        {"server", "tenant"}},
       Scope::tenant,
       tenant_value([](const TenantTotals& totals) { return number(totals.stored_bytes); })},
      {{"vprotect_tenant_protection_vms",
        "The tenant's listed VMs by the server's own judgement (backupUpToDate): protected (true), "
        "not_protected (false), no_schedule (not said). 0 is exposed for each status of a tenant that has "
        "VMs; absent for a tenant without.",
        Type::gauge,
        {"server", "tenant", "status"}},
       Scope::tenant,
       write_protection_counts},
      {{"vprotect_tenant_vms",
        "The tenant's listed VMs by our judgement (vprotect_vm_coverage); unknown are those of which it "
        "cannot be told. 0 is exposed for each state of a tenant that has VMs; absent while the server's "
        "policies and schedules are not known.",
        Type::gauge,
        {"server", "tenant", "state"}},
       Scope::tenant,
       write_coverage_counts},
      {{"vprotect_tenant_rpo_compliance_ratio",
        "Of the tenant's VMs that have a due time (vprotect_vm_backup_due_timestamp_seconds), the share "
        "that is not past it. Absent when no VM has one.",
        Type::gauge,
        {"server", "tenant"}},
       Scope::tenant,
       tenant_value(compliance_of)},
  };
}

std::vector<Family> task_families() {
  return {
      {{"vprotect_tasks_finished_total",
        "Tasks that ended as FINISHED, FAILED or CANCELLED, each counted once, also across restarts and "
        "when the server's list is wiped, by the tenant of their VM (unassigned for other tasks); the first "
        "start counts those that are listed. Absent where none ended, and while the ledger cannot be read.",
        Type::counter,
        {"server", "tenant", "task_type"}},
       Scope::tenant,
       task_counter([](const domain::TaskCounter& counter) { return number(counter.finished); })},
      {{"vprotect_task_failures_total",
        "Those tasks of vprotect_tasks_finished_total that ended as FAILED. 0 is exposed where tasks ended "
        "and none failed.",
        Type::counter,
        {"server", "tenant", "task_type"}},
       Scope::tenant,
       task_counter([](const domain::TaskCounter& counter) { return number(counter.failures); })},
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
