#pragma once

#include "ledger/connections.h"

namespace ledger {

// Brings the tables to this program's version, each step in a transaction with its number. Several processes
// may do so at once. Throws std::runtime_error.
void migrate(Connections& connections);

}  // namespace ledger
