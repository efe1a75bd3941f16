#include "report/totals.h"

#include <map>
#include <utility>

namespace report {
namespace {

using domain::ServerState;

StateCounts counts_of(const domain::TenantTotals& totals) {
  return {.by_coverage = totals.coverage,
          .unknown = totals.unknown_coverage,
          .due = totals.due_vms,
          .overdue = totals.overdue_vms};
}

// By what the metrics show, so that both say the same.
TenantPart part_of(const ServerState& server, const base::SharedText& tenant, const Outcomes& backups) {
  const domain::TenantTotals& totals = server.tenants.at(tenant);
  TenantPart part{.server = server.name, .tenant = tenant.str(), .totals = {}};
  part.totals.vms = totals.vms;
  if (server.plans) part.totals.states = counts_of(totals);
  if (server.memory.days) part.totals.backups = backups;
  part.totals.protected_bytes = totals.protected_bytes;
  part.totals.stored_bytes = totals.stored_bytes;
  return part;
}

StateCounts operator+(StateCounts a, const StateCounts& b) {
  for (std::size_t i = 0; i < domain::kCoverages; ++i) a.by_coverage.at(i) += b.by_coverage.at(i);
  a.unknown += b.unknown;
  a.due += b.due;
  a.overdue += b.overdue;
  return a;
}

Outcomes operator+(const Outcomes& a, const Outcomes& b) {
  return {.successes = a.successes + b.successes, .failures = a.failures + b.failures};
}

domain::Bytes operator+(const domain::Bytes& a, const domain::Bytes& b) { return {a.count + b.count}; }

template <class T>
void add(std::optional<T>& sum, const std::optional<T>& known) {
  if (known) sum = sum.value_or(T{}) + *known;
}

double ratio(std::uint64_t some, std::uint64_t all) {
  return static_cast<double>(some) / static_cast<double>(all);
}

}  // namespace

std::optional<double> rpo_compliance_of(const Totals& totals) {
  if (!totals.states || totals.states->due == 0) return std::nullopt;
  return 1 - ratio(totals.states->overdue, totals.states->due);
}

std::optional<double> success_ratio_of(const Totals& totals) {
  if (!totals.backups || totals.backups->successes + totals.backups->failures == 0) return std::nullopt;
  return ratio(totals.backups->successes, totals.backups->successes + totals.backups->failures);
}

std::vector<TenantPart> tenant_parts(const std::vector<VmRow>& rows, const Period& period) {
  std::vector<std::pair<const ServerState*, std::map<base::SharedText, Outcomes>>> servers;
  for (const VmRow& row : rows) {
    if (servers.empty() || servers.back().first != row.server) servers.push_back({row.server, {}});
    Outcomes& backups = servers.back().second[row.vm->tenant];
    backups = backups + outcomes_of(strip_of(*row.server, row.vm->id), period);
  }
  std::vector<TenantPart> parts;
  for (const auto& [server, tenants] : servers) {
    for (const auto& [tenant, backups] : tenants) parts.push_back(part_of(*server, tenant, backups));
  }
  return parts;
}

Totals sum_of(const std::vector<TenantPart>& parts) {
  Totals sum;
  std::uint64_t without_states = 0;
  for (const TenantPart& part : parts) {
    add(sum.vms, part.totals.vms);
    add(sum.states, part.totals.states);
    add(sum.backups, part.totals.backups);
    add(sum.protected_bytes, part.totals.protected_bytes);
    add(sum.stored_bytes, part.totals.stored_bytes);
    if (!part.totals.states) without_states += part.totals.vms.value_or(0);
  }
  if (sum.states) sum.states->unknown += without_states;
  return sum;
}

}  // namespace report
