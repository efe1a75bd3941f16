// GET /api/v1/tasks: what the servers list now.

#include "report/fields.h"
#include "web/read_api.h"

namespace web {

Route tasks_route(const LatestSnapshot& latest) {
  return list_route(
      latest,
      {.path = "/api/v1/tasks",
       .about = about_list(report::task_fields(), {"vm", "vm_guid", "type", "status_info"}, "-started"),
       .schema = "Tasks",
       .summary = "The tasks that the servers list now, which is no history: they forget ended ones.",
       .made_of = {domain::Resource::tasks, domain::Resource::virtual_machines},
       .table = [](const domain::Snapshot& snapshot, const Asked& asked) {
         return report::Table(report::task_fields(), report::task_rows(snapshot, asked.caller.scope));
       }});
}

}  // namespace web
