#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/quantity.h"
#include "domain/snapshot.h"
#include "report/days.h"
#include "report/period.h"

namespace report {

// The sizes of a VM's newest successful backups, the oldest first; none when they are not known. Any thread.
using SizesOf = std::function<std::vector<domain::Bytes>(std::string_view server, const domain::VmId& vm)>;

// Our moment by the server's clock.
base::TimePoint time_of(const domain::ServerState& server, const domain::Snapshot& snapshot);

// How a snapshot is looked at: over which days. Not for several threads at once; the snapshot outlives it.
class View {
 public:
  View(const domain::Snapshot& snapshot, const Period& period, SizesOf sizes_of);

  const domain::Snapshot& snapshot() const { return snapshot_; }
  const Period& period() const { return period_; }
  std::vector<std::string> days_of(const domain::ServerState& server, const domain::Vm& vm,
                                   const domain::VmState& state);
  // When a schedule of its policy begins next; absent when none does, or when that cannot be told.
  std::optional<base::TimePoint> next_run_of(const domain::ServerState& server, const domain::Vm& vm);
  std::vector<domain::Bytes> sizes_of(const domain::ServerState& server, const domain::Vm& vm) const;

 private:
  const domain::Snapshot& snapshot_;
  const Period period_;
  const SizesOf sizes_of_;
  std::map<const domain::ServerState*, Days> days_;
  std::map<const domain::Plan*, std::optional<base::TimePoint>> next_runs_;  // of those asked for so far
};

}  // namespace report
