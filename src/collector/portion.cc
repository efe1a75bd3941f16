#include "collector/portion.h"

#include <algorithm>
#include <iterator>

#include "domain/tenant.h"

namespace collector {
namespace {

using domain::Vm;
using domain::VmId;
using Vms = std::vector<Vm>;

std::vector<VmId> ids_of(Vms::const_iterator begin, Vms::const_iterator end) {
  std::vector<VmId> ids(static_cast<std::size_t>(end - begin));
  std::transform(begin, end, ids.begin(), [](const Vm& vm) { return vm.id; });
  std::sort(ids.begin(), ids.end());
  return ids;
}

// Of two ordered lists.
bool have_common(const std::vector<VmId>& a, const std::vector<VmId>& b) {
  auto at = b.begin();
  return std::any_of(a.begin(), a.end(), [&](const VmId& id) {
    at = std::find_if_not(at, b.end(), [&](const VmId& other) { return other < id; });
    return at != b.end() && *at == id;
  });
}

bool contains(const std::vector<VmId>& ids, const VmId& id) {
  return std::binary_search(ids.begin(), ids.end(), id);
}

}  // namespace

Portion::Portion(const domain::Shard& shard, std::string_view server)
    : is_everything_(shard.is_everything()),
      has_unassigned_(domain::owns(shard, server, domain::kUnassigned)) {}

Portion::Portion(const domain::Shard& shard, std::string_view server, Vms& vms, const Portion* before)
    : Portion(shard, server) {
  if (is_everything_) return;
  const auto first_other = std::partition(
      vms.begin(), vms.end(), [&](const Vm& vm) { return domain::owns(shard, server, vm.tenant.view()); });
  ours_ = ids_of(vms.begin(), first_other);
  others_ = ids_of(first_other, vms.end());
  vms.erase(first_other, vms.end());
  vms.shrink_to_fit();
  if (before == nullptr) return;
  arrivals_ = before->arrivals_ + (have_common(ours_, before->others_) ? 1 : 0);
  departures_ = before->departures_ + (have_common(others_, before->ours_) ? 1 : 0);
}

bool Portion::has(const VmId& vm) const { return is_everything_ || contains(ours_, vm); }

bool Portion::is_of_other(const VmId& vm) const { return contains(others_, vm); }

bool Portion::has(const domain::Task& task) const {
  return has(task.entity) || (has_unassigned_ && !is_of_other(task.entity));
}

}  // namespace collector
