#include "web/read_api.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "report/sources.h"

namespace web {

std::string snapshot_member(const domain::Snapshot& snapshot) {
  return "\"snapshot_time\":\"" + base::to_rfc3339(snapshot.taken_at) + "\",";
}

void answer_object(const LatestSnapshot& latest, const Asked& asked, httplib::Response& response,
                   const Members& members) {
  const auto snapshot = latest.get();
  if (!snapshot) return answer_problem(not_yet(), response);
  auto made = members(*snapshot);
  if (const auto* problem = std::get_if<Problem>(&made)) return answer_problem(*problem, response);
  if (is_known_to_client(asked, *snapshot, response)) return;
  answer_body(asked, "{" + snapshot_member(*snapshot) + std::get<std::string>(made) + "}\n", kJson, response);
}

std::string knowledge_members(const domain::Snapshot& snapshot,
                              const std::vector<domain::Resource>& resources, const Asked& asked) {
  const std::vector<std::string> asked_about = values_of(asked.request.params, "server");
  report::Texts warnings;
  for (const domain::ServerState& server : snapshot.servers) {
    const bool is_asked = std::find(asked_about.begin(), asked_about.end(), server.name) != asked_about.end();
    if (!asked_about.empty() && !is_asked) continue;
    const auto more = report::warnings_of(server, resources, asked.caller.scope);
    warnings.insert(warnings.end(), more.begin(), more.end());
  }
  std::string json = std::string("\"complete\":") + (warnings.empty() ? "true" : "false") + ",\"warnings\":";
  report::append_json(json, report::Value(std::move(warnings)));
  return json + ",";
}

Route list_route(const LatestSnapshot& latest, ListRoute list) {
  std::vector<Parameter> parameters = list_parameters(list.about);
  std::vector<Outcome> outcomes = {json_outcome("One page of the list.", list.schema)};
  std::string path = list.path;
  std::string summary = list.summary;
  const auto answer = [&latest, list = std::move(list), parameters](const Asked& asked,
                                                                    httplib::Response& response) {
    answer_object(latest, asked, response,
                  [&](const domain::Snapshot& snapshot) -> std::variant<std::string, Problem> {
                    Query query(asked.request.params, parameters);
                    const ListQuestion question = list_question(query, list.about);
                    if (auto problem = query.problem()) return std::move(*problem);
                    return knowledge_members(snapshot, list.made_of, asked) +
                           list_members(list.table(snapshot, asked), question);
                  });
  };
  return {
      "GET",
      std::move(path),
      Rule::needs(Verb::report),
      answer,
      {.about = std::move(summary), .parameters = std::move(parameters), .outcomes = std::move(outcomes)}};
}

Outcome json_outcome(std::string about, std::string schema) {
  return {.status = 200, .about = std::move(about), .type = kJson, .schema = std::move(schema)};
}

}  // namespace web
