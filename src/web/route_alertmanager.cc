// POST /api/v1/alertmanager: the receiver of Alertmanager's webhooks, payload version 4.
//
// Alertmanager sends again after a 5xx or a lost connection, and at its repeat interval; any 4xx loses the
// notification. So what is merely not wanted is answered with 200 and a verdict, and 503 says that nothing
// was begun.

#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "web/answers.h"
#include "web/json_body.h"
#include "web/read_api.h"
#include "web/routes.h"

namespace web {
namespace {

using nlohmann::json;

constexpr std::size_t kMostAlerts = 1000;
constexpr const char* kVersion = "4";
constexpr std::size_t kMostShown = 100;  // bytes of another version

runbook::Alert read_alert(const json& object, const std::string& place, std::vector<Fault>& faults) {
  const Object members(object, place, faults, {}, Object::Unknown::are_ignored);
  runbook::Alert alert;
  members.require("status");
  alert.firing = members.word("status", {"firing", "resolved"}) == "firing";
  members.require("labels");
  if (const json* labels = members.object("labels")) {
    for (const auto& [name, value] : labels->items()) {
      if (value.is_string())
        alert.labels[name] = value.get<std::string>();
      else
        members.fault("labels", "has a value that is no text");
    }
  }
  members.require("startsAt");
  alert.starts_at = members.text("startsAt");
  alert.fingerprint = members.text("fingerprint");
  return alert;
}

struct Notification {
  std::vector<runbook::Alert> alerts;
  int truncated = 0;  // alerts that Alertmanager left out (max_alerts)
};

Notification read(const json& body, std::vector<Fault>& faults) {
  const Object members(body, "", faults, {}, Object::Unknown::are_ignored);
  members.require("version");
  if (const json* version = members.value("version"); version != nullptr && *version != kVersion)
    members.fault("version", "has to be \"4\", and is " + base::excerpt(version->dump(), kMostShown));
  members.require("alerts");
  Notification notification;
  for (const json* alert : members.objects("alerts", 0, kMostAlerts))
    notification.alerts.push_back(
        read_alert(*alert, "alerts[" + std::to_string(notification.alerts.size()) + "]", faults));
  constexpr int kMostTruncated = 1'000'000'000;
  notification.truncated = members.whole("truncatedAlerts", 0, kMostTruncated).value_or(0);
  return notification;
}

json to_object(const runbook::AlertVerdict& verdict) {
  json object{{"fingerprint", verdict.fingerprint}, {"verdict", runbook::name_of(verdict.verdict)}};
  if (!verdict.rule.empty()) object["rule"] = verdict.rule;
  if (!verdict.detail.empty()) object["detail"] = verdict.detail;
  if (verdict.passes_at) object["passes_at"] = base::to_rfc3339(*verdict.passes_at);
  if (!verdict.operation.empty()) object["operation"] = verdict.operation;
  return object;
}

std::string to_text(const std::vector<runbook::AlertVerdict>& verdicts, int truncated) {
  json object{{"accepted", 0}, {"duplicate", 0}, {"skipped", 0}, {"refused", 0}, {"truncated", truncated}};
  object["verdicts"] = json::array();
  for (const runbook::AlertVerdict& verdict : verdicts) {
    const std::string name(runbook::name_of(verdict.verdict));
    object[name] = object[name].get<int>() + 1;
    object["verdicts"].push_back(to_object(verdict));
  }
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

void receive(Changes& changes, const Asked& asked, httplib::Response& response) {
  if (changes.wait_for_turn())
    return answer_problem(unavailable("Too many requests at once (runbooks.requests_per_second)."), response);
  const auto body = json_body(asked.request);
  if (const auto* problem = std::get_if<Problem>(&body)) return answer_problem(*problem, response);
  std::vector<Fault> faults;
  const Notification notification = read(std::get<json>(body), faults);
  if (const auto problem = problem_of(std::move(faults))) return answer_problem(*problem, response);
  if (notification.truncated > 0)
    base::log::warn("a notification was truncated by Alertmanager (max_alerts)",
                    {{"left_out", std::to_string(notification.truncated)}});
  const auto result = changes.runbook().handle(actor_of(asked), notification.alerts);
  if (const auto* rejection = std::get_if<runbook::Rejection>(&result))
    return answer_rejected(*rejection, response);
  answer_json(200, to_text(std::get<std::vector<runbook::AlertVerdict>>(result), notification.truncated),
              response);
}

}  // namespace

Route alertmanager_route(Changes& changes) {
  return {
      "POST",
      "/api/v1/alertmanager",
      Rule::needs(Verb::backup),
      unstored(
          [&changes](const Asked& asked, httplib::Response& response) { receive(changes, asked, response); }),
      {.about = "Receives Alertmanager's notifications and starts what runbooks.alerts says.",
       .parameters = {},
       .outcomes =
           {{.status = 200, .about = "A verdict on each alert.", .type = kJson, .schema = "AlertVerdicts"},
            problem_outcome(400, "It is no payload of version 4: it will never be taken.")},
       .body = "AlertmanagerPayload"}};
}

}  // namespace web
