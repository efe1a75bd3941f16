#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "domain/snapshot.h"

namespace web {

// What the exporter is and how each server fares; `snapshot` is null before the first. `nonce` is that
// of page_head().
std::string landing_page(const domain::Snapshot* snapshot, base::TimePoint now, std::string_view version,
                         std::string_view nonce);

}  // namespace web
