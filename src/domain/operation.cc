#include "domain/operation.h"

#include <algorithm>
#include <array>

namespace domain {
namespace {

constexpr std::array<std::string_view, kOperationKinds> kKinds{"backup", "restore", "policy", "schedule"};
constexpr std::array<std::string_view, static_cast<std::size_t>(JobState::ended) + 1> kStates{
    "waiting", "sending", "searching", "queued", "running", "finishing", "ended"};
constexpr std::array<std::string_view, kJobOutcomes> kOutcomes{
    "none", "succeeded", "failed", "cancelled", "window_closed", "vanished", "refused", "unknown"};

template <class Enum, std::size_t size>
std::optional<Enum> named(const std::array<std::string_view, size>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

// The worst first.
constexpr std::array kByWeight{JobOutcome::unknown,       JobOutcome::vanished,  JobOutcome::failed,
                               JobOutcome::window_closed, JobOutcome::cancelled, JobOutcome::succeeded};

}  // namespace

bool is_open(const Job& job) { return job.state != JobState::ended; }

bool is_open(const Operation& operation) {
  return std::any_of(operation.jobs.begin(), operation.jobs.end(),
                     [](const Job& job) { return is_open(job); });
}

std::optional<base::TimePoint> ended_at(const Operation& operation) {
  std::optional<base::TimePoint> last;
  for (const Job& job : operation.jobs) {
    if (is_open(job)) return std::nullopt;
    last = std::max(last, job.ended);
  }
  return last;
}

JobOutcome outcome_of(const Operation& operation) {
  if (is_open(operation)) return JobOutcome::none;
  for (const JobOutcome outcome : kByWeight) {
    if (std::any_of(operation.jobs.begin(), operation.jobs.end(),
                    [&](const Job& job) { return job.outcome == outcome; }))
      return outcome;
  }
  return JobOutcome::refused;
}

std::string_view name_of(OperationKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }
std::string_view name_of(JobState state) { return kStates.at(static_cast<std::size_t>(state)); }
std::string_view name_of(JobOutcome outcome) { return kOutcomes.at(static_cast<std::size_t>(outcome)); }

std::optional<OperationKind> operation_kind_named(std::string_view name) {
  return named<OperationKind>(kKinds, name);
}
std::optional<JobState> job_state_named(std::string_view name) { return named<JobState>(kStates, name); }
std::optional<JobOutcome> job_outcome_named(std::string_view name) {
  return named<JobOutcome>(kOutcomes, name);
}

}  // namespace domain
