#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "domain/plan.h"
#include "domain/snapshot.h"
#include "report/period.h"

namespace report {

// What the VM's policy asks for; null while that is not known.
const domain::Plan* plan_of(const domain::ServerState& server, const domain::Vm& vm);

// How the days of a VM went: one word for each day of a period.
//   success, failure   its backups ended so; a day with a success is one, whatever else failed
//   missed             no backup ended, though one had to
//   due                today or later: no backup has ended yet, and one has to
//   none               nothing had to run, or the VM was not there yet
//   unknown            nothing ended, and the plan of its policy is not known, or nobody remembers that day
// What had to run is told by the schedules and the policy of today. Not for several threads at once.
class Days {
 public:
  // By the server's clock `now`; the server outlives it.
  Days(const domain::ServerState& server, const Period& period, base::TimePoint now);

  std::vector<std::string> of(const domain::Vm& vm, const domain::VmState& state);

 private:
  const std::vector<bool>& runs_of(const domain::Plan& plan);
  bool is_remembered(std::chrono::sys_days day) const;
  std::string word_of_idle(const domain::VmState& state, const domain::Plan* plan, std::size_t day);

  const domain::ServerState& server_;
  const Period period_;
  const std::chrono::sys_days today_;
  std::unordered_map<const domain::Plan*, std::vector<bool>> runs_;
};

inline const std::vector<std::string_view> kDayWords{"success", "failure", "missed",
                                                     "due",     "none",    "unknown"};

}  // namespace report
