#include "report/view.h"

#include <utility>

namespace report {

base::TimePoint time_of(const domain::ServerState& server, const domain::Snapshot& snapshot) {
  return domain::server_time(server.clock_skew, snapshot.taken_at);
}

View::View(const domain::Snapshot& snapshot, const Period& period, SizesOf sizes_of)
    : snapshot_(snapshot), period_(period), sizes_of_(std::move(sizes_of)) {
  for (const domain::ServerState& server : snapshot.servers)
    days_.emplace(&server, Days(server, period, time_of(server, snapshot)));
}

std::vector<std::string> View::days_of(const domain::ServerState& server, const domain::Vm& vm,
                                       const domain::VmState& state) {
  return days_.at(&server).of(vm, state);
}

std::vector<domain::Bytes> View::sizes_of(const domain::ServerState& server, const domain::Vm& vm) const {
  return sizes_of_ ? sizes_of_(server.name, vm.id) : std::vector<domain::Bytes>();
}

}  // namespace report
