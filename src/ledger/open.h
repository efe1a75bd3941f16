#pragma once

#include <memory>

#include "ledger/ledger.h"
#include "ledger/location.h"
#include "ledger/transactions.h"

namespace ledger {

// Opens the ledger, or makes a new one where there is none, and brings its tables up to date. Throws
// std::runtime_error with one line that says why it cannot be had.
//
// A SQLite file belongs to one process at a time; a PostgreSQL database may be shared by several.
std::unique_ptr<Ledger> open(const Location& location, Observer observer);

}  // namespace ledger
