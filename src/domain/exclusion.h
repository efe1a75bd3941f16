#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/vm.h"

namespace domain {

// VMs that the operator wants no backup of, and why. What is left out of it fits every VM; what is given must
// all fit.
struct Exclusion {
  std::string server;
  VmId vm;
  std::string name;    // as base::matches_glob
  std::string policy;  // name or guid
  std::string tenant;
  base::SharedText reason;
  std::optional<base::TimePoint> until;  // from then on the VM is no longer excluded

  bool operator==(const Exclusion&) const = default;
};

// The first that fits; null: the VM is not excluded.
const Exclusion* exclusion_of(const Vm& vm, const std::string& server,
                              const std::vector<Exclusion>& exclusions, base::TimePoint now);

}  // namespace domain
