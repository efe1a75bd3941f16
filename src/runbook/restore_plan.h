#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/history.h"
#include "domain/snapshot.h"
#include "runbook/refusal.h"
#include "runbook/request.h"
#include "runbook/runbook.h"
#include "runbook/targets.h"
#include "vprotect/control.h"

namespace runbook {

// What a restore comes to: whose backup, and what the server is asked for.
struct RestorePlan {
  Subject subject;
  vprotect::RestoreAsk ask;
  base::TimePoint backup_at;
};

// Finds VM and backup within the actor's scope, and holds the target against the tenant of the VM.
std::variant<RestorePlan, Refusal> plan_restore(const domain::Snapshot& snapshot, const domain::Scope& scope,
                                                const RestoreRequest& request, const BackupsOf& backups_of);

// For Job::ask.
std::string to_text(const vprotect::RestoreAsk& ask);
std::optional<vprotect::RestoreAsk> restore_ask_of(const std::string& text);

}  // namespace runbook
