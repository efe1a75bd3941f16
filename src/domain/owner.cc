#include "domain/owner.h"

#include <algorithm>

#include "base/text.h"

namespace domain {
namespace {

constexpr std::string_view kPrefix = "uuid_";

// A project with the separator in it would be read back as another one.
bool can_mark(std::string_view project) { return !project.empty() && project.find('_') == project.npos; }

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
  const auto exact = tenants_->find(std::string(project));
  const auto found = exact == tenants_->end() ? tenants_->find(base::to_lower(project)) : exact;
  return found == tenants_->end() ? base::SharedText() : found->second;
}

void Owners::learn() {
  tenants_.emplace();
  const auto learn_configured = [&](auto key_of) {
    for (const TenantRule& rule : rules_) {
      for (const std::string& project : rule.projects)
        tenants_->try_emplace(key_of(project), base::SharedText(rule.name));
    }
  };
  learn_configured([](const std::string& name) { return name; });
  learn_configured([](const std::string& guid) { return base::to_lower(guid); });
  const Vm* last = nullptr;  // VMs of a project mostly stand together
  for (const Vm& vm : vms_) {
    if (last != nullptr && last->project == vm.project && last->project_uuid == vm.project_uuid) continue;
    last = &vm;
    for (const base::SharedText& id : {vm.project_uuid, vm.project.guid}) {
      if (!id.empty()) tenants_->try_emplace(base::to_lower(id.view()), vm.tenant);
    }
  }
}

std::string project_of(std::string_view tenant, const std::vector<TenantRule>& rules,
                       const std::vector<Vm>& vms) {
  for (const Vm& vm : vms) {
    if (vm.tenant.view() != tenant) continue;
    for (const base::SharedText& id : {vm.project_uuid, vm.project.guid}) {
      if (can_mark(id.view())) return id.str();
    }
  }
  for (const TenantRule& rule : rules) {
    const auto project = std::find_if(rule.projects.begin(), rule.projects.end(), can_mark);
    if (rule.name == tenant && project != rule.projects.end()) return *project;
  }
  return {};
}

}  // namespace domain
