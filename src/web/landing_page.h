#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "domain/snapshot.h"

namespace web {

// The text with what HTML would take for markup replaced, for elements and quoted attributes.
std::string escaped(std::string_view text);

// What the exporter is and how each server fares; `snapshot` is null before the first. `nonce` marks the
// page's own style, so that its policy can forbid any other.
std::string landing_page(const domain::Snapshot* snapshot, base::TimePoint now, std::string_view version,
                         std::string_view nonce);

}  // namespace web
