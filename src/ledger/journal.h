#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "domain/id.h"
#include "domain/operation.h"
#include "domain/scope.h"
#include "domain/shard.h"

// What was asked for that changes something, how it went, and the trail of every decision.
namespace ledger {

// One line of the audit trail. It is never changed.
struct AuditEntry {
  base::TimePoint at;
  std::string actor;      // name of the credential; "exporter" for what we do by ourselves
  std::string source;     // address, or empty
  std::string action;     // "backup", "restore", "cancel", "kill_switch", "create_policy", ...
  std::string server;     // or empty
  std::string tenant;     // or empty: it is about the site, and shown to who sees all tenants
  std::string object;     // name and guid of the VM, policy or schedule, or empty
  std::string decision;   // "accepted", "refused", "duplicate", "asked", "succeeded", "failed", ...
  std::string rule;       // that decided, or empty
  std::string operation;  // its id, or empty
  std::string detail;     // one sentence; task guids among it

  bool operator==(const AuditEntry&) const = default;
};

struct AuditRow {
  std::uint64_t number = 0;  // from 1, without gaps
  AuditEntry entry;
  std::string hash;  // hexadecimal SHA-256 of the previous row's hash, the number and the entry

  bool operator==(const AuditRow&) const = default;
};

// Rows from the newest back.
struct AuditFilter {
  domain::Scope scope;
  std::optional<std::uint64_t> before;                             // only numbers below it
  std::optional<base::TimePoint> from, to;                         // from <= at < to
  std::string actor, action, server, tenant, decision, operation;  // empty: any
  std::size_t limit = 100;
};

struct AuditCheck {
  std::uint64_t rows = 0;               // that are what was written, from the first on
  std::string head;                     // hash of the last of them; empty: there is none
  std::optional<std::uint64_t> broken;  // number of the first row that is not what was written
  std::string fault;                    // what is wrong with it, one sentence
};

// Nothing is begun while it is on.
struct KillSwitch {
  bool on = false;
  std::optional<base::TimePoint> since;  // of the last change; absent: never
  std::string by;
  std::string reason;

  bool operator==(const KillSwitch&) const = default;
};

struct VmKey {
  std::string server;
  domain::VmId vm;

  auto operator<=>(const VmKey&) const = default;
};

// Which of the journal's facts are wanted for a decision.
struct FactsQuestion {
  domain::OperationKind kind = domain::OperationKind::backup;
  std::vector<VmKey> vms;
  base::TimePoint begun_since;    // of the budgets
  base::TimePoint alerted_since;  // of the mass-alert guard
  bool by_alert = false;          // the VMs are noted as ones that an alert asked for, at `now`
  base::TimePoint now;
};

// What decides whether a job may begin. Jobs that were refused do not count.
struct Facts {
  struct OfVm {
    std::string open_operation;                 // that has an open job for it, of any kind; empty: none
    std::optional<base::TimePoint> last_begun;  // of the kind that is asked for

    bool operator==(const OfVm&) const = default;
  };

  std::map<VmKey, OfVm> vms;                             // of those asked about that have any
  std::map<std::string, std::uint64_t> begun_by_tenant;  // jobs of the kind, since begun_since
  std::uint64_t begun = 0;
  std::map<std::string, std::uint64_t> open_by_server;  // jobs of every kind
  std::uint64_t open = 0;
  // VMs of the server that alerts asked for since alerted_since; where an alert asks, the ones that it asks
  // for among them.
  std::map<std::string, std::uint64_t> alerted_by_server;
  KillSwitch kill_switch;

  bool operator==(const Facts&) const = default;
};

// What becomes of a request: its jobs are `waiting`, or `ended` and refused.
struct Decision {
  domain::Operation operation;
  std::vector<AuditEntry> audit;
};
// Called within the transaction, perhaps more than once: it does nothing else than decide.
using Decide = std::function<Decision(const Facts&)>;

struct Entered {
  domain::Operation operation;
  bool is_known = false;  // its key was in the journal already; nothing was decided
};

// From the newest back.
struct OperationFilter {
  domain::Scope scope;  // operations of which a job is of a tenant that it shows; and these jobs only
  std::string before;   // only ids that sort before it; empty: any
  std::optional<domain::OperationKind> kind;
  std::optional<bool> open;  // whether one of the jobs that the scope shows is
  // What one and the same job has; but for origin and caller, which are the operation's.
  std::optional<domain::JobOutcome> outcome;
  std::string server, tenant, origin, caller;  // empty: any
  domain::VmId vm;                             // likewise
  std::optional<base::TimePoint> from, to;     // from <= created < to
  std::size_t limit = 100;
};

// A job that is open, and what it is part of (without the other jobs).
struct OpenJob {
  domain::Operation operation;
  domain::Job job;
};

// Shared by several processes where the database is. As with the Ledger, what a method writes is written as a
// whole or not at all, and on disk when it returns; an error may have been written all the same. Any thread.
//
// Texts come back as those of the Ledger do; `reason`, `request`, `callback` and `detail` are kept up to
// 16 KiB, `ask` up to 1 MiB. Facts are counted by servers and tenants as they are kept.
class Journal {
 public:
  virtual ~Journal() = default;

  // The one way in: all other processes are kept out while it looks whether the key is known, decides, and
  // writes. An operation of which no job is open leaves its audit entries only, and its key free. What comes
  // back is the operation as it is kept, with `key` as its key.
  virtual base::Result<Entered> enter(const std::string& key, const FactsQuestion& question,
                                      const Decide& decide) = 0;
  // The facts alone: for a dry run. Nothing is noted.
  virtual base::Result<Facts> facts(const FactsQuestion& question) = 0;

  // With those jobs only that the scope shows; absent when there is none.
  virtual base::Result<std::optional<domain::Operation>> operation(const std::string& id,
                                                                   const domain::Scope& scope) = 0;
  virtual base::Result<std::vector<domain::Operation>> operations(const OperationFilter& filter) = 0;

  // The open jobs of the server that are this owner's, or nobody's since the lease on them ran out: all of
  // these are the owner's until now + lease. By operation and number. An owner has a name that is not empty.
  // In a SQLite file all jobs are nobody's when it is opened: no other process has it. Of those that are
  // about VMs only the shard's, which alone sees these.
  virtual base::Result<std::vector<OpenJob>> claim(const std::string& server, const std::string& owner,
                                                   base::TimePoint now, std::chrono::milliseconds lease,
                                                   const domain::Shard& shard) = 0;
  // Writes what became of a job and what has to be said of it, when it is still the owner's at `now`; false,
  // and nothing written, otherwise. One that has ended is nobody's. A `cancel_asked` that came meanwhile
  // stays; what the job is for (server, tenant, VM) never changes.
  virtual base::Result<bool> save(const std::string& operation, const domain::Job& job,
                                  const std::string& owner, base::TimePoint now,
                                  const std::vector<AuditEntry>& audit) = 0;
  // Notes that the open jobs of the operation that the scope shows are to be cancelled. How many there were;
  // the audit entries are written when there was one.
  virtual base::Result<std::size_t> ask_cancel(const std::string& operation, const domain::Scope& scope,
                                               const std::vector<AuditEntry>& audit) = 0;
  // Drops operations that ended before the limit, with their keys, and what alerts asked for before it. The
  // audit trail stays.
  virtual base::Result<base::Done> forget_operations_before(base::TimePoint limit) = 0;
  // Open jobs by server and kind.
  virtual base::Result<std::map<std::pair<std::string, domain::OperationKind>, std::uint64_t>>
  open_jobs() = 0;

  virtual base::Result<KillSwitch> kill_switch() = 0;
  virtual base::Result<base::Done> set_kill_switch(const KillSwitch& value, const AuditEntry& audit) = 0;

  virtual base::Result<base::Done> append(const std::vector<AuditEntry>& audit) = 0;
  virtual base::Result<std::vector<AuditRow>> audit(const AuditFilter& filter) = 0;
  // Reads the whole trail, some rows at a time; others get in between. Ends at the first row that is broken.
  virtual base::Result<AuditCheck> verify_audit() = 0;
};

}  // namespace ledger
