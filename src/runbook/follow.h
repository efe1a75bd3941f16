#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "domain/history.h"
#include "domain/operation.h"
#include "domain/snapshot.h"
#include "runbook/options.h"

namespace runbook {

// What the server last showed of a job's VM.
struct Sight {
  base::TimePoint now;                       // our clock
  std::chrono::milliseconds server_ahead{};  // its clock minus ours
  std::vector<const domain::Task*> tasks;    // of the VM
  // When the read of the task list began, our clock; absent: it is not known, or too old.
  std::optional<base::TimePoint> tasks_read;
  std::optional<std::vector<domain::BackupRun>> backups;  // the newest first; absent: not known
  std::optional<base::TimePoint> backups_read;            // likewise of the backup history
};

Sight sight_of(const domain::ServerState* server, const domain::Job& job,
               std::optional<std::vector<domain::BackupRun>> backups, base::TimePoint now);

// What is remembered of a job between two looks, and may be forgotten at any time: it only makes us wait
// anew.
struct Patience {
  std::optional<base::TimePoint> missing_since;  // its task is not listed
  std::optional<base::TimePoint> waiting_since;  // for what has to come next
};

// How the job stands by what can be seen now; the same job when nothing has changed. It was sent, and is
// open. A backup goes from its export to its store to the backup's record, a restore from restore to import.
domain::Job follow(domain::Job job, domain::OperationKind kind, const Sight& sight,
                   const FollowOptions& options, Patience& patience);

}  // namespace runbook
