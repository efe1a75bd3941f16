#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "collector/options.h"
#include "domain/vm.h"
#include "vprotect/api.h"

namespace collector {

// Sets `tenant` of every VM by the project in its record.
void assign_by_project(std::vector<domain::Vm>& vms, const std::vector<domain::TenantRule>& rules);

// Says whose each VM is: by the project in its record, or, for servers that do not put it there, by one
// filtered list per configured project. One thread.
class TenantAssigner {
 public:
  TenantAssigner(vprotect::Api& api, TenantOptions options);

  // Sets `tenant` of every VM. An error is that of a filtered list; the VMs are then not to be used.
  base::Result<base::Done> assign(std::vector<domain::Vm>& vms, base::TimePoint now);

  // Absent: no filter configured. False: the server ignores the filter, so every VM is `unassigned`.
  std::optional<bool> filter_effective() const { return effective_; }

 private:
  using Owners = std::map<domain::VmId, base::SharedText>;

  base::Result<base::Done> assign_by_filter(std::vector<domain::Vm>& vms);
  base::Result<base::Done> check_filter(base::TimePoint now);
  base::Result<base::Done> add_owned(const domain::TenantRule& rule, Owners& owners);
  void note_found(const std::string& project, bool found);

  vprotect::Api& api_;
  const TenantOptions options_;
  std::optional<bool> effective_;
  std::optional<base::TimePoint> found_ignored_;
  std::set<std::string> empty_;  // projects of which the filter found nothing: each is logged once
};

}  // namespace collector
