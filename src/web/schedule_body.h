#pragma once

#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "runbook/plan_request.h"
#include "web/json_body.h"

namespace web {

// The members of both forms of a schedule: ours,
// {"type","at"|"every","from","to","days","months","occurrences", "window"}, and the vendor's,
// {"backupType","executionType","hour","interval","daysOfWeek",...} in milliseconds.
std::vector<std::string_view> schedule_members();

// In one of the forms; a mixture is a fault.
runbook::ScheduleWish read_schedule(const Object& members, std::vector<Fault>& faults);

}  // namespace web
