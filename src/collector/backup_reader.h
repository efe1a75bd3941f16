#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/latest.h"
#include "base/result.h"
#include "collector/backup_book.h"
#include "collector/options.h"
#include "collector/portion.h"
#include "domain/history.h"
#include "ledger/ledger.h"
#include "vprotect/api.h"

namespace collector {

// What one read of the backups brought.
struct BackupReading {
  base::Shared<domain::BackupSummaries> summaries;
  std::uint64_t history = 0;     // rows that are held,
  base::TimePoint history_from;  // back to then
  std::uint64_t rows = 0;        // of this read, in all its ranges
  std::uint64_t pages = 0;
  std::uint64_t skipped = 0;                   // bad records
  std::optional<std::uint64_t> reported_rows;  // as the server counts them, where it does for each range
  std::optional<std::chrono::milliseconds> clock_skew;
  std::vector<ledger::FailedBackup> failures;  // that were listed since the last read, known ones among them
  BackupBook::Strips changed_days;             // of the VMs whose rows changed since the last read
  std::uint64_t arrivals = 0;                  // whose whole window is in, see Portion
};

// What a reader has, and leaves to the next one of the same server, whose portions follow on.
struct HeldBackups {
  domain::BackupHistory history;
  std::chrono::milliseconds reach{};           // of the window
  bool known = false;                          // a window was read once, be it one that reached less far back
  std::optional<base::TimePoint> window_read;  // when the whole window was last complete
  std::optional<base::TimePoint> news_read;    // when what is new was last read
  std::uint64_t arrivals = 0;                  // of the portion, that the last whole window has
  std::uint64_t departures = 0;                // that were dropped
  std::chrono::milliseconds clock_skew{};      // server's clock minus ours, as last measured
  std::vector<ledger::FailedBackup> failures;  // not handed out yet
};

// Keeps one server's backup history up to date: once the whole window, slice by slice, then only what is new
// or unfinished, with overlap; and the whole window again every `history_refresh`, since rows vanish and
// change long after they ended. One thread reads.
class BackupReader {
 public:
  BackupReader(vprotect::Api& api, const Options& options, HeldBackups held = {});

  // `now` is our clock's. The server is asked in its own time, as its last answer told it. Keeps what is of
  // our VMs; when such came from another shard, the whole window is read again, kNextForArrivals after it
  // last was at the earliest.
  base::Result<BackupReading> read(base::TimePoint now, base::Shared<Portion> portion);
  static constexpr std::chrono::minutes kNextForArrivals{10};

  // What was read so far; nothing is left. When no read is under way.
  HeldBackups take_held();

  // What is held of one VM, see BackupHistory; absent until the whole window was read once. Any thread, also
  // during a read.
  std::optional<std::vector<domain::BackupRun>> runs_of(const domain::VmId& vm) const;
  std::optional<std::vector<domain::Bytes>> sizes_of(const domain::VmId& vm, std::size_t most) const;

 private:
  struct Window {  // a read of the whole window under way: an error does not lose the slices that are in
    base::TimePoint begun;  // when the newest slice was asked for
    base::TimePoint begin;
    base::TimePoint missing_until;  // rows from here on are in
    bool open_end = true;           // the newest slice, which has no end, is not in yet
    std::uint64_t arrivals = 0;     // of the portion with which it was begun
  };

  base::Result<base::Done> fetch(base::TimePoint server_now, BackupReading& reading);
  void complete(base::TimePoint server_now, BackupReading& reading);
  void take(vprotect::Listing<domain::Backup> listing, BackupReading& reading);
  void drop_departures();
  void note_failures(const std::vector<domain::Backup>& rows);
  BackupBook::Strips days_of(const std::vector<domain::VmId>& vms) const;
  bool window_is_due(base::TimePoint now) const;
  base::Result<base::Done> read_window(base::TimePoint now, BackupReading& reading);
  base::Result<base::Done> read_slice(Window& window, BackupReading& reading);
  base::Result<base::Done> read_news(base::TimePoint now, BackupReading& reading);
  base::TimePoint begin_of_news(base::TimePoint now) const;

  vprotect::Api& api_;
  const Options options_;

  mutable std::mutex mutex_;
  // The reading thread changes the history, and that it is known, with the mutex held, and looks at them
  // without; the rest is its own.
  HeldBackups held_;

  base::Shared<Portion> portion_;  // of the read that is on
  std::optional<Window> window_;
};

}  // namespace collector
