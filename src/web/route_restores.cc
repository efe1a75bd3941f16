// POST /api/v1/restores: restore a VM and import it.

#include <utility>

#include "web/answers.h"
#include "web/json_body.h"
#include "web/routes.h"
#include "web/runbook_body.h"

namespace web {
namespace {

using nlohmann::json;

// The vendor's name for it, or the short one.
std::string either(const Object& members, std::string_view name, std::string_view vendors) {
  if (members.has(name) && members.has(vendors))
    members.fault(vendors, "means the same as " + std::string(name) + ": give one of them");
  return members.has(name) ? members.text(name) : members.text(vendors);
}

// A text, or the vendor's object with just the one member.
std::string text_or_object(const Object& members, std::string_view name, const char* member,
                           std::vector<Fault>& faults) {
  const json* value = members.value(name);
  if (value == nullptr || !value->is_object()) return members.text(name);
  return Object(*value, members.place_of(name), faults, {member, "name"}).text(member);
}

runbook::RestoreRequest read(const json& body, const httplib::Request& request, std::vector<Fault>& faults) {
  const Object members(
      body, "", faults,
      with_common({"server", "backup", "vm", "before", "hypervisor", "hypervisorManager", "name",
                   "restoredPeName", "storage", "restoreStorageId", "cluster", "restoreClusterId", "project",
                   "restoreProject", "dataCenter", "overwrite", "powerOn"}));
  runbook::RestoreRequest result;
  result.common = read_common(members, body, request, faults);
  result.server = members.text("server");
  result.backup = text_or_object(members, "backup", "guid", faults);
  if (const json* vm = members.object("vm")) result.vm = read_vm(*vm, "vm", faults);
  if (!members.has("vm") && !members.has("backup")) members.fault("backup", "is missing, as is vm");
  if (members.has("backup") && members.has("before"))
    members.fault("before", "goes with a vm without a backup");
  result.before = members.time("before");
  result.hypervisor = text_or_object(members, "hypervisor", "guid", faults);
  result.hypervisor_manager = text_or_object(members, "hypervisorManager", "guid", faults);
  result.name = either(members, "name", "restoredPeName");
  result.storage = either(members, "storage", "restoreStorageId");
  result.cluster = either(members, "cluster", "restoreClusterId");
  result.project = members.has("restoreProject") && !members.has("project")
                       ? text_or_object(members, "restoreProject", "guid", faults)
                       : either(members, "project", "restoreProject");
  result.data_center = text_or_object(members, "dataCenter", "name", faults);
  result.overwrite = members.flag("overwrite");
  result.power_on = members.flag("powerOn");
  return result;
}

void start(Changes& changes, const Asked& asked, httplib::Response& response) {
  if (is_limited(changes, response)) return;
  const auto body = json_body(asked.request);
  if (const auto* problem = std::get_if<Problem>(&body)) return answer_problem(*problem, response);
  std::vector<Fault> faults;
  const auto request = read(std::get<json>(body), asked.request, faults);
  const auto wait = wait_parameter(asked.request, kAnswerWait, kMostAnswerWait, faults);
  if (const auto problem = problem_of(std::move(faults))) return answer_problem(*problem, response);
  const auto result = changes.runbook().restore(actor_of(asked), request);
  if (const auto* rejection = std::get_if<runbook::Rejection>(&result))
    return answer_rejected(*rejection, response);
  answer_decided(changes, asked, std::get<runbook::Answer>(result), wait, response);
}

}  // namespace

Route start_restore_route(Changes& changes) {
  return {"POST",
          "/api/v1/restores",
          Rule::needs(Verb::restore),
          [&changes](const Asked& asked, httplib::Response& response) { start(changes, asked, response); },
          {.about = "Restores a VM from one backup, or from its newest before a moment, and imports it.",
           .parameters = {about_wait(kAboutAnswerWait)},
           .outcomes = decided_outcomes(),
           .body = "RestoreRequest",
           .takes_key = true}};
}

}  // namespace web
