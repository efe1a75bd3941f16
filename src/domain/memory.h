#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/latest.h"
#include "base/shared_text.h"
#include "domain/id.h"

// What is remembered of a server beyond what it lists now. Times are by the server's clock.
namespace domain {

// A counter that never falls, and since when it counts.
struct Counter {
  std::uint64_t count = 0;
  base::TimePoint created;

  bool operator==(const Counter&) const = default;
};

// What a VM was when it was listed.
struct LastKnown {
  std::string name;
  base::SharedText tenant;
  base::SharedText policy;  // its name, or the guid of one that has none; empty: none

  bool operator==(const LastKnown&) const = default;
};

struct Sighting {
  base::TimePoint first_seen;
  std::optional<base::TimePoint> gone_since;  // no longer listed since then
  base::Shared<LastKnown>
      last;  // of one that is gone; null where nobody took it down, and while it is listed

  bool operator==(const Sighting&) const = default;
};

struct TaskGroupId {
  base::SharedText tenant;
  base::SharedText type;

  auto operator<=>(const TaskGroupId&) const = default;
};

// Tasks that ended, each counted once.
struct TaskCounter {
  std::uint64_t finished = 0;  // FINISHED, FAILED or CANCELLED
  std::uint64_t failures = 0;  // FAILED
  base::TimePoint created;

  bool operator==(const TaskCounter&) const = default;
};

// How a VM's backups of one UTC day ended.
struct DayResults {
  std::uint16_t successes = 0;
  std::uint16_t failures = 0;

  bool operator==(const DayResults&) const = default;
};

// Consecutive days, the oldest first.
struct DayStrip {
  std::chrono::sys_days begin;
  std::vector<DayResults> days;

  bool operator==(const DayStrip&) const = default;
};

using Sightings = std::unordered_map<VmId, Sighting>;
using FailureCounters = std::unordered_map<VmId, Counter>;
using TaskCounters = std::map<TaskGroupId, TaskCounter>;
// When the newest restore that is known to have succeeded ended, by the server's clock.
using LastRestores = std::unordered_map<VmId, base::TimePoint>;
using DayStrips = std::unordered_map<VmId, base::Shared<DayStrip>>;

// Null: not known (yet).
struct Memory {
  base::Shared<Sightings> sightings;
  base::Shared<FailureCounters> backup_failures;
  base::Shared<TaskCounters> tasks;
  base::Shared<DayStrips> days;
  base::Shared<LastRestores> restores;
};

}  // namespace domain
