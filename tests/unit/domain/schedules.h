#pragma once

#include <chrono>

#include "domain/schedule.h"

// Schedules as the tests of calendars and plans need them.
namespace schedules {

inline domain::Schedule at(std::chrono::milliseconds hour) {
  domain::Schedule schedule;
  schedule.execution = domain::Execution::time;
  schedule.hour = hour;
  return schedule;
}

inline domain::Schedule every(std::chrono::milliseconds frequency, std::chrono::milliseconds start,
                              std::chrono::milliseconds end) {
  domain::Schedule schedule;
  schedule.execution = domain::Execution::interval;
  schedule.interval = domain::Interval{.start = start, .end = end, .frequency = frequency};
  return schedule;
}

}  // namespace schedules
