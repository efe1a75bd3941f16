// POST /api/v1/restores: restore a VM and import it.

#include <utility>

#include "web/json_body.h"
#include "web/routes.h"
#include "web/runbook_body.h"

namespace web {
namespace {

using nlohmann::json;

// The vendor's name for it, or the short one: whichever is given.
std::string_view either(const Object& members, std::string_view name, std::string_view vendors) {
  if (members.has(name) && members.has(vendors))
    members.fault(vendors, "means the same as " + std::string(name) + ": give one of them");
  return members.has(vendors) ? vendors : name;
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
  if (!members.has("vm") && result.backup.empty()) members.fault("backup", "is missing, as is vm");
  if (members.has("backup") && members.has("before"))
    members.fault("before", "goes with a vm without a backup");
  result.before = members.time("before");
  result.hypervisor = text_or_object(members, "hypervisor", "guid", faults);
  result.hypervisor_manager = text_or_object(members, "hypervisorManager", "guid", faults);
  result.name = members.text(either(members, "name", "restoredPeName"));
  result.storage = members.text(either(members, "storage", "restoreStorageId"));
  result.cluster = members.text(either(members, "cluster", "restoreClusterId"));
  result.project = text_or_object(members, either(members, "project", "restoreProject"), "guid", faults);
  result.data_center = text_or_object(members, "dataCenter", "name", faults);
  result.overwrite = members.flag("overwrite");
  result.power_on = members.flag("powerOn");
  return result;
}

}  // namespace

Route start_restore_route(Changes& changes) {
  return {"POST",
          "/api/v1/restores",
          Rule::needs(Verb::restore),
          begin_handler(changes,
                        [&changes](const json& body, const Asked& asked, std::vector<Fault>& faults) {
                          return [&changes, actor = actor_of(asked),
                                  request = read(body, asked.request, faults)] {
                            return changes.runbook().restore(actor, request);
                          };
                        }),
          {.about = "Restores a VM from one backup, or from its newest before a moment, and imports it.",
           .parameters = begin_parameters(),
           .outcomes = decided_outcomes(),
           .body = "RestoreRequest",
           .takes_key = true}};
}

}  // namespace web
