#pragma once

#include <soci/soci.h>

#include <string>

#include "base/result.h"
#include "ledger/location.h"

namespace ledger {

// Another process got in the way of a transaction, which may succeed when it is tried anew.
bool is_conflict(const soci::soci_error& error);

// Says on one line what is wrong with the ledger there, without its password.
base::Error to_error(const Location& location, const soci::soci_error& error);

}  // namespace ledger
