#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/schedule.h"

namespace web {

// The next five runs of the schedule's calendar, whether it is active or not; none where it is not
// understood.
std::vector<std::string> next_runs(const domain::Schedule& schedule, base::TimePoint now);

}  // namespace web
