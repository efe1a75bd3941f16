// POST, PUT, DELETE /api/v1/policies[/{guid}], /api/v1/schedules[/{guid}]: what runs when, for whom, is
// changed.

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "runbook/operation_json.h"
#include "web/answers.h"
#include "web/json_body.h"
#include "web/next_runs.h"
#include "web/read_api.h"
#include "web/routes.h"
#include "web/runbook_body.h"
#include "web/schedule_body.h"

namespace web {
namespace {

using domain::OperationKind;
using nlohmann::json;
using runbook::PlanAction;

constexpr std::size_t kMostVms = 10'000;
constexpr std::size_t kMostSchedules = 100;
constexpr std::size_t kMostName = 100;
constexpr std::chrono::seconds kPatience{30};

const std::vector<std::string_view> kPlace{"server", "tenant"};

std::vector<std::string_view> policy_members() {
  return {"name",
          "active",
          "priority",
          "vms",
          "schedules",
          "destination",
          "secondaryDestination",
          "autoRemoveNonPresent"};
}

std::vector<std::string_view> with_place(std::vector<std::string_view> names) {
  names.insert(names.end(), kPlace.begin(), kPlace.end());
  return with_common(std::move(names));
}

runbook::PolicyWish read_policy(const Object& members, std::vector<Fault>& faults) {
  runbook::PolicyWish wish;
  if (members.has("name")) wish.name = members.text("name");
  if (members.has("active")) wish.active = members.flag("active");
  wish.priority = members.whole("priority", 0, 100);
  if (members.has("autoRemoveNonPresent"))
    wish.auto_remove_non_present = members.flag("autoRemoveNonPresent");
  if (members.has("vms")) {
    wish.vms.emplace();
    for (const json* vm : members.objects("vms", 0, kMostVms))
      wish.vms->push_back(read_vm(*vm, "vms[" + std::to_string(wish.vms->size()) + "]", faults));
  }
  if (members.has("schedules")) wish.schedules = members.texts("schedules", kMostSchedules);
  wish.destination = members.text("destination");
  wish.secondary = members.text("secondaryDestination");
  return wish;
}

void check_name(const Object& members, const std::optional<std::string>& name) {
  if (name && (name->empty() || name->size() > kMostName))
    members.fault("name", "has to be 1 to " + std::to_string(kMostName) + " bytes");
}

void require_for_new(const Object& members, const runbook::PlanRequest& request) {
  members.require("name");
  if (request.kind == OperationKind::policy) return;
  const auto& wish = request.schedule;  // of a mixture of forms it has a part only
  if (!wish.type && !members.has("type")) members.fault("type", "is missing (FULL or INCREMENTAL)");
  if (!wish.hour && !wish.interval && !members.has("at") && !members.has("every"))
    members.fault("at", "is missing, as is every");
}

// What is asked for, from path, body and query.
class Reader {
 public:
  Reader(OperationKind kind, PlanAction action, const Asked& asked) : asked_(asked) {
    request_.kind = kind;
    request_.action = action;
    if (action != PlanAction::create) request_.guid = asked.parts.front();
  }

  std::variant<runbook::PlanRequest, Problem> read() {
    if (request_.action == PlanAction::remove)
      read_query();
    else if (auto problem = read_body())
      return std::move(*problem);
    if (auto problem = problem_of(std::move(faults_))) return std::move(*problem);
    return std::move(request_);
  }

 private:
  std::optional<Problem> read_body() {
    const auto body = json_body(asked_.request);
    if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
    const auto& object = std::get<json>(body);
    const bool is_policy = request_.kind == OperationKind::policy;
    const Object members(object, "", faults_, with_place(is_policy ? policy_members() : schedule_members()));
    request_.common = read_common(members, object, asked_.request, faults_);
    request_.common.text = text_of(request_.common.text);
    request_.server = members.text("server");
    request_.tenant = members.text("tenant");
    if (request_.action == PlanAction::update && members.has("tenant"))
      members.fault("tenant", "stays what it is");
    if (is_policy)
      request_.policy = read_policy(members, faults_);
    else
      request_.schedule = read_schedule(members, faults_);
    check_name(members, is_policy ? request_.policy.name : request_.schedule.name);
    if (request_.action == PlanAction::create) require_for_new(members, request_);
    return std::nullopt;
  }

  void read_query() {
    for (const auto& [name, value] : asked_.request.params) {
      if (name == "server")
        request_.server = value;
      else if (name == "reason")
        request_.common.reason = base::excerpt(value, kMostText);
      else if (name == "force")
        request_.force = flag(name, value);
      else if (name == "dry_run")
        request_.common.dry_run = flag(name, value);
      else
        faults_.push_back({base::excerpt(name, 100), "is not a parameter of this path"});
    }
    request_.common.key = idempotency_key(asked_.request, faults_);
    request_.common.text = text_of(request_.server + (request_.force ? " force" : ""));
  }

  bool flag(const std::string& name, const std::string& value) {
    if (value != "true" && value != "false") faults_.push_back({name, "must be true or false"});
    return value == "true";
  }

  // What a key stands for: also which one, and what of it.
  std::string text_of(const std::string& body) const {
    return std::string(runbook::name_of(request_.action)) + " " + request_.guid + " " + body;
  }

  const Asked& asked_;
  runbook::PlanRequest request_;
  std::vector<Fault> faults_;
};

const domain::Schedule* known_schedule(const domain::Snapshot& snapshot, const std::string& at,
                                       const std::string& guid) {
  const domain::ScheduleId wanted(guid);
  for (const domain::ServerState& server : snapshot.servers) {
    if (server.name != at) continue;
    for (const domain::Schedule& schedule : *server.schedules) {
      if (schedule.id == wanted) return &schedule;
    }
  }
  return nullptr;
}

json preview(const LatestSnapshot& latest, const runbook::PlanRequest& request, const std::string& server,
             base::TimePoint now) {
  const auto snapshot = latest.get();
  const domain::Schedule* known = snapshot ? known_schedule(*snapshot, server, request.guid) : nullptr;
  return next_runs(runbook::applied(request.schedule, known == nullptr ? domain::Schedule{} : *known), now);
}

bool is_not_there(const domain::Job& job, const runbook::PlanRequest& request) {
  const std::string rule = request.kind == OperationKind::policy ? "policy_unknown" : "schedule_unknown";
  return request.action != PlanAction::create && job.rule == rule;
}

int status_of(const domain::Job& job, const runbook::PlanRequest& request) {
  using domain::JobOutcome;
  switch (job.outcome) {
    case JobOutcome::none:
      return 202;
    case JobOutcome::succeeded:
      return request.action == PlanAction::create ? 201 : 200;
    case JobOutcome::refused:
      return is_not_there(job, request) ? 404 : 409;
    case JobOutcome::cancelled:
      return 409;
    case JobOutcome::unknown:
      return 504;
    default:
      return 502;
  }
}

void answer_done(const runbook::Answer& answer, const runbook::PlanRequest& request, const json& more,
                 httplib::Response& response) {
  const domain::Job& job = answer.operation.jobs.front();
  json object = json::parse(runbook::to_json(answer.operation));
  if (answer.dry_run) {
    for (const char* of_journal : {"id", "state", "progress", "outcome"}) object.erase(of_journal);
  }
  object["dry_run"] = answer.dry_run;
  object["duplicate"] = answer.is_duplicate;
  if (!job.made.empty()) object["guid"] = job.made;
  object.update(more);
  const int status =
      answer.dry_run && job.outcome == domain::JobOutcome::none ? 200 : status_of(job, request);
  if (status < 300) return answer_json(status, object.dump(), response);
  Problem problem{.status = status,
                  .detail = status == 404 ? "There is none of this guid." : "Not done: " + job.detail};
  if (status != 404) problem.members = json{{"jobs", object["jobs"]}}.dump();
  answer_problem(problem, response);
}

struct Management {
  const LatestSnapshot& latest;
  Changes& changes;
  const base::Clock& clock;
};

void manage(const Management& management, OperationKind kind, PlanAction action, const Asked& asked,
            httplib::Response& response) {
  const auto read = Reader(kind, action, asked).read();
  if (const auto* problem = std::get_if<Problem>(&read)) return answer_problem(*problem, response);
  const auto& request = std::get<runbook::PlanRequest>(read);
  auto result = management.changes.runbook().manage(actor_of(asked), request);
  if (const auto* rejection = std::get_if<runbook::Rejection>(&result))
    return answer_rejected(*rejection, response);
  auto answer = std::get<runbook::Answer>(std::move(result));
  if (!answer.dry_run && domain::is_open(answer.operation)) {
    auto ended = management.changes.wait(answer.operation.id, {}, kPatience, true);
    if (ended && *ended) answer.operation = std::move(**ended);
  }
  json more = json::object();
  if (kind == OperationKind::schedule && action != PlanAction::remove)
    more["next_runs"] =
        preview(management.latest, request, answer.operation.jobs.front().server, management.clock.now());
  answer_done(answer, request, more, response);
}

std::string path_of(OperationKind kind, PlanAction action) {
  const std::string path = kind == OperationKind::policy ? "/api/v1/policies" : "/api/v1/schedules";
  return action == PlanAction::create ? path : path + "/{guid}";
}

std::string about(OperationKind kind, PlanAction action) {
  const std::string thing = kind == OperationKind::policy ? "policy" : "schedule";
  if (action == PlanAction::create)
    return "Makes a " + thing +
           (kind == OperationKind::policy ? " and its rule." : ", and tells its next runs.");
  if (action == PlanAction::update) return "Changes a " + thing + ": what is not given stays as it is.";
  return "Removes a " + thing + ".";
}

std::vector<Parameter> parameters_of(PlanAction action) {
  if (action != PlanAction::remove) return {};
  return {
      {.name = "server",
       .kind = report::Kind::text,
       .about = "The server, where there are several.",
       .words = {}},
      {.name = "force", .kind = report::Kind::flag, .about = "Also a policy that VMs have.", .words = {}},
      {.name = "dry_run", .kind = report::Kind::flag, .about = "Only say what would be done.", .words = {}},
      {.name = "reason", .kind = report::Kind::text, .about = "Why, for the audit trail.", .words = {}}};
}

Outcome managed(int status, const std::string& about) {
  return {.status = status, .about = about, .type = kJson, .schema = "Managed"};
}

std::vector<Outcome> outcomes_of(PlanAction action) {
  const bool is_new = action == PlanAction::create;
  return {managed(200, is_new ? "A dry run." : "Done, or a dry run."),
          is_new ? managed(201, "It is made.") : problem_outcome(404, "There is none of this guid."),
          managed(202, "The server has not answered yet: see the operation."),
          problem_outcome(400, "Something in the request is wrong."),
          problem_outcome(409, "Not done, by a rule, by the server or cancelled: see \"jobs\"."),
          problem_outcome(502, "The server failed, or was not reached: see \"jobs\"."),
          problem_outcome(504, "Nobody knows what the server did: look there, and see \"jobs\".")};
}

Route manage_route(Management management, OperationKind kind, PlanAction action) {
  const char* const method = action == PlanAction::create   ? "POST"
                             : action == PlanAction::update ? "PUT"
                                                            : "DELETE";
  const std::string schema = kind == OperationKind::policy ? "PolicyRequest" : "ScheduleRequest";
  return {method,
          path_of(kind, action),
          Rule::needs(Verb::manage),
          limited(management.changes,
                  [management, kind, action](const Asked& asked, httplib::Response& response) {
                    manage(management, kind, action, asked, response);
                  }),
          {.about = about(kind, action),
           .parameters = parameters_of(action),
           .outcomes = outcomes_of(action),
           .body = action == PlanAction::remove ? "" : schema,
           .takes_key = true}};
}

}  // namespace

std::vector<Route> manage_routes(const LatestSnapshot& latest, Changes& changes, const base::Clock& clock) {
  std::vector<Route> routes;
  for (const OperationKind kind : {OperationKind::policy, OperationKind::schedule}) {
    for (const PlanAction action : {PlanAction::create, PlanAction::update, PlanAction::remove})
      routes.push_back(manage_route({latest, changes, clock}, kind, action));
  }
  return routes;
}

}  // namespace web
