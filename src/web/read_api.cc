#include "web/read_api.h"

#include <utility>

#include "base/text.h"

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

Route list_route(std::string path, const LatestSnapshot& latest, ListAbout about, std::string schema,
                 std::string summary, MakeTable table) {
  std::vector<Parameter> parameters = list_parameters(about);
  const auto answer = [&latest, about = std::move(about), table = std::move(table), parameters](
                          const Asked& asked, httplib::Response& response) {
    answer_object(latest, asked, response,
                  [&](const domain::Snapshot& snapshot) -> std::variant<std::string, Problem> {
                    Query query(asked.request.params, parameters);
                    const ListQuestion question = list_question(query, about);
                    if (auto problem = query.problem()) return std::move(*problem);
                    return list_members(table(snapshot, asked), question);
                  });
  };
  return {"GET",
          std::move(path),
          Rule::needs(Verb::report),
          answer,
          {.about = std::move(summary),
           .parameters = std::move(parameters),
           .outcomes = {json_outcome("One page of the list.", std::move(schema))}}};
}

Outcome json_outcome(std::string about, std::string schema) {
  return {.status = 200, .about = std::move(about), .type = kJson, .schema = std::move(schema)};
}

Outcome problem_outcome(int status, std::string about) {
  return {
      .status = status, .about = std::move(about), .type = std::string(kProblemType), .schema = "Problem"};
}

}  // namespace web
