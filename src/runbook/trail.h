#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/operation.h"
#include "ledger/journal.h"
#include "runbook/request.h"

// What of an operation goes into the audit trail.
namespace runbook {

// Of a job that was just decided on.
ledger::AuditEntry decision_of(const domain::Operation& operation, const domain::Job& job,
                               base::TimePoint now);

// Of one that goes on: that the server is asked, what it answered, how it ended; nothing of progress.
std::vector<ledger::AuditEntry> changes_of(const domain::Operation& operation, const domain::Job& before,
                                           const domain::Job& job, base::TimePoint now);

}  // namespace runbook
