#pragma once

#include <memory>

#include "ledger/journal.h"
#include "ledger/transactions.h"

namespace ledger {

// The journal in a database whose tables are up to date. `transactions` outlives it. Throws
// std::runtime_error.
std::unique_ptr<Journal> make_journal(Transactions& transactions);

}  // namespace ledger
