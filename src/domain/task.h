#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/shared_text.h"
#include "domain/id.h"
#include "domain/reference.h"

namespace domain {

// A task as the server lists it now. The list is a window, not a log: anyone may wipe it (API page, 3.3).
struct Task {
  TaskId id;
  base::SharedText type;         // "EXPORT", "STORE", ...: an open set
  base::SharedText state;        // "QUEUED", "RUNNING", "FINISHED", "FAILED", "CANCELLED"
  VmId entity;                   // protectedEntity; empty for inventory and clean-up tasks
  base::SharedText entity_type;  // "VM", "APP", ...
  std::string entity_name;
  base::SharedText backup_type;
  Reference node;  // none while queued
  Reference destination;
  std::optional<double> progress;               // percent
  std::optional<base::TimePoint> window_start;  // the start window, hours long: no duration
  std::optional<base::TimePoint> window_end;
  std::optional<base::TimePoint> started;
  std::optional<base::TimePoint> finished;
  std::string status_info;

  bool operator==(const Task&) const = default;
};

// It waits or runs.
bool is_open(const Task& task);

}  // namespace domain
