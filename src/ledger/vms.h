#pragma once

#include <soci/soci.h>

#include <string>
#include <utility>
#include <vector>

#include "domain/memory.h"

// What is kept of each VM. `server` as it is stored; throws soci::soci_error.
namespace ledger::vms {

domain::Sightings sightings(soci::session& session, const std::string& server);
void note(soci::session& session, const std::string& server,
          const std::vector<std::pair<domain::VmId, domain::Sighting>>& vms);

domain::DayStrips days(soci::session& session, const std::string& server);
void note(soci::session& session, const std::string& server,
          const std::vector<std::pair<domain::VmId, base::Shared<domain::DayStrip>>>& strips);

void forget(soci::session& session, const std::string& server, const std::vector<domain::VmId>& vms);

}  // namespace ledger::vms
