#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "domain/calendar.h"
#include "domain/directory.h"
#include "domain/policy.h"
#include "domain/reference.h"
#include "domain/schedule.h"

namespace domain {

// What a policy asks for, over all its active rules and their active schedules.
struct Plan {
  enum class State : std::uint8_t {
    active,
    paused,       // the policy, each of its rules, or each of its schedules (or its rule) is switched off
    no_schedule,  // no schedule is tied to it
    unknown,      // a calendar of it is not understood, or what is tied to it cannot be told
  };

  struct Item {
    Calendar calendar;
    // startWindowLength: how long after its time a run may still begin. A schedule that has none is taken to
    // have the six hours that the vendor's UI proposes: with none at all each backup that waits its turn
    // would be late, while too long a window only tells a missed one some hours later.
    std::chrono::milliseconds window{};
    bool full = false;  // of backupType FULL

    bool operator==(const Item&) const = default;
  };

  State state = State::unknown;
  std::vector<Item> items;  // of an active plan: in their list's order; else empty
  std::optional<std::chrono::milliseconds> longest_gap;  // between two runs, by the calendars alone

  bool operator==(const Plan&) const = default;
};

enum class RunKind : std::uint8_t { full, not_full };

// When a VM whose last success (or first sight) was at `since` has to have been backed up again, without any
// grace: the earliest end of a start window of a run after `since`. Absent unless the plan is active.
std::optional<base::TimePoint> due_after(const Plan& plan, base::TimePoint since);
// The first run of one kind after the moment, and the last one at or before it.
std::optional<base::TimePoint> next_run(const Plan& plan, RunKind kind, base::TimePoint now);
std::optional<base::TimePoint> last_run(const Plan& plan, RunKind kind, base::TimePoint now);

// Whether a run begins on each UTC day from `from` on and before `to`, which is no more than kMostRunDays
// later: by the calendars as they are now, and on none unless the plan is active.
inline constexpr std::chrono::days kMostRunDays{400};
std::vector<bool> run_days(const Plan& plan, std::chrono::sys_days from, std::chrono::sys_days to);

// The plans of a server's policies.
class Plans {
 public:
  Plans() = default;
  // Rules tie schedules to policies; what one of the three lists leaves out of these ties is taken from the
  // others. A schedule that is in no rule is taken to be in each rule of the policies it names.
  //
  // The plan of an active policy is unknown when one of its rules is not listed, since nobody tells whether
  // that one is active, when an active rule has a schedule that is not listed, or when a name that has to do
  // for a guid is that of several things. No schedule at all is "no schedule", so there can be no Plans of
  // schedules that could not be read.
  Plans(const std::vector<Policy>& policies, const std::vector<Rule>& rules,
        const std::vector<Schedule>& schedules);

  // By guid, else by name. Null: none, not listed, or a name that several policies have.
  const Plan* of(const Reference& policy) const;
  // Of each schedule, in the order of the list, how many active policies have it on an active rule.
  const std::vector<std::size_t>& policies_of_schedules() const { return policies_of_schedules_; }

 private:
  std::vector<Plan> plans_;
  std::vector<std::size_t> policies_of_schedules_;
  Directory policies_;
};

}  // namespace domain
