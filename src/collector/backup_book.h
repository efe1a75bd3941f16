#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/latest.h"
#include "collector/portion.h"
#include "domain/memory.h"
#include "ledger/ledger.h"

namespace collector {

// Counts each failed backup of a server's VMs once, and remembers how the backups of each day ended, also
// when the server has forgotten them. One thread.
class BackupBook {
 public:
  using Strips = std::vector<std::pair<domain::VmId, domain::DayStrip>>;

  // `keep` is the time for which backups are read; nothing older is ever counted twice, as it is not counted.
  BackupBook(ledger::Ledger& ledger, std::string server, std::chrono::milliseconds keep);

  // What the server lists of failures, also such as are known, and of the days of the VMs that changed.
  // Nothing is held of VMs of other shards, which may write into the same ledger.
  void note(const std::vector<ledger::FailedBackup>& failures, const Strips& strips, base::TimePoint now,
            const Portion& portion = {});

  // All that was noted is in the ledger.
  bool is_written() const { return uncounted_.empty() && unsaved_days_.empty(); }

  // As they are written; null while the ledger cannot be read.
  base::Shared<domain::FailureCounters> failures();
  base::Shared<domain::DayStrips> days() const { return days_; }

 private:
  bool load(const Portion& portion);
  void count(base::TimePoint now);
  void note_days(base::TimePoint now);
  void forget_old(base::TimePoint now);
  base::Shared<domain::DayStrip> merged(const domain::VmId& vm, const domain::DayStrip& listed,
                                        base::TimePoint now) const;

  ledger::Ledger& ledger_;
  const std::string server_;
  const std::chrono::milliseconds keep_;
  bool loaded_ = false;
  std::uint64_t arrivals_ = 0;  // of the portion with which it was loaded
  ledger::FailureBook book_;
  std::unordered_map<domain::BackupId, ledger::FailedBackup> uncounted_;  // waiting for a ledger that works
  base::Shared<domain::FailureCounters> published_;
  base::Shared<domain::DayStrips> days_;
  std::unordered_map<domain::VmId, base::Shared<domain::DayStrip>> unsaved_days_;
  std::optional<base::TimePoint> forgot_;
};

}  // namespace collector
