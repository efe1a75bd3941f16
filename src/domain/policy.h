#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/shared_text.h"
#include "domain/id.h"
#include "domain/reference.h"

namespace domain {

struct Policy {
  PolicyId id;
  std::string name;
  std::optional<bool> active;
  std::optional<std::uint64_t> vm_count;
  std::vector<Reference> rules;
  std::vector<Reference> destinations;
  base::SharedText tenant_id;  // tenantId, where the server shows it

  bool operator==(const Policy&) const = default;
};

// Ties schedules to a policy and says where its backups go. One that is marked for deletion is not active.
struct Rule {
  RuleId id;
  std::string name;
  Reference policy;
  std::optional<bool> active;
  std::vector<Reference> schedules;
  std::vector<Reference> destinations;  // the primary one first

  bool operator==(const Rule&) const = default;
};

}  // namespace domain
