// POST /api/v1/backups: back VMs up.

#include <chrono>
#include <utility>

#include "web/json_body.h"
#include "web/routes.h"
#include "web/runbook_body.h"

namespace web {
namespace {

using nlohmann::json;

constexpr std::size_t kMostVms = 100;
constexpr std::chrono::minutes kLeastWindow{1};
constexpr std::chrono::days kMostWindow{7};

runbook::BackupRequest read(const json& body, const httplib::Request& request, std::vector<Fault>& faults) {
  const Object members(body, "", faults,
                       with_common({"server", "vms", "type", "priority", "destination", "window"}));
  runbook::BackupRequest result;
  result.common = read_common(members, body, request, faults);
  result.server = members.text("server");
  for (const json* vm : members.objects("vms", 1, kMostVms))
    result.vms.push_back(read_vm(*vm, "vms[" + std::to_string(result.vms.size()) + "]", faults));
  if (members.word("type", {"FULL", "INCREMENTAL"}) == "INCREMENTAL")
    result.type = domain::BackupType::incremental;
  result.priority = members.whole("priority", 0, 100).value_or(result.priority);
  result.destination = members.text("destination");
  result.window = members.duration("window", kLeastWindow, kMostWindow);
  return result;
}

}  // namespace

Route start_backups_route(Changes& changes) {
  return {"POST",
          "/api/v1/backups",
          Rule::needs(Verb::backup),
          begin_handler(changes,
                        [&changes](const json& body, const Asked& asked, std::vector<Fault>& faults) {
                          return [&changes, actor = actor_of(asked),
                                  request = read(body, asked.request, faults)] {
                            return changes.runbook().back_up(actor, request);
                          };
                        }),
          {.about = "Backs VMs up, those that the rules let pass; a dry run says which these are.",
           .parameters = begin_parameters(),
           .outcomes = decided_outcomes(),
           .body = "BackupRequest",
           .takes_key = true}};
}

}  // namespace web
