#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/latest.h"
#include "base/shared_text.h"
#include "domain/backup.h"
#include "domain/failure_class.h"
#include "domain/id.h"
#include "domain/memory.h"
#include "domain/quantity.h"

namespace domain {

// One attempt to back up a VM.
struct BackupRun {
  BackupId id;
  base::TimePoint at;
  BackupStatus status = BackupStatus::other;
  BackupType type = BackupType::other;
  FailureClass failure = FailureClass::unspecified;  // of a failed one
  Bytes size;
  std::optional<std::chrono::milliseconds> duration;
  BackupPhases phases;

  bool operator==(const BackupRun&) const = default;
};

// The newest failed attempt to back up a VM.
struct FailureNote {
  base::TimePoint at;
  base::TimePoint since;  // the oldest of the failures in a row that it ends
  FailureClass failure = FailureClass::unspecified;
  base::SharedText text;  // the server's (statusInfo), kMostFailureText bytes of it at most: for people

  bool operator==(const FailureNote&) const = default;
};
inline constexpr std::size_t kMostFailureText = 500;

// What the history says of one VM. A run that is absent did not happen within the history's window.
struct BackupSummary {
  std::optional<BackupRun> last_attempt;  // newest finished one, of whatever outcome
  std::optional<BackupRun> last_success;
  std::optional<BackupRun> last_full;            // newest success of type FULL
  std::optional<base::TimePoint> first_attempt;  // oldest one, finished or not
  base::Shared<FailureNote> last_failure;        // null: none
  std::uint32_t consecutive_failures = 0;        // since the last success, or since the window began
  std::uint32_t restorable = 0;                  // backups that are still there: no SUCCESS_REMOVED
  Bytes stored;                                  // the sum of their sizes
  // Size of the newest success of the type against the median of those before it, see kTrend*; absent when
  // there are too few.
  std::optional<double> full_size_ratio;
  std::optional<double> incremental_size_ratio;

  bool operator==(const BackupSummary&) const = default;
};

// So many successes of the same type before the newest one make its ratio.
inline constexpr std::size_t kTrendLeast = 3;
inline constexpr std::size_t kTrendMost = 10;

using BackupSummaries = std::unordered_map<VmId, base::Shared<BackupSummary>>;

// The backups of one server's VMs within a window, merged from many overlapping reads: a later reading of a
// row replaces the earlier one, since a status changes (QUEUED to SUCCESS, SUCCESS to SUCCESS_REMOVED and
// back). Made for millions of rows: what only the newest run of a VM is asked for is kept of few.
class BackupHistory {
 public:
  // Rows of other kinds of entities, and rows without a time within thousands of years, are left out.
  void merge(const std::vector<Backup>& rows);
  void forget_before(base::TimePoint limit);
  void forget_vms(const std::function<bool(const VmId&)>& of_these);

  // Everything is read anew from here on; at the end, what was not read again since is gone.
  void begin_reread() { reading_ = (reading_ + 1) % kReadings; }
  void end_reread();

  // The oldest row that can still change by its own progress: the next read must begin no later.
  std::optional<base::TimePoint> oldest_unfinished() const;
  // The same value as long as nothing changes.
  base::Shared<BackupSummaries> summaries();
  std::size_t size() const;

  // All that are held of the VM, the newest first, unfinished ones among them. What only the summary shows
  // (duration, phases) is known of the runs in it.
  std::vector<BackupRun> runs_of(const VmId& vm) const;
  // Of the newest successes that have a size, at most so many; the oldest first.
  std::vector<Bytes> sizes_of(const VmId& vm, std::size_t most) const;

  // The VMs whose rows changed since the last call.
  std::vector<VmId> take_changed();
  // How the VM's rows of each day ended; no days when it has none.
  DayStrip days_of(const VmId& vm) const;

 private:
  // Of every row. There are millions: 40 bytes, so everything small shares eight of them.
  struct Row {
    BackupId id;
    Bytes size;
    std::int64_t milliseconds : 48;  // since 1970
    BackupStatus status : 3;
    FailureClass failure : 5;
    BackupType type : 3;
    std::uint8_t reading : 5;  // in which it was last seen

    base::TimePoint at() const { return base::TimePoint(std::chrono::milliseconds(milliseconds)); }
  };
  static_assert(sizeof(Row) == 40);
  static constexpr std::uint8_t kReadings = 32;

  // Of a row that the next summary may show. Once it does, the summary keeps it.
  struct Detail {
    BackupId id;
    std::optional<std::chrono::milliseconds> duration;
    BackupPhases phases;
    base::SharedText text;  // of a failure
  };

  // The rows that the summary shows; null where there is none.
  struct Shown {
    const Row* attempt = nullptr;
    const Row* success = nullptr;
    const Row* full = nullptr;
    const Row* failure = nullptr;

    bool has(const BackupId& id) const;
  };

  struct VmRows {
    std::vector<Row> rows;  // the newest first
    std::vector<Detail> details;
    std::uint32_t unfinished = 0;         // of rows
    base::Shared<BackupSummary> summary;  // null: none was made yet
    bool settled = false;                 // the summary is that of the rows
    bool changed = true;                  // since take_changed()
  };

  static bool is_newer(const Row& a, const Row& b) { return a.milliseconds > b.milliseconds; }
  static std::vector<Row>::iterator find(VmRows& vm, const Row& row);
  static bool put(VmRows& vm, const Row& row);
  static void put(VmRows& vm, Detail detail);
  static void remove(VmRows& vm, std::vector<Row>::iterator row);
  static bool may_be_shown(const VmRows& vm, const Row& row);
  static Shown shown_of(const VmRows& vm);
  static void settle(VmRows& vm);
  static BackupSummary summary_of(const VmRows& vm);
  static std::optional<Detail> detail_of(const VmRows& vm, const BackupId& id);
  static BackupRun run_of(const VmRows& vm, const Row& row);
  static bool has_other_text(const VmRows& vm, const Row& row, const base::SharedText& text);
  static base::SharedText text_of(const VmRows& vm, const Row& failure);
  static base::Shared<FailureNote> note_of(const VmRows& vm, const Row& failure);
  void merge(VmRows& vm, const Backup& backup, base::TimePoint at);
  void touch(VmRows& vm);
  void forget_empty();

  std::unordered_map<VmId, VmRows> vms_;
  std::uint8_t reading_ = 0;
  base::Shared<BackupSummaries> summaries_;  // null: to be made anew
};

}  // namespace domain
