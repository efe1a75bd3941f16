#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "ledger/ledger.h"
#include "ledger/location.h"

namespace ledger {

// Called after each operation with its name ("count_tasks") and whether it succeeded, by the thread that
// called the ledger.
using Observer = std::function<void(std::string_view operation, bool succeeded)>;

// Opens the ledger, or makes a new one where there is none, and brings its tables up to date. Throws
// std::runtime_error with one line that says why it cannot be had.
//
// A SQLite file belongs to one process at a time; a PostgreSQL database may be shared by several.
std::unique_ptr<Ledger> open(const Location& location, Observer observer);

}  // namespace ledger
