#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/clock.h"
#include "domain/operation.h"

namespace runbook {

// A rule that lets something not pass, by its name; docs/runbooks.md lists them.
struct Refusal {
  std::string rule;
  std::string detail;                        // one sentence
  std::optional<base::TimePoint> passes_at;  // at the latest, if nothing else happens; absent: nobody knows

  bool operator==(const Refusal&) const = default;
};

// Ends the job by it.
inline void refuse(domain::Job& job, Refusal refusal, base::TimePoint now) {
  job.state = domain::JobState::ended;
  job.outcome = domain::JobOutcome::refused;
  job.rule = std::move(refusal.rule);
  job.detail = std::move(refusal.detail);
  job.passes_at = refusal.passes_at;
  job.changed = job.ended = now;
}

}  // namespace runbook
