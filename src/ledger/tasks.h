#pragma once

#include <soci/soci.h>

#include <string>
#include <vector>

#include "ledger/ledger.h"

// Which tasks were counted. `server` as it is stored; throws soci::soci_error.
namespace ledger::tasks {

TaskBook read(soci::session& session, const std::string& server);
domain::TaskCounters count(soci::session& session, const std::string& server,
                           const std::vector<EndedTask>& tasks, base::TimePoint now);
void forget(soci::session& session, const std::string& server, const std::vector<domain::TaskId>& tasks);

}  // namespace ledger::tasks
