#include "report/results.h"

#include <algorithm>

namespace report {

using std::chrono::days;
using std::chrono::sys_days;

const domain::DayStrip* strip_of(const domain::ServerState& server, const domain::VmId& vm) {
  if (!server.memory.days) return nullptr;
  const auto found = server.memory.days->find(vm);
  return found == server.memory.days->end() ? nullptr : found->second.get();
}

domain::DayResults results_of(const domain::DayStrip* strip, sys_days day) {
  if (strip == nullptr || day < strip->begin) return {};
  const auto at = static_cast<std::size_t>((day - strip->begin).count());
  return at < strip->days.size() ? strip->days[at] : domain::DayResults{};
}

Outcomes outcomes_of(const domain::DayStrip* strip, const Period& period) {
  Outcomes outcomes;
  if (strip == nullptr) return outcomes;
  for (sys_days day = period.from; day <= period.to; day += days(1)) {
    const auto [successes, failures] = results_of(strip, day);
    outcomes.successes += successes;
    outcomes.failures += failures;
  }
  return outcomes;
}

std::optional<bool> fails_at_end_of(sys_days day, const domain::DayStrip* strip) {
  if (strip == nullptr) return std::nullopt;
  const sys_days last = strip->begin + days(static_cast<std::int64_t>(strip->days.size())) - days(1);
  for (sys_days at = std::min(day, last); at >= strip->begin; at -= days(1)) {
    const auto [successes, failures] = results_of(strip, at);
    if (successes > 0 || failures > 0) return successes == 0;
  }
  return std::nullopt;
}

}  // namespace report
