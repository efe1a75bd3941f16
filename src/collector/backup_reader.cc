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

// A window that reaches further back than what is held is still to be read.
BackupReader::BackupReader(vprotect::Api& api, const Options& options, HeldBackups held)
    : api_(api), options_(options), held_(std::move(held)) {
  if (options.history > held_.reach) held_.window_read.reset();
  held_.reach = options.history;
}

HeldBackups BackupReader::take_held() {
  const std::lock_guard lock(mutex_);
  return std::exchange(held_, {});
}

base::Result<BackupReading> BackupReader::read(TimePoint now, base::Shared<Portion> portion) {
  portion_ = std::move(portion);
  drop_departures();
  BackupReading reading;
  if (const auto fetched = fetch(now + held_.clock_skew, reading); !fetched) return fetched.error();
  // The first answer tells the server's clock: a window that was read around another time is no window.
  if (window_is_due(now + held_.clock_skew)) {
    if (const auto fetched = fetch(now + held_.clock_skew, reading); !fetched) return fetched.error();
  }
  complete(now + held_.clock_skew, reading);
  return reading;
}

void BackupReader::drop_departures() {
  if (portion_->departures() == held_.departures) return;
  const std::lock_guard lock(mutex_);
  held_.history.forget_vms([this](const domain::VmId& vm) { return portion_->is_of_other(vm); });
  held_.departures = portion_->departures();
}

void BackupReader::take(vprotect::Listing<domain::Backup> listing, BackupReading& reading) {
  const std::uint64_t rows = listing.rows.size();
  std::erase_if(listing.rows, [this](const domain::Backup& row) { return portion_->is_of_other(row.vm); });
  {
    const std::lock_guard lock(mutex_);
    held_.history.merge(listing.rows);
  }
  note_failures(listing.rows);
  const bool first = reading.pages == 0;
  reading.rows += rows + listing.out_of_range;
  reading.pages += listing.pages;
  reading.skipped += listing.skipped;
  if (!listing.reported_rows) {
    reading.reported_rows.reset();
  } else if (first || reading.reported_rows) {
    reading.reported_rows = reading.reported_rows.value_or(0) + *listing.reported_rows;
  }
  if (!listing.clock_skew) return;
  reading.clock_skew = listing.clock_skew;
  held_.clock_skew = *listing.clock_skew;
}

void BackupReader::note_failures(const std::vector<domain::Backup>& rows) {
  for (const domain::Backup& row : rows) {
    const auto at = domain::time_of(row);
    if (row.status == domain::BackupStatus::failed && at && !row.vm.empty())
      held_.failures.push_back({.id = row.id, .vm = row.vm, .at = *at});
  }
}

BackupBook::Strips BackupReader::days_of(const std::vector<domain::VmId>& vms) const {
  BackupBook::Strips strips;
  for (const domain::VmId& vm : vms) strips.emplace_back(vm, held_.history.days_of(vm));
  return strips;
}

base::Result<base::Done> BackupReader::fetch(TimePoint now, BackupReading& reading) {
  if (window_is_due(now)) {
    const auto window = read_window(now, reading);
    if (!window && (!held_.window_read || window.error().kind == base::ErrorKind::cancelled))
      return window.error();
    if (!window)
      base::log::warn("the backup history could not be read again", {{"error", window.error().message}});
  }
  if (held_.news_read == now) return base::Done{};
  return read_news(now, reading);
}

void BackupReader::complete(TimePoint now, BackupReading& reading) {
  reading.arrivals = held_.arrivals;
  std::vector<domain::VmId> changed;
  {
    const std::lock_guard lock(mutex_);
    reading.history_from = now - options_.history;
    held_.history.forget_before(reading.history_from);
    reading.summaries = held_.history.summaries();
    changed = held_.history.take_changed();
  }
  reading.history = held_.history.size();
  reading.failures.swap(held_.failures);
  reading.changed_days = days_of(changed);
}

std::optional<std::vector<domain::BackupRun>> BackupReader::runs_of(const domain::VmId& vm) const {
  const std::lock_guard lock(mutex_);
  return held_.known ? std::optional(held_.history.runs_of(vm)) : std::nullopt;
}

std::optional<std::vector<domain::Bytes>> BackupReader::sizes_of(const domain::VmId& vm,
                                                                 std::size_t most) const {
  const std::lock_guard lock(mutex_);
  return held_.known ? std::optional(held_.history.sizes_of(vm, most)) : std::nullopt;
}

// Also when the server's clock, which the first answer tells, is far from where it was taken to be.
bool BackupReader::window_is_due(TimePoint now) const {
  if (!held_.window_read) return true;
  const auto since = std::chrono::abs(now - *held_.window_read);
  return since >= options_.history_refresh ||
         (portion_->arrivals() != held_.arrivals && since >= kNextForArrivals);
}

base::Result<base::Done> BackupReader::read_window(TimePoint now, BackupReading& reading) {
  if (!window_) {
    window_ = Window{.begin = now - options_.history,
                     .missing_until = now,
                     .open_end = true,
                     .arrivals = portion_->arrivals()};
    const std::lock_guard lock(mutex_);
    held_.history.begin_reread();
  }
  while (window_->missing_until > window_->begin) {
    if (window_->open_end) window_->begun = now;
    if (auto slice = read_slice(*window_, reading); !slice) return slice;
  }
  held_.arrivals = window_->arrivals;
  held_.news_read = window_->begun;  // what is newer comes with the news
  window_.reset();
  held_.window_read = now;
  const std::lock_guard lock(mutex_);
  held_.history.end_reread();
  held_.known = true;
  return base::Done{};
}

base::Result<base::Done> BackupReader::read_slice(Window& window, BackupReading& reading) {
  const TimePoint from = std::max(window.missing_until - kSlice, window.begin);
  const auto to = window.open_end ? std::nullopt : std::optional(window.missing_until);
  auto listing = api_.backups({.from = from, .to = to});
  if (!listing) return listing.error();
  const bool is_whole_list = listing->out_of_range > 0;
  take(std::move(*listing), reading);
  window.missing_until = from;
  window.open_end = false;
  if (!is_whole_list) return base::Done{};
  // The server ignores the range: the whole list comes anyway, so it is asked for once.
  listing = api_.backups({.from = window.begin, .to = std::nullopt});
  if (!listing) return listing.error();
  take(std::move(*listing), reading);
  window.missing_until = window.begin;
  return base::Done{};
}

base::Result<base::Done> BackupReader::read_news(TimePoint now, BackupReading& reading) {
  auto listing = api_.backups({.from = begin_of_news(now), .to = std::nullopt});
  if (!listing) return listing.error();
  take(std::move(*listing), reading);
  held_.news_read = now;
  return base::Done{};
}

// Not before the oldest row that may still change, nor before what the last read has surely seen.
TimePoint BackupReader::begin_of_news(TimePoint now) const {
  const TimePoint seen = held_.news_read.value_or(now);
  const TimePoint unfinished = held_.history.oldest_unfinished().value_or(seen);
  return std::max(std::min(seen, unfinished) - options_.backups_overlap, now - options_.history);
}

}  // namespace collector
