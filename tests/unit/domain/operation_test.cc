#include "domain/operation.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
#include <vector>

#include "support/manual_clock.h"

namespace {

using namespace std::chrono_literals;
using domain::JobOutcome;
using domain::JobState;
using domain::OperationKind;
using support::kNoon;

domain::Job open(JobState state) {
  domain::Job job;
  job.state = state;
  return job;
}

domain::Job ended(JobOutcome outcome, base::TimePoint at = kNoon) {
  domain::Job job;
  job.state = JobState::ended;
  job.outcome = outcome;
  job.ended = at;
  return job;
}

domain::Operation of(std::vector<domain::Job> jobs) {
  domain::Operation operation;
  operation.jobs = std::move(jobs);
  return operation;
}

TEST(Operation, IsOpenWhileAJobIs) {
  for (const auto state : {JobState::waiting, JobState::sending, JobState::searching, JobState::queued,
                           JobState::running, JobState::finishing}) {
    EXPECT_TRUE(is_open(of({ended(JobOutcome::succeeded), open(state)}))) << name_of(state);
  }
  EXPECT_FALSE(is_open(of({ended(JobOutcome::succeeded), ended(JobOutcome::unknown)})));
}

TEST(Operation, EndsWithItsLastJob) {
  EXPECT_EQ(ended_at(of({ended(JobOutcome::failed, kNoon + 1h), ended(JobOutcome::refused, kNoon)})),
            kNoon + 1h);
  EXPECT_EQ(ended_at(of({ended(JobOutcome::failed), open(JobState::running)})), std::nullopt);
}

TEST(Operation, HasNoOutcomeWhileItIsOpen) {
  EXPECT_EQ(outcome_of(of({ended(JobOutcome::failed), open(JobState::waiting)})), JobOutcome::none);
}

TEST(Operation, HasTheWorstOutcomeOfItsJobs) {
  const std::vector<JobOutcome> by_weight{
      JobOutcome::unknown,   JobOutcome::vanished,  JobOutcome::failed, JobOutcome::window_closed,
      JobOutcome::cancelled, JobOutcome::succeeded, JobOutcome::refused};
  for (std::size_t worse = 0; worse < by_weight.size(); ++worse) {
    for (std::size_t other = worse; other < by_weight.size(); ++other) {
      EXPECT_EQ(outcome_of(of({ended(by_weight[other]), ended(by_weight[worse])})), by_weight[worse]);
    }
  }
}

TEST(Operation, OfWhichAllWasRefusedIsRefused) {
  EXPECT_EQ(outcome_of(of({ended(JobOutcome::refused), ended(JobOutcome::refused)})), JobOutcome::refused);
}

TEST(OperationNames, AreReadBack) {
  for (std::size_t at = 0; at < domain::kOperationKinds; ++at) {
    const auto kind = static_cast<OperationKind>(at);
    EXPECT_EQ(domain::operation_kind_named(name_of(kind)), kind);
  }
  for (std::size_t at = 0; at <= static_cast<std::size_t>(JobState::ended); ++at) {
    const auto state = static_cast<JobState>(at);
    EXPECT_EQ(domain::job_state_named(name_of(state)), state);
  }
  for (std::size_t at = 0; at < domain::kJobOutcomes; ++at) {
    const auto outcome = static_cast<JobOutcome>(at);
    EXPECT_EQ(domain::job_outcome_named(name_of(outcome)), outcome);
  }
}

TEST(OperationNames, OfNothingAreUnknown) {
  EXPECT_EQ(domain::operation_kind_named(""), std::nullopt);
  EXPECT_EQ(domain::job_state_named("Running"), std::nullopt);
  EXPECT_EQ(domain::job_outcome_named("success"), std::nullopt);
}

}  // namespace
