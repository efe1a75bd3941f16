#pragma once

#include <soci/soci.h>

#include <string>
#include <vector>

#include "ledger/ledger.h"

// Which failed backups were counted. `server` as it is stored; throws soci::soci_error.
namespace ledger::failures {

FailureBook read(soci::session& session, const std::string& server);
domain::FailureCounters count(soci::session& session, const std::string& server,
                              const std::vector<FailedBackup>& backups, base::TimePoint now);
void forget_before(soci::session& session, const std::string& server, base::TimePoint limit);

}  // namespace ledger::failures
