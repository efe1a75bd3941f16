#include "domain/tenant.h"

#include <algorithm>

#include "base/text.h"

namespace domain {
namespace {

bool names(std::string_view configured, const Vm& vm) {
  const auto is = [&](const base::SharedText& id) {
    return !id.empty() && base::equal_ignoring_case(id.view(), configured);
  };
  return is(vm.project.guid) || is(vm.project_uuid) || (!configured.empty() && vm.project.name == configured);
}

bool owns(const TenantRule& rule, const Vm& vm) {
  return std::any_of(rule.projects.begin(), rule.projects.end(),
                     [&](const std::string& p) { return names(p, vm); });
}

}  // namespace

base::SharedText tenant_of(const Vm& vm, const std::vector<TenantRule>& rules) {
  const auto rule =
      std::find_if(rules.begin(), rules.end(), [&](const TenantRule& r) { return owns(r, vm); });
  if (rule != rules.end()) return base::SharedText(rule->name);
  return vm.project.name.empty() ? base::SharedText(kUnassigned) : vm.project.name;
}

}  // namespace domain
