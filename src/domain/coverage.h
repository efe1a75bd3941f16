#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "domain/plan.h"
#include "domain/vm.h"

namespace domain {

// Our judgement of a VM, in the order of precedence: the first that holds is the VM's state.
enum class Coverage : std::uint8_t {
  not_present,      // no longer exists on its platform
  excluded,         // by the operator
  no_policy,        // no backup policy is assigned
  paused,           // the policy, its rules or its schedules are switched off
  no_schedule,      // nothing in its policy ever runs
  never_backed_up,  // no success is known
  overdue,          // the time by which it had to be backed up again has passed
  failing,          // not overdue, but the newest ended attempt failed
  covered,
};
inline constexpr std::size_t kCoverages = static_cast<std::size_t>(Coverage::covered) + 1;

// "not_present", ...: the label `state`.
std::string_view name_of(Coverage coverage);

// What coverage is judged by, besides the VM's own record.
struct Evidence {
  bool excluded = false;
  const Plan* plan = nullptr;                   // of its policy; null: not known
  std::optional<base::TimePoint> last_success;  // by the server's clock, as all times here
  std::optional<base::TimePoint> first_seen;    // when the VM was known to exist, at the latest
  std::optional<bool> last_attempt_failed;      // absent: not known
};

// When the VM has to have been backed up: the first due time after its last success or, without one, after it
// was first seen, plus grace. Absent when nothing asks for a backup of it, or when that cannot be told.
std::optional<base::TimePoint> due_of(const Vm& vm, const Evidence& evidence,
                                      std::chrono::milliseconds grace);

// Absent when it cannot be told.
std::optional<Coverage> coverage_of(const Vm& vm, const Evidence& evidence,
                                    std::optional<base::TimePoint> due, base::TimePoint now);

}  // namespace domain
