#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/latest.h"
#include "base/result.h"
#include "domain/snapshot.h"
#include "exposition/publisher.h"
#include "report/view.h"
#include "web/changes.h"
#include "web/router.h"
#include "web/server.h"

namespace web {

using LatestSnapshot = base::Latest<domain::Snapshot>;

// One source file each. What they are given outlives them.
Route landing_route(const LatestSnapshot& latest, const base::Clock& clock, std::string version);
Route metrics_route(const exposition::Publisher& publisher);
Route cardinality_route(const exposition::Publisher& publisher);
Route healthy_route();
Route ready_route(const LatestSnapshot& latest);
Route report_page_route();
Route report_route(const LatestSnapshot& latest, report::SizesOf sizes_of);
Route vms_route(const LatestSnapshot& latest, report::SizesOf sizes_of);
Route vm_route(const LatestSnapshot& latest, report::SizesOf sizes_of);
Route backups_route(const LatestSnapshot& latest, BackupsOf backups_of);
Route tasks_route(const LatestSnapshot& latest);
Route policies_route(const LatestSnapshot& latest);
Route schedules_route(const LatestSnapshot& latest);
Route policy_route(const LatestSnapshot& latest);
Route schedule_route(const LatestSnapshot& latest);
Route reload_route(std::function<base::Result<base::Done>()> reload);

// Those of the runbook. `changes` outlives them.
Route start_backups_route(Changes& changes);
Route start_restore_route(Changes& changes);
Route alertmanager_route(Changes& changes);
Route operations_route(Changes& changes);
Route operation_route(Changes& changes);
Route cancel_route(Changes& changes);
Route show_kill_switch_route(Changes& changes);
Route set_kill_switch_route(Changes& changes);
Route audit_route(Changes& changes);
std::vector<Route> manage_routes(const LatestSnapshot& latest, Changes& changes, const base::Clock& clock);

// Adds the route that describes these and itself.
void add_openapi_route(std::vector<Route>& routes, const std::string& version);

}  // namespace web
