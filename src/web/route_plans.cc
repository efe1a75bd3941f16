// GET /api/v1/policies, /api/v1/schedules: what runs when, for whom.

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "base/text.h"
#include "report/fields.h"
#include "web/next_runs.h"
#include "web/query.h"
#include "web/read_api.h"

namespace web {
namespace {

using domain::Resource;

const std::vector<Resource> kPlans = {Resource::policies, Resource::rules, Resource::schedules,
                                      Resource::virtual_machines};

domain::Guid guid_of(const report::PolicyRow& row) { return row.policy->id.guid; }
domain::Guid guid_of(const report::ScheduleRow& row) { return row.schedule->id.guid; }

// The one row of this guid, at the one server that is meant.
template <class Row>
std::variant<Row, Problem> row_of(const std::vector<Row>& rows, const std::string& guid,
                                  const std::optional<std::string>& server) {
  const domain::Guid wanted(guid);
  const Row* found = nullptr;
  for (const Row& row : rows) {
    if (guid_of(row) != wanted || (server && row.server->name != *server)) continue;
    if (found != nullptr)
      return Problem{.status = 409,
                     .detail = "Several servers have one of this guid: name one with \"server\"."};
    found = &row;
  }
  if (found == nullptr) return Problem{.status = 404, .detail = "There is none of this guid."};
  return *found;
}

template <class Row>
std::string object_of(const report::Fields<Row>& fields, const Row& row) {
  const report::Table table(fields, std::vector<Row>{row});
  std::string json;
  append_json(json, table, 0, all_places(table));
  return json;
}

std::string runs_member(const report::ScheduleRow& row, base::TimePoint now) {
  return "\"next_runs\":" + nlohmann::json(next_runs(*row.schedule, now)).dump() + ",";
}

Parameter which_server() {
  return {.name = "server",
          .kind = report::Kind::text,
          .about = "The server, where several have one of this guid.",
          .words = {}};
}

std::string members_of(const report::PolicyRow& row, base::TimePoint /*now*/) {
  return "\"policy\":" + object_of(report::policy_fields(), row);
}

std::string members_of(const report::ScheduleRow& row, base::TimePoint now) {
  return runs_member(row, now) + "\"schedule\":" + object_of(report::schedule_fields(), row);
}

// One of the rows that the caller may see.
template <class Row>
Route one_route(const LatestSnapshot& latest, const std::string& path,
                std::vector<Row> (*rows)(const domain::Snapshot&, const domain::Scope&),
                const std::string& about, const std::string& schema) {
  const auto members = [rows](const domain::Snapshot& snapshot,
                              const Asked& asked) -> std::variant<std::string, Problem> {
    Query query(asked.request.params, {which_server()});
    if (auto problem = query.problem()) return std::move(*problem);
    const auto row = row_of(rows(snapshot, asked.caller.scope), asked.parts.front(), query.one("server"));
    if (const auto* problem = std::get_if<Problem>(&row)) return *problem;
    return knowledge_members(snapshot, kPlans, asked) + members_of(std::get<Row>(row), snapshot.taken_at);
  };
  return {"GET",
          path,
          Rule::needs(Verb::report),
          [&latest, members](const Asked& asked, httplib::Response& response) {
            answer_object(latest, asked, response,
                          [&](const domain::Snapshot& snapshot) { return members(snapshot, asked); });
          },
          {.about = about,
           .parameters = {which_server()},
           .outcomes = {json_outcome("It.", schema), problem_outcome(404, "There is none of this guid."),
                        problem_outcome(409, "Several servers have one of this guid.")}}};
}

}  // namespace

Route policy_route(const LatestSnapshot& latest) {
  return one_route(latest, "/api/v1/policies/{guid}", report::policy_rows, "One policy.", "PolicyAnswer");
}

Route schedule_route(const LatestSnapshot& latest) {
  return one_route(latest, "/api/v1/schedules/{guid}", report::schedule_rows,
                   "One schedule, and its next runs.", "ScheduleAnswer");
}

Route policies_route(const LatestSnapshot& latest) {
  return list_route(latest,
                    {.path = "/api/v1/policies",
                     .about = about_list(report::policy_fields(), {"name", "guid"}, "name"),
                     .schema = "Policies",
                     .summary = "The backup policies; a tenant is shown its own and those that its VMs have.",
                     .made_of = kPlans,
                     .table = [](const domain::Snapshot& snapshot, const Asked& asked) {
                       return report::Table(report::policy_fields(),
                                            report::policy_rows(snapshot, asked.caller.scope));
                     }});
}

Route schedules_route(const LatestSnapshot& latest) {
  return list_route(
      latest,
      {.path = "/api/v1/schedules",
       .about = about_list(report::schedule_fields(), {"name", "guid"}, "name"),
       .schema = "Schedules",
       .summary = "The schedules; a tenant is shown its own and those of the policies that its VMs have.",
       .made_of = kPlans,
       .table = [](const domain::Snapshot& snapshot, const Asked& asked) {
         return report::Table(report::schedule_fields(), report::schedule_rows(snapshot, asked.caller.scope));
       }});
}

}  // namespace web
