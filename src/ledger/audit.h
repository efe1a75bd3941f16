#pragma once

#include <soci/soci.h>

#include <optional>
#include <vector>

#include "ledger/journal.h"

// The trail of what was decided, a chain of hashes. Throws soci::soci_error.
namespace ledger::audit {

// Under the journal's lock.
void append(soci::session& session, const std::vector<AuditEntry>& entries);

std::vector<AuditRow> read(soci::session& session, const AuditFilter& filter);

// How far a verification is.
struct Verified {
  AuditCheck check;
  bool is_done = false;
};

// Reads on from the row behind those in `before`, some rows: under the journal's lock, so that the trail and
// its head are of one moment.
Verified verify_more(soci::session& session, const Verified& before);

}  // namespace ledger::audit
