#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "domain/snapshot.h"
#include "report/period.h"

// What is remembered of how a VM's backups ended, day by day.
namespace report {

// Null: no backup of it is known to have ended, or nothing is remembered of the server.
const domain::DayStrip* strip_of(const domain::ServerState& server, const domain::VmId& vm);

domain::DayResults results_of(const domain::DayStrip* strip, std::chrono::sys_days day);

struct Outcomes {
  std::uint64_t successes = 0;
  std::uint64_t failures = 0;

  bool operator==(const Outcomes&) const = default;
};
Outcomes outcomes_of(const domain::DayStrip* strip, const Period& period);

// A VM fails at a day's end when on the last day up to then on which a backup of it ended none succeeded.
// Absent: none ended until then.
std::optional<bool> fails_at_end_of(std::chrono::sys_days day, const domain::DayStrip* strip);

}  // namespace report
