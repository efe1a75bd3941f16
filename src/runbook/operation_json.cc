#include "runbook/operation_json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.h"
#include "runbook/request.h"

namespace runbook {
namespace {

using domain::Job;
using domain::Operation;
using json = nlohmann::ordered_json;

void add(json& into, const char* key, const std::string& text) {
  if (!text.empty()) into[key] = text;
}

void add(json& into, const char* key, const std::optional<base::TimePoint>& time) {
  if (time) into[key] = base::to_rfc3339(*time);
}

json to_object(const Job& job) {
  json object{
      {"number", job.number}, {"verdict", name_of(verdict_of(job))}, {"state", domain::name_of(job.state)}};
  if (!domain::is_open(job)) object["outcome"] = domain::name_of(job.outcome);
  add(object, "rule", job.rule);
  add(object, "detail", job.detail);
  add(object, "passes_at", job.passes_at);
  add(object, "server", job.server);
  add(object, "tenant", job.tenant);
  add(object, "guid", job.vm.text());
  add(object, "name", job.name);
  add(object, "task", job.task.text());
  add(object, "second_task", job.second_task.text());
  add(object, "backup", job.backup.text());
  add(object, "made", job.made);
  if (job.progress) object["progress"] = std::round(*job.progress * 10) / 10;
  if (job.attempts > 0) object["attempts"] = job.attempts;
  if (job.retries > 0) object["retries"] = job.retries;
  if (job.cancel_asked) object["cancel_asked"] = true;
  add(object, "window_start", job.window_start);
  add(object, "window_end", job.window_end);
  add(object, "sent", job.sent);
  add(object, "changed", job.changed);
  add(object, "ended", job.ended);
  return object;
}

// Of those that were begun; absent where none tells.
std::optional<double> progress_of(const Operation& operation) {
  double sum = 0;
  std::size_t count = 0;
  for (const Job& job : operation.jobs) {
    if (job.outcome == domain::JobOutcome::refused) continue;
    sum += job.progress.value_or(0);
    ++count;
  }
  if (count == 0) return std::nullopt;
  return std::round(sum / static_cast<double>(count) * 10) / 10;
}

}  // namespace

std::string to_json(const Operation& operation) {
  json object{{"id", operation.id}, {"kind", domain::name_of(operation.kind)}};
  const bool is_open = domain::is_open(operation);
  object["state"] = is_open ? "open" : "ended";
  if (!is_open) object["outcome"] = domain::name_of(domain::outcome_of(operation));
  if (const auto progress = progress_of(operation)) object["progress"] = *progress;
  add(object, "origin", operation.origin);
  add(object, "caller", operation.caller);
  add(object, "reason", operation.reason);
  object["created"] = base::to_rfc3339(operation.created);
  add(object, "ended", domain::ended_at(operation));
  object["jobs"] = json::array();
  for (const Job& job : operation.jobs) object["jobs"].push_back(to_object(job));
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace runbook
