// GET /api/v1/policies, /api/v1/schedules: what runs when, for whom.

#include "report/fields.h"
#include "web/read_api.h"

namespace web {

Route policies_route(const LatestSnapshot& latest) {
  return list_route("/api/v1/policies", latest, about_list(report::policy_fields(), {"name", "guid"}, "name"),
                    "Policies", "The backup policies; a tenant is shown those that its VMs have.",
                    [](const domain::Snapshot& snapshot, const Asked& asked) {
                      return report::Table(report::policy_fields(),
                                           report::policy_rows(snapshot, asked.caller.scope));
                    });
}

Route schedules_route(const LatestSnapshot& latest) {
  return list_route(
      "/api/v1/schedules", latest, about_list(report::schedule_fields(), {"name", "guid"}, "name"),
      "Schedules", "The schedules; a tenant is shown those of the policies that its VMs have.",
      [](const domain::Snapshot& snapshot, const Asked& asked) {
        return report::Table(report::schedule_fields(), report::schedule_rows(snapshot, asked.caller.scope));
      });
}

}  // namespace web
