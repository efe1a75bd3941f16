#include "domain/coverage.h"

#include <array>

namespace domain {
namespace {

// What holds of a VM whatever its schedules and backups are.
std::optional<Coverage> without_a_plan(const Vm& vm, const Evidence& evidence) {
  if (!vm.present.value_or(true)) return Coverage::not_present;
  if (evidence.excluded) return Coverage::excluded;
  if (vm.policy.empty()) return Coverage::no_policy;
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Coverage coverage) {
  static constexpr std::array<std::string_view, kCoverages> kNames{
      "not_present",     "excluded", "no_policy", "paused", "no_schedule",
      "never_backed_up", "overdue",  "failing",   "covered"};
  return kNames.at(static_cast<std::size_t>(coverage));
}

std::optional<base::TimePoint> due_of(const Vm& vm, const Evidence& evidence,
                                      std::chrono::milliseconds grace) {
  if (without_a_plan(vm, evidence) || evidence.plan == nullptr) return std::nullopt;
  const auto since = evidence.last_success ? evidence.last_success : evidence.first_seen;
  if (!since) return std::nullopt;
  const auto due = due_after(*evidence.plan, *since);
  return due ? std::optional(*due + grace) : std::nullopt;
}

std::optional<Coverage> coverage_of(const Vm& vm, const Evidence& evidence,
                                    std::optional<base::TimePoint> due, base::TimePoint now) {
  if (const auto plain = without_a_plan(vm, evidence)) return plain;
  if (evidence.plan == nullptr || evidence.plan->state == Plan::State::unknown) return std::nullopt;
  if (evidence.plan->state == Plan::State::paused) return Coverage::paused;
  if (evidence.plan->state == Plan::State::no_schedule) return Coverage::no_schedule;
  if (!evidence.last_success) return Coverage::never_backed_up;
  if (!due) return std::nullopt;
  if (now > *due) return Coverage::overdue;
  if (!evidence.last_attempt_failed) return std::nullopt;
  return *evidence.last_attempt_failed ? Coverage::failing : Coverage::covered;
}

}  // namespace domain
