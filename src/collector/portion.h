#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "domain/id.h"
#include "domain/shard.h"
#include "domain/task.h"
#include "domain/vm.h"

namespace collector {

// Whose the VMs of one server are, as of one list of them: ours, or other shards'. What belongs to a VM goes
// with it.
class Portion {
 public:
  // Everything is ours.
  Portion() = default;

  // Of this list, whose VMs have their tenants: takes those of other shards out of it. Knows which ones have
  // passed from one shard to another since `before`.
  Portion(const domain::Shard& shard, std::string_view server, std::vector<domain::Vm>& vms,
          const Portion* before);

  bool has(const domain::VmId& vm) const;          // it is listed, and ours
  bool is_of_other(const domain::VmId& vm) const;  // it is another shard's, or was when it was listed last
  // That of a VM which is not listed, or of no VM, is of the tenant `unassigned`.
  bool has(const domain::Task& task) const;

  // So many lists brought us VMs of other shards, or told of VMs that they are of other shards.
  std::uint64_t arrivals() const { return arrivals_; }
  std::uint64_t departures() const { return departures_; }
  // Our VMs that came with later lists than those, in order.
  std::vector<domain::VmId> arrived_after(std::uint64_t arrivals) const;

 private:
  using Ids = std::vector<domain::VmId>;                         // in order
  Portion(const domain::Shard& shard, std::string_view server);  // of no VM
  void follow(const Portion& before);

  bool is_everything_ = true;
  bool has_unassigned_ = true;
  Ids ours_;
  Ids others_;
  std::map<domain::VmId, std::uint64_t> arrived_;  // ours that were another shard's: the arrivals with theirs
  std::uint64_t arrivals_ = 0;
  std::uint64_t departures_ = 0;
};

}  // namespace collector
