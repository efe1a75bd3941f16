#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/latest.h"
#include "domain/history.h"
#include "domain/memory.h"
#include "domain/plan.h"
#include "domain/snapshot.h"
#include "domain/vm.h"

namespace domain {

// What is known of a server's backups besides the VM's own record.
struct History {
  const BackupSummaries* summaries = nullptr;  // null: unknown, or too old to be used
  base::TimePoint read_at;
  const std::vector<VmId>* unknown = nullptr;  // VMs, in order, whose part of it is not known; null: none

  // The history is known, but not of this one.
  bool lacks(const Vm& vm) const;
  // Null when the history is unknown.
  base::Shared<BackupSummary> of(const Vm& vm) const;
};

// What a server's VMs are judged by.
struct Grounds {
  const std::string& server;
  const DeriveOptions& options;
  History history;
  const Plans* plans = nullptr;  // null: not known
  const Memory& memory;
  base::TimePoint now;  // by the server's clock
};

VmState judge(const Vm& vm, const Grounds& grounds);

}  // namespace domain
