#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/shared_text.h"
#include "domain/id.h"
#include "domain/reference.h"

namespace domain {

enum class Execution : std::uint8_t { time, interval, other };
enum class Occurrence : std::uint8_t { first, second, third, fourth, last };  // of the weekday in its month

// INTERVAL: every `frequency` between two times of the UTC day.
struct Interval {
  std::chrono::milliseconds start{};
  std::chrono::milliseconds end{};
  std::chrono::milliseconds frequency{};

  bool operator==(const Interval&) const = default;
};

// When backups run. All times are offsets from UTC midnight in milliseconds (API page, 5.1).
struct Schedule {
  ScheduleId id;
  std::string name;
  std::optional<bool> active;
  base::SharedText type;         // "VM_BACKUP", ...
  base::SharedText backup_type;  // "FULL", "INCREMENTAL"
  Execution execution = Execution::other;
  std::optional<std::chrono::milliseconds> hour;  // TIME
  std::optional<Interval> interval;               // INTERVAL
  std::optional<std::chrono::milliseconds> start_window;
  std::vector<std::chrono::weekday> days;
  std::vector<std::chrono::month> months;  // empty: every month
  std::vector<Occurrence> occurrences;     // empty: every occurrence
  // Names of days, months or occurrences that are not known: the calendar of such a schedule cannot be told.
  std::vector<std::string> unknown_terms;
  std::vector<Reference> rules;
  std::vector<Reference> policies;
  std::optional<base::TimePoint> last_run;  // absent: never
  base::SharedText tenant_id;               // tenantId, where the server shows it

  bool operator==(const Schedule&) const = default;
};

}  // namespace domain
