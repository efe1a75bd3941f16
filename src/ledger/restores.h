#pragma once

#include <soci/soci.h>

#include <string>
#include <vector>

#include "ledger/journal.h"

// The newest restore of each VM. `server` as it is stored; throws soci::soci_error.
namespace ledger::restores {

std::vector<LastRestore> read(soci::session& session, const std::string& server);
void note(soci::session& session, const std::string& server, const std::vector<LastRestore>& restores);

}  // namespace ledger::restores
