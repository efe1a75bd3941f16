#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/shared_text.h"
#include "domain/tenant.h"
#include "domain/vm.h"

// Whose a policy or schedule is. Servers want the names of all of them to be different, and keep a tenant's
// id for us until 4.x; later ones do not show it. So a tenant's things are named "uuid_<project>_<name>", as
// the vendor's own builds for OpenStack do and its UI knows (API page, 2.1).
namespace domain {

struct OwnedName {
  std::string_view project;  // empty: it is nobody's
  std::string_view name;
};

OwnedName split_name(std::string_view vendor_name);
std::string owned_name(std::string_view project, std::string_view name);

// The tenants of projects: those of the configuration, then those of the VMs that are in them.
class Owners {
 public:
  // Both outlive it.
  Owners(const std::vector<TenantRule>& rules, const std::vector<Vm>& vms) : rules_(rules), vms_(vms) {}

  // Of a policy or schedule of this name, or with this tenant id; empty: it is the site's.
  base::SharedText of(std::string_view vendor_name, const base::SharedText& tenant_id);
  // By its guid or platform id, in either case, or its name.
  base::SharedText of_project(std::string_view project);

 private:
  void learn();

  const std::vector<TenantRule>& rules_;
  const std::vector<Vm>& vms_;
  // By project: names as they are, ids in lower case.
  std::optional<std::unordered_map<std::string, base::SharedText>> tenants_;
};

// What a tenant's things are marked with: the platform's id of a project of its VMs, else the project's guid,
// else the first project that the configuration gives it; nothing with '_' in it, where the mark ends. Empty:
// nothing is known that would do.
std::string project_of(std::string_view tenant, const std::vector<TenantRule>& rules,
                       const std::vector<Vm>& vms);

}  // namespace domain
