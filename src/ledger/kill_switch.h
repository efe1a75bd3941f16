#pragma once

#include <soci/soci.h>

#include "ledger/journal.h"

// Throws soci::soci_error.
namespace ledger::kill_switch {

KillSwitch read(soci::session& session);
void set(soci::session& session, const KillSwitch& value);

}  // namespace ledger::kill_switch
