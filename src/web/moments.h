#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "web/query.h"

// `from` and `to` of what happens at moments: the first day or moment, and the day or moment at which it
// ends.
namespace web {

std::vector<Parameter> moment_parameters();

// A day as `to` is included whole. Faults are noted in the query.
std::pair<std::optional<base::TimePoint>, std::optional<base::TimePoint>> moments(Query& query);

}  // namespace web
