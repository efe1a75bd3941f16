#pragma once

#include <soci/soci.h>

#include <string>

#include "domain/memory.h"

// The newest restore of each VM. `server` as it is stored; throws soci::soci_error.
namespace ledger::restores {

domain::LastRestores read(soci::session& session, const std::string& server);
void note(soci::session& session, const std::string& server, const domain::LastRestores& restores);

}  // namespace ledger::restores
