#include "web/changes.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.h"
#include "runbook/operation_json.h"
#include "web/answers.h"
#include "web/json_body.h"
#include "web/read_api.h"

namespace web {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using json = nlohmann::ordered_json;

constexpr seconds kComeAgain{5};

bool is_good_key(std::string_view key) {
  return !key.empty() && key.size() <= kMostKey &&
         std::all_of(key.begin(), key.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

bool was_begun(const domain::Operation& operation) {
  return std::any_of(operation.jobs.begin(), operation.jobs.end(), [](const domain::Job& job) {
    return runbook::verdict_of(job) == runbook::Verdict::accepted;
  });
}

json members_of(const runbook::Answer& answer) {
  json object{{"dry_run", answer.dry_run}, {"duplicate", answer.is_duplicate}};
  const json operation = json::parse(runbook::to_json(answer.operation));
  for (const auto& [name, value] : operation.items()) {
    if (!answer.dry_run || (name != "id" && name != "state" && name != "outcome" && name != "progress"))
      object[name] = value;
  }
  return object;
}

// A VM that was not found is of no tenant: who asked for it is told so, although a scope shows no such job.
bool is_for(const domain::Scope& scope, const domain::Job& job) {
  return scope.shows(job.tenant) || (job.tenant.empty() && job.vm.empty());
}

// The jobs as they are now, where they are shown; what was decided of the others.
void renew(std::vector<domain::Job>& jobs, const std::vector<domain::Job>& latest) {
  for (domain::Job& job : jobs) {
    const auto found = std::find_if(latest.begin(), latest.end(),
                                    [&](const domain::Job& one) { return one.number == job.number; });
    if (found != latest.end()) job = *found;
  }
}

// When every rule that held something back lets it pass; absent when one does not tell.
std::optional<base::TimePoint> passes_at(const domain::Operation& operation) {
  std::optional<base::TimePoint> latest;
  for (const domain::Job& job : operation.jobs) {
    if (!job.passes_at) return std::nullopt;
    latest = std::max(latest, job.passes_at);
  }
  return latest;
}

void answer_nothing_begun(const runbook::Answer& answer, httplib::Response& response) {
  const auto& operation = answer.operation;
  Problem problem{.status = 409,
                  .detail = operation.jobs.size() == 1 ? "Nothing was begun: " + operation.jobs.front().detail
                                                       : "Nothing was begun: see the verdict on each."};
  problem.members = json{{"jobs", json::parse(runbook::to_json(operation))["jobs"]}}.dump();
  if (const auto moment = passes_at(operation)) {
    const auto wait = std::chrono::ceil<seconds>(*moment - operation.created);
    problem.headers.emplace_back("Retry-After", std::to_string(std::max(wait, seconds{1}).count()));
  }
  answer_problem(problem, response);
}

Problem too_many(seconds wait) {
  return {.status = 429,
          .detail = "Too many requests that may change something (runbooks.requests_per_second).",
          .headers = {{"Retry-After", std::to_string(wait.count())}}};
}

}  // namespace

std::optional<seconds> Changes::wait_for_turn() {
  const auto options = runbook_.options();
  const RateLimit limit{
      .interval = milliseconds(1000 / std::max<std::size_t>(options.requests_per_second, 1)),
      .burst = options.request_burst};
  const std::lock_guard lock(mutex_);
  const auto wait = bucket_.take(limit, clock_.now());
  if (!wait) return std::nullopt;
  return std::max(std::chrono::ceil<seconds>(*wait), seconds{1});
}

base::Result<std::optional<domain::Operation>> Changes::wait(const std::string& operation,
                                                             const domain::Scope& scope, milliseconds at_most,
                                                             bool until_end) {
  const WaitingRoom::Seat seat(room_);
  return runbook_.wait(operation, scope, seat.is_taken() ? at_most : milliseconds{}, until_end);
}

runbook::Actor actor_of(const Asked& asked) {
  return {.name = asked.caller.name, .source = asked.request.remote_addr, .scope = asked.caller.scope};
}

std::string idempotency_key(const httplib::Request& request, std::vector<Fault>& faults) {
  if (!request.has_header("Idempotency-Key")) return {};
  std::string key = request.get_header_value("Idempotency-Key");
  if (!is_good_key(key) || request.get_header_value_count("Idempotency-Key") > 1)
    faults.push_back({"Idempotency-Key", "has to be given once, with 1 to 255 printable ASCII characters"});
  return key;
}

Parameter about_wait(const std::string& about) {
  return {.name = "wait", .kind = report::Kind::text, .about = about, .words = {}};
}

Handler unstored(Handler handler) {
  return [handler = std::move(handler)](const Asked& asked, httplib::Response& response) {
    response.set_header("Cache-Control", "no-store");
    handler(asked, response);
  };
}

Handler limited(Changes& changes, Handler handler) {
  return unstored([&changes, handler = std::move(handler)](const Asked& asked, httplib::Response& response) {
    if (const auto wait = changes.wait_for_turn()) return answer_problem(too_many(*wait), response);
    handler(asked, response);
  });
}

void answer_json(int status, std::string body, httplib::Response& response) {
  response.status = status;
  response.set_content(std::move(body) + "\n", kJson);
}

Problem unavailable(std::string why) {
  return {.status = 503,
          .detail = std::move(why),
          .headers = {{"Retry-After", std::to_string(kComeAgain.count())}}};
}

Problem no_journal() { return unavailable("The journal cannot be used at the moment."); }

Problem no_operation() { return {.status = 404, .detail = "There is no operation of this id."}; }

void answer_decided(Changes& changes, const Asked& asked, const runbook::Answer& answer, milliseconds wait,
                    httplib::Response& response) {
  if (answer.dry_run) return answer_json(200, members_of(answer).dump(), response);
  if (!answer.is_duplicate && !was_begun(answer.operation)) return answer_nothing_begun(answer, response);
  runbook::Answer latest = answer;
  if (const auto found = changes.wait(answer.operation.id, asked.caller.scope, wait, false); found && *found)
    renew(latest.operation.jobs, (*found)->jobs);
  std::erase_if(latest.operation.jobs,
                [&](const domain::Job& job) { return !is_for(asked.caller.scope, job); });
  response.set_header("Location", "/api/v1/operations/" + answer.operation.id);
  answer_json(answer.is_duplicate ? 200 : 202, members_of(latest).dump(), response);
}

void answer_rejected(const runbook::Rejection& rejection, httplib::Response& response) {
  using Kind = runbook::Rejection::Kind;
  switch (rejection.kind) {
    case Kind::key_taken:
      return answer_problem({.status = 422, .detail = rejection.detail}, response);
    case Kind::malformed:
      return answer_problem(*problem_of({{rejection.parameter, rejection.detail}}), response);
    case Kind::unavailable:
      return answer_problem(
          unavailable("Nothing was begun, and it may be asked for again: " + rejection.detail), response);
  }
}

std::vector<Outcome> decided_outcomes() {
  return {{.status = 200,
           .about = "A dry run, or what was begun with this key before.",
           .type = kJson,
           .schema = "Decided"},
          {.status = 202, .about = "Begun, with a verdict on each.", .type = kJson, .schema = "Decided"},
          problem_outcome(400, "Something in the body is wrong."),
          problem_outcome(409, "Nothing was begun: the member \"jobs\" has a verdict on each."),
          problem_outcome(429, "Too many requests that may change something, or failed attempts.")};
}

}  // namespace web
