#pragma once

#include <optional>
#include <string_view>

#include "model.h"

// Times as people write them.
namespace simulator {

// "2026-01-01T12:00:00Z".
OptionalTime instant_in(std::string_view text);
// "26h", "1d2h30m", "45s", "250ms".
std::optional<Millis> span_in(std::string_view text);
// An instant, "now", or before or after it: "-26h", "+5m".
OptionalTime moment_in(std::string_view text, TimePoint now);
// "01:00" as the time since midnight, up to "24:00".
std::optional<Millis> hour_in(std::string_view text);

}  // namespace simulator
