#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "base/latest.h"
#include "base/result.h"
#include "domain/snapshot.h"
#include "exposition/publisher.h"
#include "web/router.h"

namespace web {

using LatestSnapshot = base::Latest<domain::Snapshot>;

// One source file each. What they are given outlives them.
Route landing_route(const LatestSnapshot& latest, const base::Clock& clock, std::string version);
Route metrics_route(const exposition::Publisher& publisher);
Route cardinality_route(const exposition::Publisher& publisher);
Route healthy_route();
Route ready_route(const LatestSnapshot& latest);
Route reload_route(std::function<base::Result<base::Done>()> reload);

}  // namespace web
