#pragma once

#include <memory>

#include "ledger/journal.h"
#include "ledger/ledger.h"
#include "ledger/location.h"
#include "ledger/transactions.h"

namespace ledger {

// A database with all that is kept in it. Both parts live as long as it does.
class Store {
 public:
  virtual ~Store() = default;

  virtual Ledger& ledger() = 0;
  virtual Journal& journal() = 0;
};

// Opens the database, or makes a new one where there is none, and brings its tables up to date. Throws
// std::runtime_error with one line that says why it cannot be had.
//
// A SQLite file belongs to one process at a time; a PostgreSQL database may be shared by several.
std::unique_ptr<Store> open(const Location& location, Observer observer);

}  // namespace ledger
