// GET /api/v1/operations, /api/v1/operations/{id}, DELETE /api/v1/operations/{id}: what was begun, how it
// goes, and its end.

#include <tuple>
#include <utility>

#include "base/text.h"
#include "runbook/operation_json.h"
#include "web/answers.h"
#include "web/json_body.h"
#include "web/moments.h"
#include "web/read_api.h"
#include "web/routes.h"

namespace web {
namespace {

using domain::Operation;
using domain::OperationKind;
using std::chrono::milliseconds;

constexpr std::chrono::seconds kMostWait{60};

const Verbs kFollowers{Verb::report, Verb::backup, Verb::restore, Verb::manage};

Parameter parameter(std::string name, std::string about, std::vector<std::string_view> words = {}) {
  return {.name = std::move(name),
          .kind = report::Kind::text,
          .about = std::move(about),
          .words = std::move(words)};
}

std::vector<Parameter> list_parameters() {
  std::vector<Parameter> all{
      parameter("kind", "Of this kind.", {"backup", "restore", "policy", "schedule"}),
      parameter("state", "Open, or ended.", {"open", "ended"}),
      parameter("outcome", "With a job of this outcome.",
                {"succeeded", "failed", "cancelled", "window_closed", "vanished", "refused", "unknown"}),
      parameter("server", "With a job at this server."),
      parameter("tenant", "With a job for this tenant."),
      parameter("guid", "With a job for the VM of this guid."),
      parameter("origin", "Asked for in this way.", {"api", "alertmanager"}),
      parameter("caller", "Asked for with the credential of this name.")};
  for (Parameter& parameter : page_parameters()) all.push_back(std::move(parameter));
  for (Parameter& moment : moment_parameters()) all.push_back(std::move(moment));
  return all;
}

ledger::OperationFilter filter_of(Query& query, const domain::Scope& scope) {
  ledger::OperationFilter filter;
  filter.scope = scope;
  filter.before = query.one("cursor").value_or("");
  if (const auto kind = query.one("kind")) filter.kind = domain::operation_kind_named(*kind);
  if (const auto state = query.one("state")) filter.open = *state == "open";
  if (const auto outcome = query.one("outcome")) filter.outcome = domain::job_outcome_named(*outcome);
  filter.server = query.one("server").value_or("");
  filter.tenant = query.one("tenant").value_or("");
  filter.origin = query.one("origin").value_or("");
  filter.caller = query.one("caller").value_or("");
  filter.vm = domain::VmId(query.one("guid").value_or(""));
  std::tie(filter.from, filter.to) = moments(query);
  filter.limit = page_limit(query) + 1;  // one more tells whether there are more
  return filter;
}

void list(Changes& changes, const Asked& asked, const std::vector<Parameter>& parameters,
          httplib::Response& response) {
  Query query(asked.request.params, parameters);
  const auto filter = filter_of(query, asked.caller.scope);
  if (const auto problem = query.problem()) return answer_problem(*problem, response);
  auto found = changes.journal().operations(filter);
  if (!found) return answer_problem(no_journal(), response);
  const bool has_more = found->size() == filter.limit;
  if (has_more) found->pop_back();
  std::string body = "{\"items\":[";
  for (const Operation& operation : *found)
    body.append(body.back() == '[' ? "" : ",").append(runbook::to_json(operation));
  body += "],\"next\":" + (has_more ? "\"" + found->back().id + "\"" : std::string("null")) + "}";
  answer_json(200, std::move(body), response);
}

void show(Changes& changes, const Asked& asked, const std::vector<Parameter>& parameters,
          httplib::Response& response) {
  Query query(asked.request.params, parameters);
  const auto wait = query.duration("wait", kMostWait, milliseconds{});
  if (const auto problem = query.problem()) return answer_problem(*problem, response);
  const auto found = changes.wait(asked.parts.front(), asked.caller.scope, wait, true);
  if (!found) return answer_problem(no_journal(), response);
  if (!*found) return answer_problem(no_operation(), response);
  answer_json(200, runbook::to_json(**found), response);
}

Verb verb_for(OperationKind kind) {
  if (kind == OperationKind::backup) return Verb::backup;
  return kind == OperationKind::restore ? Verb::restore : Verb::manage;
}

// Whoever may begin such a thing may end it.
std::optional<Problem> may_not(const Asked& asked, const Operation& operation) {
  const Verb verb = verb_for(operation.kind);
  if (asked.caller.verbs.has(verb)) return std::nullopt;
  return Problem{.status = 403,
                 .detail = "The credential lacks the verb " + std::string(name_of(verb)) + "."};
}

void cancel(Changes& changes, const Asked& asked, const std::vector<Parameter>& parameters,
            httplib::Response& response) {
  Query query(asked.request.params, parameters);
  const std::string reason = base::excerpt(query.one("reason").value_or(""), kMostText);
  if (const auto problem = query.problem()) return answer_problem(*problem, response);
  const auto known = changes.journal().operation(asked.parts.front(), asked.caller.scope);
  if (!known) return answer_problem(no_journal(), response);
  if (!*known) return answer_problem(no_operation(), response);
  if (const auto problem = may_not(asked, **known)) return answer_problem(*problem, response);
  if (!domain::is_open(**known))
    return answer_problem({.status = 409, .detail = "The operation has ended."}, response);
  const auto cancelled = changes.runbook().cancel(actor_of(asked), asked.parts.front(), reason);
  if (!cancelled) return answer_problem(no_journal(), response);
  if (!*cancelled) return answer_problem(no_operation(), response);  // it was forgotten meanwhile
  answer_json(202, runbook::to_json(**cancelled), response);
}

}  // namespace

Route operations_route(Changes& changes) {
  const auto parameters = list_parameters();
  return {"GET",
          "/api/v1/operations",
          Rule::needs_any(kFollowers),
          unstored([&changes, parameters](const Asked& asked, httplib::Response& response) {
            list(changes, asked, parameters, response);
          }),
          {.about = "What was begun, the newest first.",
           .parameters = parameters,
           .outcomes = {json_outcome("The operations.", "Operations")}}};
}

Route operation_route(Changes& changes) {
  const std::vector<Parameter> parameters{
      about_wait("How long to wait for its end before it is shown as it is: a duration up to 60s.")};
  return {"GET",
          "/api/v1/operations/{id}",
          Rule::needs_any(kFollowers),
          unstored([&changes, parameters](const Asked& asked, httplib::Response& response) {
            show(changes, asked, parameters, response);
          }),
          {.about = "One operation.",
           .parameters = parameters,
           .outcomes = {json_outcome("The operation.", "Operation"),
                        problem_outcome(404, "There is none of this id.")}}};
}

Route cancel_route(Changes& changes) {
  const std::vector<Parameter> parameters{parameter("reason", "Why, for the audit trail.")};
  return {
      "DELETE",
      "/api/v1/operations/{id}",
      Rule::needs_any({Verb::backup, Verb::restore, Verb::manage}),
      limited(changes,
              [&changes, parameters](const Asked& asked, httplib::Response& response) {
                cancel(changes, asked, parameters, response);
              }),
      {.about = "Cancels an operation; the server stops its task when it notices.",
       .parameters = parameters,
       .outcomes = {{.status = 202, .about = "It is being cancelled.", .type = kJson, .schema = "Operation"},
                    problem_outcome(404, "There is none of this id."),
                    problem_outcome(409, "It has ended.")}}};
}

}  // namespace web
