#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/shared_text.h"
#include "domain/calendar.h"
#include "domain/policy.h"
#include "domain/reference.h"
#include "domain/schedule.h"

namespace domain {

// What a policy asks for, over all its active rules and their active schedules.
struct Plan {
  enum class State : std::uint8_t {
    active,
    paused,       // the policy, each of its rules, or each of its schedules is switched off
    no_schedule,  // no schedule is tied to it, or none that ever runs
    unknown,      // the policy is not listed, or a calendar of it is not understood
  };

  struct Item {
    Calendar calendar;
    std::chrono::milliseconds window{};  // startWindowLength: how long after its time a run may still begin
    bool full = false;                   // of backupType FULL
  };

  State state = State::unknown;
  std::vector<Item> items;                               // of an active plan: those that run; else empty
  std::optional<std::chrono::milliseconds> longest_gap;  // between two runs, by the calendars alone
};

enum class RunKind : std::uint8_t { full, not_full };

// When a VM whose last success (or first sight) was at `since` has to have been backed up again, without any
// grace: the earliest end of a start window of a run after `since`. Absent unless the plan is active.
std::optional<base::TimePoint> due_after(const Plan& plan, base::TimePoint since);
// The next and the previous run of one kind.
std::optional<base::TimePoint> next_run(const Plan& plan, RunKind kind, base::TimePoint now);
std::optional<base::TimePoint> last_run(const Plan& plan, RunKind kind, base::TimePoint now);

// The plans of a server's policies.
class Plans {
 public:
  Plans() = default;
  // Rules tie schedules to policies. What one of the three lists leaves out is taken from the others: a rule
  // that is not listed is known from its policy's and its schedules' references to it, and counts as active.
  Plans(const std::vector<Policy>& policies, const std::vector<Rule>& rules,
        const std::vector<Schedule>& schedules);

  // By guid, else by name. Null: no such policy.
  const Plan* of(const Reference& policy) const;

 private:
  std::vector<Plan> plans_;
  std::unordered_map<std::string, std::size_t> by_guid_;
  std::unordered_map<std::string, std::size_t> by_name_;
};

}  // namespace domain
