// GET /api/v1/policies, /api/v1/schedules: what runs when, for whom.

#include "report/fields.h"
#include "web/read_api.h"

namespace web {
namespace {

using domain::Resource;

const std::vector<Resource> kPlans = {Resource::policies, Resource::rules, Resource::schedules,
                                      Resource::virtual_machines};

}  // namespace

Route policies_route(const LatestSnapshot& latest) {
  return list_route(latest, {.path = "/api/v1/policies",
                             .about = about_list(report::policy_fields(), {"name", "guid"}, "name"),
                             .schema = "Policies",
                             .summary = "The backup policies; a tenant is shown those that its VMs have.",
                             .made_of = kPlans,
                             .table = [](const domain::Snapshot& snapshot, const Asked& asked) {
                               return report::Table(report::policy_fields(),
                                                    report::policy_rows(snapshot, asked.caller.scope));
                             }});
}

Route schedules_route(const LatestSnapshot& latest) {
  return list_route(latest,
                    {.path = "/api/v1/schedules",
                     .about = about_list(report::schedule_fields(), {"name", "guid"}, "name"),
                     .schema = "Schedules",
                     .summary = "The schedules; a tenant is shown those of the policies that its VMs have.",
                     .made_of = kPlans,
                     .table = [](const domain::Snapshot& snapshot, const Asked& asked) {
                       return report::Table(report::schedule_fields(),
                                            report::schedule_rows(snapshot, asked.caller.scope));
                     }});
}

}  // namespace web
