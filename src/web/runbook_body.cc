#include "web/runbook_body.h"

#include <chrono>
#include <utility>

#include "web/answers.h"

namespace web {

using nlohmann::json;

namespace {

constexpr std::chrono::seconds kWait{5};
constexpr std::chrono::seconds kMostWait{30};

void begin(Changes& changes, const ReadBody& read, const Asked& asked, httplib::Response& response) {
  const auto body = json_body(asked.request);
  if (const auto* problem = std::get_if<Problem>(&body)) return answer_problem(*problem, response);
  Query query(asked.request.params, begin_parameters());
  const auto wait = query.duration("wait", kMostWait, kWait);
  std::vector<Fault> faults = query.faults();
  const Begin begin = read(std::get<json>(body), asked, faults);
  if (const auto problem = problem_of(std::move(faults))) return answer_problem(*problem, response);
  const auto result = begin();
  if (const auto* rejection = std::get_if<runbook::Rejection>(&result))
    return answer_rejected(*rejection, response);
  answer_decided(changes, asked, std::get<runbook::Answer>(result), wait, response);
}

}  // namespace

std::vector<std::string_view> with_common(std::vector<std::string_view> names) {
  for (const char* name : {"dry_run", "reason", "callback"}) names.emplace_back(name);
  return names;
}

runbook::Common read_common(const Object& members, const json& body, const httplib::Request& request,
                            std::vector<Fault>& faults) {
  runbook::Common common;
  common.key = idempotency_key(request, faults);
  common.dry_run = members.flag("dry_run");
  if (const auto given = body.find("dry_run"); given != body.end() && given->is_null())
    members.fault("dry_run", "has to be true or false");  // whoever says it means something by it
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

Handler begin_handler(Changes& changes, ReadBody read) {
  return limited(changes,
                 [&changes, read = std::move(read)](const Asked& asked, httplib::Response& response) {
                   begin(changes, read, asked, response);
                 });
}

std::vector<Parameter> begin_parameters() {
  return {about_wait(
      "How long the answer may wait for the server's, which tells the task's guid: a duration up to 30s, 5s "
      "by default.")};
}

}  // namespace web
