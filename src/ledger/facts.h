#pragma once

#include <soci/soci.h>

#include "ledger/journal.h"

// What a decision rests on. Throws soci::soci_error.
namespace ledger::facts {

// Counts the VMs asked about among those that alerts asked for when they are asked for by one, whether or not
// that was noted.
Facts read(soci::session& session, const FactsQuestion& question);

// Under the journal's lock.
void note_alerted(soci::session& session, const FactsQuestion& question);
void forget_alerted_before(soci::session& session, base::TimePoint limit);

}  // namespace ledger::facts
