#include "report/view.h"

#include <algorithm>
#include <utility>

namespace report {

namespace {

std::optional<base::TimePoint> next_run_of(const domain::Plan& plan, base::TimePoint now) {
  const auto full = next_run(plan, domain::RunKind::full, now);
  const auto other = next_run(plan, domain::RunKind::not_full, now);
  return full && other ? std::min(full, other) : full ? full : other;
}

}  // namespace

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

std::optional<base::TimePoint> View::next_run_of(const domain::ServerState& server, const domain::Vm& vm) {
  const domain::Plan* plan = plan_of(server, vm);
  if (plan == nullptr) return std::nullopt;
  const auto known = next_runs_.find(plan);
  if (known != next_runs_.end()) return known->second;
  return next_runs_[plan] = report::next_run_of(*plan, time_of(server, snapshot_));
}

std::vector<domain::Bytes> View::sizes_of(const domain::ServerState& server, const domain::Vm& vm) const {
  return sizes_of_ ? sizes_of_(server.name, vm.id) : std::vector<domain::Bytes>();
}

}  // namespace report
