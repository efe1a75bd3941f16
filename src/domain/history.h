#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "domain/backup.h"
#include "domain/id.h"
#include "domain/quantity.h"

namespace domain {

// One finished attempt to back up a VM.
struct BackupRun {
  BackupId id;
  base::TimePoint at;
  BackupStatus status = BackupStatus::other;
  BackupType type = BackupType::other;
  Bytes size;
  std::optional<std::chrono::milliseconds> duration;

  bool operator==(const BackupRun&) const = default;
};

// What the history says of one VM. A run that is absent did not happen within the history's window.
struct BackupSummary {
  std::optional<BackupRun> last_attempt;  // newest finished one, of whatever outcome
  std::optional<BackupRun> last_success;
  std::optional<base::TimePoint> first_attempt;  // oldest one, finished or not
  std::optional<BackupRun> last_full;            // newest success of type FULL
  std::uint32_t consecutive_failures = 0;        // since the last success, or since the window began

  bool operator==(const BackupSummary&) const = default;
};

using BackupSummaries = std::unordered_map<VmId, BackupSummary>;

// The backups of one server's VMs within a window, merged from many overlapping reads: a later reading of a
// row replaces the earlier one, since a status changes (QUEUED to SUCCESS, SUCCESS to SUCCESS_REMOVED and
// back).
class BackupHistory {
 public:
  // Rows of other kinds of entities, and rows without a time, are left out.
  void merge(const std::vector<Backup>& rows);
  void forget_before(base::TimePoint limit);

  // The oldest row that can still change by its own progress: the next read must begin no later.
  std::optional<base::TimePoint> oldest_unfinished() const;
  BackupSummaries summaries() const;
  std::size_t size() const;

 private:
  std::unordered_map<VmId, std::vector<BackupRun>> runs_;  // of each VM, in no order
};

}  // namespace domain
