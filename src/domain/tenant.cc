#include "domain/tenant.h"

#include <algorithm>

#include "base/text.h"

namespace domain {
namespace {

bool owns(const TenantRule& rule, const Vm& vm) {
  return std::any_of(rule.projects.begin(), rule.projects.end(),
                     [&](const std::string& p) { return is_in_project(vm, p); });
}

}  // namespace

bool is_in_project(const Vm& vm, std::string_view project) {
  const auto is = [&](const base::SharedText& id) {
    return !id.empty() && base::equal_ignoring_case(id.view(), project);
  };
  return is(vm.project.guid) || is(vm.project_uuid) || (!project.empty() && vm.project.name == project);
}

base::SharedText tenant_of(const Vm& vm, const std::vector<TenantRule>& rules) {
  const auto rule =
      std::find_if(rules.begin(), rules.end(), [&](const TenantRule& r) { return owns(r, vm); });
  if (rule != rules.end()) return base::SharedText(rule->name);
  return vm.project.name.empty() ? base::SharedText(kUnassigned) : vm.project.name;
}

TenantsOfEntities tenants_of(const std::vector<const Task*>& tasks, const std::vector<Vm>& vms) {
  static const base::SharedText kNone{kUnassigned};
  TenantsOfEntities tenants;
  for (const Task* task : tasks) tenants.try_emplace(task->entity, kNone);
  for (const Vm& vm : vms) {
    if (const auto wanted = tenants.find(vm.id); wanted != tenants.end()) wanted->second = vm.tenant;
  }
  return tenants;
}

TenantsOfEntities tenants_of(const std::vector<Task>& tasks, const std::vector<Vm>& vms) {
  std::vector<const Task*> all;
  all.reserve(tasks.size());
  for (const Task& task : tasks) all.push_back(&task);
  return tenants_of(all, vms);
}

}  // namespace domain
