#pragma once

#include <optional>

#include "base/clock.h"
#include "base/latest.h"
#include "base/result.h"
#include "collector/options.h"
#include "domain/history.h"
#include "vprotect/api.h"

namespace collector {

// What one read of the backups brought.
struct BackupReading {
  base::Shared<domain::BackupSummaries> summaries;
  std::uint64_t rows = 0;     // of the history that is held
  std::uint64_t skipped = 0;  // bad records of this read
  std::optional<std::chrono::milliseconds> clock_skew;
};

// Keeps one server's backup history up to date: once the whole window, slice by slice, then only what is new
// or unfinished, with overlap; and the whole window again every `history_refresh`, since rows vanish and
// change long after they ended. One thread.
class BackupReader {
 public:
  BackupReader(vprotect::Api& api, const Options& options);

  // `now` is our clock's. The server is asked in its own time, as its last answer told it.
  base::Result<BackupReading> read(base::TimePoint now);

 private:
  struct Window {  // a read of the whole window under way: an error does not lose the slices that are in
    domain::BackupHistory history;
    base::TimePoint begin;
    base::TimePoint missing_until;  // rows from here on are in
    bool open_end = true;           // the newest slice, which has no end, is not in yet
  };

  base::Result<BackupReading> read_at(base::TimePoint server_now);
  void note(const vprotect::Listing<domain::Backup>& listing, BackupReading& reading);
  bool window_is_due(base::TimePoint now) const;
  base::Result<base::Done> read_window(base::TimePoint now, BackupReading& reading);
  base::Result<base::Done> read_slice(Window& window, BackupReading& reading);
  base::Result<base::Done> read_news(base::TimePoint now, BackupReading& reading);
  base::TimePoint begin_of_news(base::TimePoint now) const;

  vprotect::Api& api_;
  const Options options_;
  domain::BackupHistory history_;
  std::chrono::milliseconds clock_skew_{};  // server's clock minus ours, as last measured
  std::optional<Window> window_;
  std::optional<base::TimePoint> window_read_;  // when the whole window was last complete
  std::optional<base::TimePoint> news_read_;
};

}  // namespace collector
