#include "domain/owner.h"

#include <algorithm>

#include "base/text.h"

namespace domain {
namespace {

constexpr std::string_view kPrefix = "uuid_";

}  // namespace

OwnedName split_name(std::string_view vendor_name) {
  if (!vendor_name.starts_with(kPrefix)) return {{}, vendor_name};
  const std::string_view rest = vendor_name.substr(kPrefix.size());
  const auto end = rest.find('_');
  if (end == rest.npos || end == 0 || end + 1 == rest.size()) return {{}, vendor_name};
  return {rest.substr(0, end), rest.substr(end + 1)};
}

std::string owned_name(std::string_view project, std::string_view name) {
  return std::string(kPrefix).append(project).append("_").append(name);
}

base::SharedText Owners::of(std::string_view vendor_name, const base::SharedText& tenant_id) {
  if (!tenant_id.empty()) return of_project(tenant_id.view());
  const std::string_view project = split_name(vendor_name).project;
  return project.empty() ? base::SharedText() : of_project(project);
}

base::SharedText Owners::of_project(std::string_view project) {
  if (!tenants_) learn();
  const auto found = tenants_->find(base::to_lower(project));
  return found == tenants_->end() ? base::SharedText() : found->second;
}

void Owners::learn() {
  tenants_.emplace();
  for (const TenantRule& rule : rules_) {
    for (const std::string& project : rule.projects)
      tenants_->try_emplace(base::to_lower(project), base::SharedText(rule.name));
  }
  const Reference* last = nullptr;  // VMs of a project mostly stand together
  for (const Vm& vm : vms_) {
    if (last != nullptr && *last == vm.project) continue;
    last = &vm.project;
    for (const base::SharedText& id : {vm.project_uuid, vm.project.guid}) {
      if (!id.empty()) tenants_->try_emplace(base::to_lower(id.view()), vm.tenant);
    }
  }
}

std::string project_of(std::string_view tenant, const std::vector<TenantRule>& rules,
                       const std::vector<Vm>& vms) {
  const auto is_its = [&](const Vm& vm) { return vm.tenant.view() == tenant && !vm.project.empty(); };
  const auto vm = std::find_if(vms.begin(), vms.end(), is_its);
  if (vm != vms.end() && !vm->project_uuid.empty()) return vm->project_uuid.str();
  if (vm != vms.end() && !vm->project.guid.empty()) return vm->project.guid.str();
  const auto rule =
      std::find_if(rules.begin(), rules.end(), [&](const TenantRule& r) { return r.name == tenant; });
  return rule == rules.end() || rule->projects.empty() ? std::string() : rule->projects.front();
}

}  // namespace domain
