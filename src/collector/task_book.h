#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/latest.h"
#include "collector/portion.h"
#include "domain/memory.h"
#include "domain/shard.h"
#include "domain/task.h"
#include "domain/vm.h"
#include "ledger/ledger.h"

namespace collector {

// Counts each task of a server that ended, once, whatever becomes of the server's list and of this process. A
// task that ends and is wiped between two reads of the list is never seen by anyone. One thread.
class TaskBook {
 public:
  // A task that was not listed for so long will not be listed again: lists shift while they are read, but not
  // for hours.
  static constexpr std::chrono::hours kForgetAfter{24};

  // Counts, and shows, what is of the shard's tenants; others may write into the same ledger.
  TaskBook(ledger::Ledger& ledger, std::string server, const domain::Shard& shard = {});

  // Counts the ended ones of a whole list, by the tenant of their VM. The counters are those that are
  // written: what they show is never taken back. Null while the ledger cannot be read.
  base::Shared<domain::TaskCounters> note(const std::vector<domain::Task>& listed,
                                          const std::vector<domain::Vm>& vms, base::TimePoint now,
                                          const Portion& portion = {});

 private:
  struct Counted {
    bool failed = false;
    base::TimePoint listed;  // last
  };

  bool load(base::TimePoint now);
  std::vector<const domain::Task*> uncounted(const std::vector<domain::Task>& listed, base::TimePoint now,
                                             const Portion& portion);
  void count(const std::vector<const domain::Task*>& tasks, const std::vector<domain::Vm>& vms,
             base::TimePoint now);
  void forget_old(base::TimePoint now);

  ledger::Ledger& ledger_;
  const std::string server_;
  const domain::Shard shard_;
  bool loaded_ = false;
  std::unordered_map<domain::TaskId, Counted> counted_;
  domain::TaskCounters counters_;
  base::Shared<domain::TaskCounters> published_;
  base::TimePoint looked_for_old_;
};

}  // namespace collector
