#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace vprotect {

// The date of an HTTP header or cookie ("Thu, 01 Jan 2026 12:00:00 GMT"); absent when it is none.
std::optional<base::TimePoint> parse_http_date(std::string_view text);

}  // namespace vprotect
