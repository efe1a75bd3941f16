#include "collector/tenants.h"

#include <utility>

#include "base/log.h"

namespace collector {
namespace {

using base::ErrorKind;
using base::SharedText;

// No platform gives this id to a project: a filter that works finds nothing.
constexpr std::string_view kNoProject = "00000000-0000-0000-0000-000000000000";
// A server that ignores the filter is not asked for its whole list a second time at each poll.
constexpr std::chrono::hours kNextCheck{1};

bool looked_at_it(const base::Error& error) {
  return error.kind == ErrorKind::not_found || error.kind == ErrorKind::rejected;
}

}  // namespace

void assign_by_project(std::vector<domain::Vm>& vms, const std::vector<domain::TenantRule>& rules) {
  std::map<std::pair<domain::Reference, SharedText>, SharedText>
      known;  // thousands of VMs share few projects
  for (domain::Vm& vm : vms) {
    auto [entry, is_new] = known.try_emplace({vm.project, vm.project_uuid});
    if (is_new) entry->second = domain::tenant_of(vm, rules);
    vm.tenant = entry->second;
  }
}

TenantAssigner::TenantAssigner(vprotect::Api& api, TenantOptions options)
    : api_(api), options_(std::move(options)) {}

base::Result<base::Done> TenantAssigner::assign(std::vector<domain::Vm>& vms, base::TimePoint now) {
  if (options_.filter.empty()) {
    assign_by_project(vms, options_.rules);
    return base::Done{};
  }
  if (auto checked = check_filter(now); !checked) return checked;
  return assign_by_filter(vms);
}

base::Result<base::Done> TenantAssigner::check_filter(base::TimePoint now) {
  if (found_ignored_ && now - *found_ignored_ < kNextCheck) return base::Done{};
  const auto listing = api_.virtual_machines({.parameter = options_.filter, .project = kNoProject});
  if (!listing && !looked_at_it(listing.error())) return listing.error();
  const bool effective = !listing || listing->rows.empty();
  if (!effective) {
    base::log::warn("the server ignores the tenant filter: its VMs belong to no tenant",
                    {{"filter", options_.filter}});
  }
  effective_ = effective;
  found_ignored_ = effective ? std::nullopt : std::optional(now);
  return base::Done{};
}

base::Result<base::Done> TenantAssigner::assign_by_filter(std::vector<domain::Vm>& vms) {
  Owners owners;
  if (effective_.value_or(false)) {
    for (const domain::TenantRule& rule : options_.rules) {
      if (auto added = add_owned(rule, owners); !added) return added;
    }
  }
  const SharedText unassigned(domain::kUnassigned);
  for (domain::Vm& vm : vms) {
    const auto owner = owners.find(vm.id);
    vm.tenant = owner == owners.end() ? unassigned : owner->second;
  }
  return base::Done{};
}

// A VM that two tenants are given belongs to neither: it is shown to nobody who may not see it.
base::Result<base::Done> TenantAssigner::add_owned(const domain::TenantRule& rule, Owners& owners) {
  const SharedText name(rule.name);
  for (const std::string& project : rule.projects) {
    const auto listing = api_.virtual_machines({.parameter = options_.filter, .project = project});
    if (!listing) return listing.error();
    note_found(project, !listing->rows.empty());
    for (const domain::Vm& vm : listing->rows) {
      const auto [entry, is_new] = owners.try_emplace(vm.id, name);
      if (!is_new && !(entry->second == name)) entry->second = SharedText(domain::kUnassigned);
    }
  }
  return base::Done{};
}

// Servers know a project by its platform's id only; a name or guid there finds nothing, and says nothing.
void TenantAssigner::note_found(const std::string& project, bool found) {
  if (found) {
    empty_.erase(project);
  } else if (empty_.insert(project).second) {
    base::log::warn("the tenant filter finds no VM of a project: is it the platform's id of the project?",
                    {{"filter", options_.filter}, {"project", project}});
  }
}

}  // namespace collector
