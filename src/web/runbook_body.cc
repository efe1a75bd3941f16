#include "web/runbook_body.h"

#include "web/changes.h"

namespace web {

using nlohmann::json;

std::vector<std::string_view> with_common(std::vector<std::string_view> names) {
  for (const char* name : {"dry_run", "reason", "callback"}) names.emplace_back(name);
  return names;
}

runbook::Common read_common(const Object& members, const json& body, const httplib::Request& request,
                            std::vector<Fault>& faults) {
  runbook::Common common;
  common.key = idempotency_key(request, faults);
  common.dry_run = members.flag("dry_run");
  common.reason = members.text("reason");
  common.callback = members.text("callback");
  json asked = body;
  asked.erase("dry_run");
  common.text = asked.dump(-1, ' ', false, json::error_handler_t::replace);
  return common;
}

runbook::VmSelector read_vm(const json& object, const std::string& place, std::vector<Fault>& faults) {
  const Object members(object, place, faults, {"guid", "uuid", "name", "tenant"});
  runbook::VmSelector vm{.guid = members.text("guid"),
                         .uuid = members.text("uuid"),
                         .name = members.text("name"),
                         .tenant = members.text("tenant")};
  if (vm.guid.empty() && vm.uuid.empty() && vm.name.empty())
    members.fault("guid", "is missing, as are uuid and name");
  return vm;
}

}  // namespace web
