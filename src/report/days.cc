#include "report/days.h"

#include "report/results.h"

namespace report {
namespace {

using domain::Coverage;
using std::chrono::days;
using std::chrono::sys_days;

bool is_out_of_plan(const domain::VmState& state) {
  return state.coverage == Coverage::excluded || state.coverage == Coverage::not_present;
}

}  // namespace

const domain::Plan* plan_of(const domain::ServerState& server, const domain::Vm& vm) {
  return server.plans ? server.plans->of(vm.policy) : nullptr;
}

Days::Days(const domain::ServerState& server, const Period& period, base::TimePoint now)
    : server_(server), period_(period), today_(std::chrono::floor<days>(now)) {}

std::vector<std::string> Days::of(const domain::Vm& vm, const domain::VmState& state) {
  const domain::DayStrip* strip = strip_of(server_, vm.id);
  const domain::Plan* plan = plan_of(server_, vm);
  std::vector<std::string> words;
  for (std::size_t i = 0; i < period_.days(); ++i) {
    const auto results = results_of(strip, period_.from + days(static_cast<std::int64_t>(i)));
    if (results.successes > 0) {
      words.emplace_back("success");
    } else if (results.failures > 0) {
      words.emplace_back("failure");
    } else {
      words.push_back(word_of_idle(state, plan, i));
    }
  }
  return words;
}

const std::vector<bool>& Days::runs_of(const domain::Plan& plan) {
  auto& runs = runs_[&plan];
  if (runs.empty()) runs = domain::run_days(plan, period_.from, period_.to + days(1));
  return runs;
}

// A backup of that day that ended would be known.
bool Days::is_remembered(sys_days day) const {
  return server_.history_from && day >= std::chrono::floor<days>(*server_.history_from);
}

// Of a day on which no backup ended.
std::string Days::word_of_idle(const domain::VmState& state, const domain::Plan* plan, std::size_t at) {
  const sys_days day = period_.from + days(static_cast<std::int64_t>(at));
  const bool was_there = !state.first_seen || *state.first_seen < day + days(1);
  if (!was_there || is_out_of_plan(state)) return "none";
  if (!is_remembered(day)) return "unknown";
  if (state.coverage == Coverage::no_policy) return "none";
  if (plan == nullptr || plan->state == domain::Plan::State::unknown) return "unknown";
  if (!runs_of(*plan).at(at)) return "none";
  if (day > today_) return "due";
  return day == today_ && !state.overdue.value_or(false) ? "due" : "missed";
}

}  // namespace report
