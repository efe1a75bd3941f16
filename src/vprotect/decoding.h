#pragma once

#include "base/shared_text.h"
#include "domain/backup.h"
#include "domain/infrastructure.h"
#include "domain/policy.h"
#include "domain/schedule.h"
#include "domain/task.h"
#include "domain/vm.h"
#include "vprotect/control.h"
#include "vprotect/record.h"

namespace vprotect {

enum class Verdict {
  wanted,
  unwanted,    // readable, but not what the list is for: only its id is filled in
  unreadable,  // not an object, or nothing that identifies it
};

// One record of a list. `row` is a fresh one. The pool lives as long as one list is read.
Verdict decode(const Value& record, base::TextPool& pool, domain::Vm& row);
Verdict decode(const Value& record, base::TextPool& pool, domain::Backup& row);  // of VMs only
Verdict decode(const Value& record, base::TextPool& pool, domain::Task& row);
Verdict decode(const Value& record, base::TextPool& pool, domain::Schedule& row);  // VM backups only
Verdict decode(const Value& record, base::TextPool& pool, domain::Policy& row);
Verdict decode(const Value& record, base::TextPool& pool, domain::Rule& row);
Verdict decode(const Value& record, base::TextPool& pool, domain::Node& row);
Verdict decode(const Value& record, base::TextPool& pool, domain::Destination& row);

// Unreadable also when a VM of it has no guid: its list would be sent back without that VM.
Verdict decode(const Value& record, base::TextPool& pool, PolicyDetail& row);

// The answer to an export of that VM alone, or to a restore (no VM): a task, tasks, or {successful,
// unsuccessful, tasks}.
Begun decode_begun(const Value& answer, const domain::VmId& vm);

// The answer of /dashboard/protection. What an older server does not tell is absent.
domain::ProtectionTotals decode_protection(const Value& answer);

}  // namespace vprotect
