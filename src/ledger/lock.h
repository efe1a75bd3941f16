#pragma once

#include <soci/soci.h>

namespace ledger {

// Numbers that others are not likely to take.
enum class Lock : long long { migrations = 1984975969, journal = 1984975970 };

// Keeps all other processes that take the lock out until the transaction's end. To be taken before anything
// is read. SQLite needs none: a file has one process, and that has one connection.
void keep_others_out(soci::session& session, Lock lock);

}  // namespace ledger
