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

constexpr std::size_t kMostKey = 255;
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

milliseconds wait_parameter(const httplib::Request& request, milliseconds otherwise, milliseconds most,
                            std::vector<Fault>& faults) {
  const auto given = values_of(request.params, "wait");
  if (given.empty()) return otherwise;
  const auto duration = given.front() == "0" ? milliseconds{} : base::parse_duration(given.front());
  if (given.size() == 1 && duration && *duration <= most) return *duration;
  faults.push_back({"wait", "has to be a duration from 0s to " + base::to_text(most)});
  return otherwise;
}

Parameter about_wait(const std::string& about) {
  return {.name = "wait", .kind = report::Kind::text, .about = about, .words = {}};
}

void answer_json(int status, std::string body, httplib::Response& response) {
  response.status = status;
  response.set_header("Cache-Control", "no-store");
  response.set_content(std::move(body) + "\n", kJson);
}

bool is_limited(Changes& changes, httplib::Response& response) {
  const auto wait = changes.wait_for_turn();
  if (wait)
    answer_problem({.status = 429,
                    .detail = "Too many requests that may change something (runbooks.requests_per_second).",
                    .headers = {{"Retry-After", std::to_string(wait->count())}}},
                   response);
  return wait.has_value();
}

Problem unavailable(const std::string& why) {
  return {.status = 503,
          .detail = "Nothing was begun, and it may be asked for again: " + why,
          .headers = {{"Retry-After", std::to_string(kComeAgain.count())}}};
}

Problem no_operation() { return {.status = 404, .detail = "There is no operation of this id."}; }

void answer_decided(Changes& changes, const Asked& asked, const runbook::Answer& answer, milliseconds wait,
                    httplib::Response& response) {
  if (answer.dry_run) return answer_json(200, members_of(answer).dump(), response);
  if (!answer.is_duplicate && !was_begun(answer.operation)) return answer_nothing_begun(answer, response);
  runbook::Answer latest = answer;
  if (auto found = changes.wait(answer.operation.id, asked.caller.scope, wait, false); found && *found) {
    // A VM that was not found is of no tenant, and so no part of what a tenant is shown later.
    const std::vector<domain::Job> decided = std::move(latest.operation.jobs);
    latest.operation = std::move(**found);
    for (const domain::Job& job : decided) {
      if (job.vm.empty() && job.tenant.empty() &&
          std::none_of(latest.operation.jobs.begin(), latest.operation.jobs.end(),
                       [&](const domain::Job& other) { return other.number == job.number; }))
        latest.operation.jobs.push_back(job);
    }
    std::sort(latest.operation.jobs.begin(), latest.operation.jobs.end(),
              [](const domain::Job& a, const domain::Job& b) { return a.number < b.number; });
  }
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
      return answer_problem(unavailable(rejection.detail), response);
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
          problem_outcome(415, "The body is not application/json."),
          problem_outcome(422, "The idempotency key was used for another request.")};
}

}  // namespace web
