// GET and POST /api/v1/killswitch: while it is on, nothing is begun.

#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.h"
#include "web/answers.h"
#include "web/json_body.h"
#include "web/read_api.h"
#include "web/routes.h"

namespace web {
namespace {

using nlohmann::json;

std::string to_text(const ledger::KillSwitch& value) {
  json object{{"on", value.on}, {"by", value.by}, {"reason", value.reason}, {"since", nullptr}};
  if (value.since) object["since"] = base::to_rfc3339(*value.since);
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

void show(Changes& changes, httplib::Response& response) {
  const auto known = changes.runbook().kill_switch();
  if (!known) return answer_problem(no_journal(), response);
  answer_json(200, to_text(*known), response);
}

void set(Changes& changes, const Asked& asked, httplib::Response& response) {
  const auto body = json_body(asked.request);
  if (const auto* problem = std::get_if<Problem>(&body)) return answer_problem(*problem, response);
  std::vector<Fault> faults;
  const Object members(std::get<json>(body), "", faults, {"on", "reason"});
  members.require("on");
  const bool on = members.flag("on");
  const std::string reason = members.text("reason");
  if (const auto problem = problem_of(std::move(faults))) return answer_problem(*problem, response);
  const auto done = changes.runbook().switch_kill(actor_of(asked), on, reason);
  if (!done) return answer_problem(no_journal(), response);
  show(changes, response);
}

}  // namespace

Route show_kill_switch_route(Changes& changes) {
  return {"GET",
          "/api/v1/killswitch",
          Rule::needs_any({Verb::report, Verb::backup, Verb::restore, Verb::manage}),
          unstored([&changes](const Asked&, httplib::Response& response) { show(changes, response); }),
          {.about = "Whether the kill switch is on.",
           .parameters = {},
           .outcomes = {json_outcome("The kill switch.", "KillSwitch")}}};
}

// Not held up by the rate limit of what it is to stop.
Route set_kill_switch_route(Changes& changes) {
  return {"POST",
          "/api/v1/killswitch",
          Rule::needs_site(Verb::manage),
          unstored(
              [&changes](const Asked& asked, httplib::Response& response) { set(changes, asked, response); }),
          {.about = "Throws the kill switch, or releases it: while it is on nothing is begun.",
           .parameters = {},
           .outcomes = {json_outcome("The kill switch as it is now.", "KillSwitch"),
                        problem_outcome(400, "Something in the body is wrong.")},
           .body = "KillSwitchRequest"}};
}

}  // namespace web
