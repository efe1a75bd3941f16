#pragma once

#include <string>
#include <vector>

#include "domain/operation.h"
#include "domain/scope.h"
#include "domain/snapshot.h"
#include "runbook/plan_request.h"
#include "vprotect/control.h"

namespace runbook {

// The one job of a request to change a policy or schedule: `waiting`, or refused by what is known of the
// server. What the scope does not show is as good as not there; what it shows and does not own, it may not
// change.
domain::Job plan_job(const domain::Snapshot& snapshot, const domain::Scope& scope, const PlanRequest& request,
                     base::TimePoint now);

// Does what the job asks for, in as many calls as that takes, and ends it. What was begun and cannot be
// finished is undone where that is possible; where it is not, the job's detail says what is left.
domain::Job perform(domain::Job job, vprotect::Control& control, base::TimePoint now);

// Ends a job that was being done when its process died.
domain::Job interrupted(domain::Job job, base::TimePoint now);

}  // namespace runbook
