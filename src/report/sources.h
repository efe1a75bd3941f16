#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/scope.h"
#include "domain/snapshot.h"
#include "report/period.h"

namespace report {

// How fresh and how complete what one server told of one thing is.
struct SourcePart {
  std::string server;
  std::string collector;  // as the label of vprotect_collector_success
  bool ok = false;        // the last read succeeded
  bool stale = false;     // its data are too old, and were dropped
  std::optional<base::TimePoint> last_success;
  std::optional<std::chrono::milliseconds> age;  // of the last success
  std::optional<std::uint64_t> rows;
  std::optional<std::uint64_t> skipped_records;
  std::optional<std::uint64_t> reported_rows;
  std::string error_class;  // of the last read, when it failed
  std::string error;        // in words

  bool operator==(const SourcePart&) const = default;
};

// For a caller of some tenants there are no counts and no words of errors, which tell of all tenants.
std::vector<SourcePart> sources_of(const domain::ServerState& server, base::TimePoint taken_at,
                                   const domain::Scope& scope);

// Whether the server's list of VMs is known, be it an empty one.
bool vms_known(const domain::ServerState& server);
// Of the list of VMs: when it was last read.
std::optional<base::TimePoint> vms_read_at(const domain::ServerState& server);

// What of some lists of a server is stale or missing: a sentence each, that names the server.
std::vector<std::string> warnings_of(const domain::ServerState& server,
                                     const std::vector<domain::Resource>& resources,
                                     const domain::Scope& scope);

// What of the server is stale, missing or not known, as far as a report is made of it: a sentence each.
std::vector<std::string> warnings_of(const domain::ServerState& server, const Period& period,
                                     const domain::Scope& scope);

}  // namespace report
