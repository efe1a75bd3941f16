#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/snapshot.h"
#include "report/results.h"
#include "report/rows.h"

namespace report {

// VMs by state, as vprotect_tenant_vms has them.
struct StateCounts {
  std::array<std::uint64_t, domain::kCoverages> by_coverage{};
  std::uint64_t unknown = 0;
  std::uint64_t due = 0;      // VMs that have a due time,
  std::uint64_t overdue = 0;  // and those of them that are past it

  bool operator==(const StateCounts&) const = default;
};

// What is not known is absent. A sum is over what is known of it.
struct Totals {
  std::optional<std::uint64_t> vms;
  std::optional<StateCounts> states;
  std::optional<Outcomes> backups;  // that ended within the period
  std::optional<domain::Bytes> protected_bytes;
  std::optional<domain::Bytes> stored_bytes;

  bool operator==(const Totals&) const = default;
};

std::optional<double> rpo_compliance_of(const Totals& totals);  // absent when none is due
std::optional<double> success_ratio_of(const Totals& totals);   // absent when none ended

// Of one tenant at one server.
struct TenantPart {
  std::string server;
  std::string tenant;
  Totals totals;

  bool operator==(const TenantPart&) const = default;
};

// Of every tenant that has VMs among the rows.
std::vector<TenantPart> tenant_parts(const std::vector<VmRow>& rows, const Period& period);
// VMs of which no state can be told count as `unknown`, beside others of which it can.
Totals sum_of(const std::vector<TenantPart>& parts);

}  // namespace report
