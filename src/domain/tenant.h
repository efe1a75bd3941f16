#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/shared_text.h"
#include "domain/id.h"
#include "domain/task.h"
#include "domain/vm.h"

namespace domain {

// The tenant of a VM that belongs to none.
inline constexpr std::string_view kUnassigned = "unassigned";

// A configured tenant and the projects that are its own: each a project's guid, platform uuid or name.
struct TenantRule {
  std::string name;
  std::vector<std::string> projects;

  bool operator==(const TenantRule&) const = default;
};

// By the project's guid or platform uuid, in either case, or its name, exactly.
bool is_in_project(const Vm& vm, std::string_view project);

// The configured tenant of the VM's project, else the project's name, else `unassigned`.
// Guids are compared without regard to case, names exactly.
base::SharedText tenant_of(const Vm& vm, const std::vector<TenantRule>& rules);

// The tenant of each thing that one of the tasks is about: that of the VM, else `unassigned`.
using TenantsOfEntities = std::unordered_map<VmId, base::SharedText>;
TenantsOfEntities tenants_of(const std::vector<const Task*>& tasks, const std::vector<Vm>& vms);
TenantsOfEntities tenants_of(const std::vector<Task>& tasks, const std::vector<Vm>& vms);

}  // namespace domain
