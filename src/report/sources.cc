#include "report/sources.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "report/results.h"

namespace report {
namespace {

using domain::Resource;
using domain::ServerState;
using domain::SourceState;

// What a report is made of. The others are listed as sources, and nothing is missing without them.
constexpr std::array kNeeded{Resource::virtual_machines, Resource::backups, Resource::schedules,
                             Resource::policies, Resource::rules};

const SourceState* source(const ServerState& server, Resource resource) {
  const auto found = std::find_if(server.sources.begin(), server.sources.end(),
                                  [&](const SourceState& state) { return state.resource == resource; });
  return found == server.sources.end() ? nullptr : &*found;
}

SourcePart part_of(const ServerState& server, const SourceState& state, base::TimePoint taken_at) {
  const domain::SourceHealth& health = state.health;
  SourcePart part{.server = server.name,
                  .collector = std::string(name_of(state.resource)),
                  .ok = health.success,
                  .stale = state.stale,
                  .last_success = health.last_success};
  if (health.last_success) {
    part.age = std::max(taken_at - *health.last_success, std::chrono::milliseconds{});
    part.rows = health.rows;
    part.skipped_records = health.skipped;
    part.reported_rows = health.reported_rows;
  }
  if (health.error) {
    part.error_class = name_of(health.error->kind);
    part.error = health.error->message;
  }
  return part;
}

void hide_what_tells_of_all(SourcePart& part) {
  part.rows = part.skipped_records = part.reported_rows = std::nullopt;
  part.error.clear();
}

std::string reason(const SourceState& state) {
  return state.health.error ? " (" + std::string(name_of(state.health.error->kind)) + ")" : "";
}

std::string freshness_warning(const SourceState& state) {
  const std::string name(name_of(state.resource));
  if (!state.health.last_success) return name + " has not been read yet" + reason(state) + ".";
  const std::string last = base::to_rfc3339(*state.health.last_success);
  if (state.stale)
    return name + " was last read at " + last + reason(state) + ": its data are too old and left out.";
  if (!state.health.success)
    return name + " could not be read since " + last + reason(state) + ": what is shown is of then.";
  return {};
}

std::string skipped_warning(const SourceState& state, const domain::Scope& scope) {
  if (state.health.skipped == 0) return {};
  const std::string count = scope.is_everything() ? std::to_string(state.health.skipped) : "some";
  return count + " records of " + std::string(name_of(state.resource)) +
         " could not be understood and are left out.";
}

std::string memory_warning(const ServerState& server, const Period& period) {
  if (!server.memory.days) return "the results of past days are not known: no backup is counted.";
  if (!server.history_from || before(period).from >= *server.history_from - std::chrono::days(1)) return {};
  return "backups that ended before " + base::to_rfc3339_date(*server.history_from) +
         " are not known: what the period and the one before it had until then is not counted.";
}

std::vector<std::string> knowledge_warnings(const ServerState& server, const Period& period) {
  std::vector<std::string> warnings;
  if (!vms_known(server)) warnings.emplace_back("its VMs are not known: none of them is in this report.");
  if (!server.plans)
    warnings.emplace_back("policies and schedules are not known: no state, due time or compliance is told.");
  const SourceState* backups = source(server, Resource::backups);
  if (backups == nullptr || backups->stale || !backups->health.last_success)
    warnings.emplace_back(
        "the backup history is not known: last attempts, failures and stored bytes are not told.");
  if (!server.memory.sightings)
    warnings.emplace_back(
        "when VMs were first and last seen is not known: new and vanished ones are not told.");
  warnings.push_back(memory_warning(server, period));
  return warnings;
}

}  // namespace

std::vector<SourcePart> sources_of(const ServerState& server, base::TimePoint taken_at,
                                   const domain::Scope& scope) {
  std::vector<SourcePart> parts;
  for (const SourceState& state : server.sources) {
    parts.push_back(part_of(server, state, taken_at));
    if (!scope.is_everything()) hide_what_tells_of_all(parts.back());
  }
  return parts;
}

std::optional<base::TimePoint> vms_read_at(const ServerState& server) {
  const SourceState* vms = source(server, Resource::virtual_machines);
  return vms == nullptr ? std::nullopt : vms->health.last_success;
}

bool vms_known(const ServerState& server) {
  const SourceState* vms = source(server, Resource::virtual_machines);
  return vms != nullptr && vms->health.last_success && !vms->stale;
}

std::vector<std::string> warnings_of(const ServerState& server, const std::vector<Resource>& resources,
                                     const domain::Scope& scope) {
  std::vector<std::string> warnings;
  for (const SourceState& state : server.sources) {
    if (std::find(resources.begin(), resources.end(), state.resource) == resources.end()) continue;
    warnings.push_back(freshness_warning(state));
    warnings.push_back(skipped_warning(state, scope));
  }
  std::erase(warnings, std::string());
  for (std::string& warning : warnings) warning.insert(0, "Server " + server.name + ": ");
  return warnings;
}

std::vector<std::string> warnings_of(const ServerState& server, const Period& period,
                                     const domain::Scope& scope) {
  std::vector<std::string> warnings = knowledge_warnings(server, period);
  std::erase(warnings, std::string());
  for (std::string& warning : warnings) warning.insert(0, "Server " + server.name + ": ");
  const auto of_lists = warnings_of(server, {kNeeded.begin(), kNeeded.end()}, scope);
  warnings.insert(warnings.end(), of_lists.begin(), of_lists.end());
  return warnings;
}

}  // namespace report
