#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/text.h"
#include "domain/operation.h"

namespace runbook {

inline constexpr std::size_t kMostDetail = 500;    // bytes
inline constexpr std::uint32_t kMostAttempts = 5;  // to ask the server, until a job is given up

// The job as it is at its end; what it says may be the server's words, and long.
inline domain::Job ended(domain::Job job, domain::JobOutcome outcome, const std::string& detail,
                         base::TimePoint now) {
  job.state = domain::JobState::ended;
  job.outcome = outcome;
  job.detail = base::excerpt(detail, kMostDetail);
  job.changed = job.ended = now;
  if (outcome == domain::JobOutcome::succeeded) job.progress = 100;
  return job;
}

// Job::ask was written by another version, or is damaged.
inline domain::Job unreadable(domain::Job job, base::TimePoint now) {
  return ended(std::move(job), domain::JobOutcome::failed,
               "What the server was to be asked for cannot be read.", now);
}

}  // namespace runbook
