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
std::vector<VmId> common(const std::vector<VmId>& a, const std::vector<VmId>& b) {
  std::vector<VmId> ids;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(ids));
  return ids;
}

std::vector<VmId> first_alone(const std::vector<VmId>& first, const std::vector<VmId>& second) {
  std::vector<VmId> ids;
  std::set_difference(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(ids));
  return ids;
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
  if (before != nullptr) follow(*before);
}

// A VM that is not listed any more stays whose it was: its tasks and backups still are.
void Portion::follow(const Portion& before) {
  departures_ = before.departures_ + (first_alone(others_, before.others_).empty() ? 0 : 1);
  const Ids arrived = common(ours_, before.others_);
  arrivals_ = before.arrivals_ + (arrived.empty() ? 0 : 1);
  arrived_ = before.arrived_;
  std::erase_if(arrived_, [this](const auto& entry) { return !contains(ours_, entry.first); });
  for (const VmId& id : arrived) arrived_[id] = arrivals_;
  const Ids gone = first_alone(first_alone(before.others_, others_), ours_);
  const auto middle = others_.insert(others_.end(), gone.begin(), gone.end());
  std::inplace_merge(others_.begin(), middle, others_.end());
}

std::vector<VmId> Portion::arrived_after(std::uint64_t arrivals) const {
  std::vector<VmId> ids;
  for (const auto& [id, with] : arrived_) {
    if (with > arrivals) ids.push_back(id);
  }
  return ids;
}

bool Portion::has(const VmId& vm) const { return is_everything_ || contains(ours_, vm); }

bool Portion::is_of_other(const VmId& vm) const { return contains(others_, vm); }

bool Portion::has(const domain::Task& task) const {
  return has(task.entity) || (has_unassigned_ && !is_of_other(task.entity));
}

}  // namespace collector
