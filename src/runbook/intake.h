#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "ledger/journal.h"
#include "runbook/guard.h"
#include "runbook/options.h"
#include "runbook/request.h"
#include "runbook/restore_plan.h"
#include "runbook/runbook.h"

// From what is asked to an operation that the journal can decide on: everything that needs no journal.
namespace runbook {

// "op_" and a number that grows with time, then some that nobody else has.
std::string new_operation_id(base::TimePoint now);

// Of a request through the API: each credential has keys of its own.
std::string key_of(const Actor& actor, const Common& common, const std::string& id);
std::string key_of(const Alert& alert);

// Without jobs.
domain::Operation operation_for(const Actor& actor, const Common& common, domain::OperationKind kind,
                                std::string key, base::TimePoint now);

// One job for each VM that is asked for, `waiting` or refused.
std::vector<domain::Job> backup_jobs(const domain::Snapshot& snapshot, const Actor& actor,
                                     const BackupRequest& request, const Options& options,
                                     base::TimePoint now);
domain::Job restore_job(const domain::Snapshot& snapshot, const Actor& actor, const RestoreRequest& request,
                        const BackupsOf& backups_of, base::TimePoint now);

// The action that the alert starts; null: none.
const AlertAction* action_for(const std::vector<AlertAction>& actions, const Alert& alert);
// Whom the alert is about, by its labels: `guid`, and `server` where it has one; else `vm`, `server` and
// `tenant`, all three. Absent: it does not say.
struct AlertTarget {
  std::string server;
  VmSelector vm;
};
std::optional<AlertTarget> target_of(const Alert& alert);

// What has to be known to decide on the operation's jobs that wait.
ledger::FactsQuestion question_for(const domain::Operation& operation, const Options& options, bool by_alert,
                                   base::TimePoint now);

// Lets the guard decide on each job that waits, in turn.
ledger::Decision decide(domain::Operation operation, const ledger::Facts& facts, const Options& options,
                        bool by_alert, base::TimePoint now);

}  // namespace runbook
