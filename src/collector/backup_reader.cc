#include "collector/backup_reader.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace collector {
namespace {

using base::TimePoint;
using std::chrono::hours;

// One slice of the window is read at a time, so that the rows of a large site are never all in memory as
// records.
constexpr hours kSlice{24};

}  // namespace

BackupReader::BackupReader(vprotect::Api& api, const Options& options) : api_(api), options_(options) {}

base::Result<BackupReading> BackupReader::read(TimePoint now) {
  BackupReading reading;
  const auto assumed_skew = clock_skew_;
  auto done = read_what_is_due(now + assumed_skew, reading);
  // The first answer tells the server's clock, and so which history it was to be.
  if (done && std::chrono::abs(clock_skew_ - assumed_skew) >= options_.history_refresh)
    done = read_what_is_due(now + clock_skew_, reading);
  if (!done) return done.error();
  history_.forget_before(now + clock_skew_ - options_.history);
  reading.summaries = history_.summaries();
  reading.history = history_.size();
  reading.failures.swap(failures_);
  reading.changed_days = changed_days();
  return reading;
}

void BackupReader::take(const vprotect::Listing<domain::Backup>& listing, BackupReading& reading) {
  history_.merge(listing.rows);
  note_failures(listing.rows);
  const bool first = reading.pages == 0;
  reading.rows += listing.rows.size() + listing.out_of_range;
  reading.pages += listing.pages;
  reading.skipped += listing.skipped;
  if (!listing.reported_rows) {
    reading.reported_rows.reset();
  } else if (first || reading.reported_rows) {
    reading.reported_rows = reading.reported_rows.value_or(0) + *listing.reported_rows;
  }
  if (!listing.clock_skew) return;
  reading.clock_skew = listing.clock_skew;
  clock_skew_ = *listing.clock_skew;
}

void BackupReader::note_failures(const std::vector<domain::Backup>& rows) {
  for (const domain::Backup& row : rows) {
    const auto at = domain::time_of(row);
    if (row.status == domain::BackupStatus::failed && at && !row.vm.empty())
      failures_.push_back({.id = row.id, .vm = row.vm, .at = *at});
  }
}

BackupBook::Strips BackupReader::changed_days() {
  BackupBook::Strips strips;
  for (const domain::VmId& vm : history_.take_changed()) strips.emplace_back(vm, history_.days_of(vm));
  return strips;
}

base::Result<base::Done> BackupReader::read_what_is_due(TimePoint now, BackupReading& reading) {
  if (window_is_due(now)) {
    const auto window = read_window(now, reading);
    if (!window && !window_read_) return window.error();
    if (!window)
      base::log::warn("the backup history could not be read again", {{"error", window.error().message}});
  }
  return news_read_ == now ? base::Done{} : read_news(now, reading);
}

// Also when the server's clock turned out to be far behind where it was taken to be.
bool BackupReader::window_is_due(TimePoint now) const {
  return !window_read_ || std::chrono::abs(now - *window_read_) >= options_.history_refresh;
}

base::Result<base::Done> BackupReader::read_window(TimePoint now, BackupReading& reading) {
  if (!window_) {
    window_ = Window{.begin = now - options_.history, .missing_until = now, .open_end = true};
    history_.begin_reread();
  }
  while (window_->missing_until > window_->begin) {
    if (auto slice = read_slice(*window_, reading); !slice) return slice;
  }
  history_.end_reread();
  window_.reset();
  window_read_ = news_read_ = now;
  return base::Done{};
}

base::Result<base::Done> BackupReader::read_slice(Window& window, BackupReading& reading) {
  const TimePoint from = std::max(window.missing_until - kSlice, window.begin);
  const auto to = window.open_end ? std::nullopt : std::optional(window.missing_until);
  auto listing = api_.backups({.from = from, .to = to});
  if (!listing) return listing.error();
  take(*listing, reading);
  window.missing_until = from;
  window.open_end = false;
  if (listing->out_of_range == 0) return base::Done{};
  // The server ignores the range: the whole list comes anyway, so it is asked for once.
  listing = api_.backups({.from = window.begin, .to = std::nullopt});
  if (!listing) return listing.error();
  take(*listing, reading);
  window.missing_until = window.begin;
  return base::Done{};
}

base::Result<base::Done> BackupReader::read_news(TimePoint now, BackupReading& reading) {
  const auto listing = api_.backups({.from = begin_of_news(now), .to = std::nullopt});
  if (!listing) return listing.error();
  take(*listing, reading);
  news_read_ = now;
  return base::Done{};
}

// Not before the oldest row that may still change, nor before what the last read has surely seen.
TimePoint BackupReader::begin_of_news(TimePoint now) const {
  const TimePoint seen = news_read_.value_or(now);
  const TimePoint unfinished = history_.oldest_unfinished().value_or(seen);
  return std::max(std::min(seen, unfinished) - options_.backups_overlap, now - options_.history);
}

}  // namespace collector
