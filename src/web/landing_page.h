#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "domain/scope.h"
#include "domain/snapshot.h"

namespace web {

// Who looks at the page, and when. Only who may see everything sees how much there is of it, and the texts of
// errors, which hold addresses.
struct Viewer {
  const domain::Scope& scope;
  base::TimePoint now;
};

// What the exporter is and how each server fares; `snapshot` is null before the first. `nonce` is that
// of page_head().
std::string landing_page(const domain::Snapshot* snapshot, const Viewer& viewer, std::string_view version,
                         std::string_view nonce);

}  // namespace web
