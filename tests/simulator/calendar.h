#pragma once

#include "model.h"

namespace simulator {

// The first run of the schedule after the given moment, by its own calendar in UTC, active or not. An
// interval that ends before it starts ends on the next day, and belongs to the day on which it started.
// Absent when there is none within two years.
OptionalTime next_run(const Schedule& schedule, TimePoint after);

}  // namespace simulator
