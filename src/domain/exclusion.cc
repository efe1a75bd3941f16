#include "domain/exclusion.h"

#include <algorithm>

#include "base/text.h"

namespace domain {
namespace {

bool names(const std::string& wanted, const Reference& policy) {
  return policy.name == wanted || base::equal_ignoring_case(policy.guid.view(), wanted);
}

bool fits(const Exclusion& e, const Vm& vm, const std::string& server) {
  return (e.server.empty() || e.server == server) && (e.vm.empty() || e.vm == vm.id) &&
         (e.tenant.empty() || vm.tenant == e.tenant) &&
         (e.policy.empty() || (!vm.policy.empty() && names(e.policy, vm.policy))) &&
         (e.name.empty() || base::matches_glob(vm.name, e.name));
}

}  // namespace

const Exclusion* exclusion_of(const Vm& vm, const std::string& server,
                              const std::vector<Exclusion>& exclusions, base::TimePoint now) {
  const auto found = std::find_if(exclusions.begin(), exclusions.end(), [&](const Exclusion& e) {
    return (!e.until || now < *e.until) && fits(e, vm, server);
  });
  return found == exclusions.end() ? nullptr : &*found;
}

}  // namespace domain
