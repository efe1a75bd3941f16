#include "collector/backup_book.h"

#include <algorithm>
#include <memory>

namespace collector {
namespace {

using domain::DayResults;
using domain::DayStrip;
using std::chrono::days;
using std::chrono::sys_days;

constexpr std::chrono::hours kNextForget{1};

sys_days end_of(const DayStrip& strip) {
  return strip.begin + days(static_cast<std::int64_t>(strip.days.size()));
}

DayResults day_of(const DayStrip& strip, sys_days day) {
  if (day < strip.begin || day >= end_of(strip)) return {};
  return strip.days[static_cast<std::size_t>((day - strip.begin).count())];
}

// What a day had once it keeps, though the server lists less of it now.
DayResults most_of(const DayResults& a, const DayResults& b) {
  return {.successes = std::max(a.successes, b.successes), .failures = std::max(a.failures, b.failures)};
}

// Both strips together, from `first` on.
DayStrip together(const DayStrip& a, const DayStrip& b, sys_days first) {
  if (a.days.empty() && b.days.empty()) return {};
  const sys_days begin = a.days.empty() ? b.begin : b.days.empty() ? a.begin : std::min(a.begin, b.begin);
  DayStrip result{.begin = std::max(begin, first), .days = {}};
  const sys_days end =
      std::max(a.days.empty() ? result.begin : end_of(a), b.days.empty() ? result.begin : end_of(b));
  for (sys_days day = result.begin; day < end; day += days(1))
    result.days.push_back(most_of(day_of(a, day), day_of(b, day)));
  return result;
}

}  // namespace

BackupBook::BackupBook(ledger::Ledger& ledger, std::string server, std::chrono::milliseconds keep)
    : ledger_(ledger), server_(std::move(server)), keep_(keep) {}

void BackupBook::note(const std::vector<ledger::FailedBackup>& failures, const Strips& strips,
                      base::TimePoint now, const Portion& portion) {
  for (const ledger::FailedBackup& failure : failures) uncounted_.try_emplace(failure.id, failure);
  for (const auto& [vm, strip] : strips) unsaved_days_[vm] = std::make_shared<const DayStrip>(strip);
  const bool is_current = loaded_ && portion.arrivals() == arrivals_;
  if (!is_current && !load(portion)) return;
  count(now);
  note_days(now);
  forget_old(now);
}

base::Shared<domain::FailureCounters> BackupBook::failures() {
  if (loaded_ && !published_) published_ = std::make_shared<const domain::FailureCounters>(book_.counters);
  return published_;
}

bool BackupBook::load(const Portion& portion) {
  auto book = ledger_.backup_failures(server_);
  if (!book) return false;
  auto strips = ledger_.days(server_);
  if (!strips) return false;
  const auto is_of_other = [&](const auto& entry) { return portion.is_of_other(entry.first); };
  std::erase_if(book->counters, is_of_other);
  std::erase_if(*strips, is_of_other);
  book_ = std::move(*book);
  published_ = nullptr;
  arrivals_ = portion.arrivals();
  days_ = std::make_shared<const domain::DayStrips>(std::move(*strips));
  return loaded_ = true;
}

void BackupBook::count(base::TimePoint now) {
  std::erase_if(uncounted_, [&](const auto& entry) {
    return book_.counted.contains(entry.first) ||
           (book_.counted_from && entry.second.at < *book_.counted_from);
  });
  if (uncounted_.empty()) return;
  std::vector<ledger::FailedBackup> fresh;
  for (const auto& [id, failure] : uncounted_) fresh.push_back(failure);
  const auto counters = ledger_.count(server_, fresh, now);
  if (!counters) return;
  for (const auto& [vm, counter] : *counters) book_.counters[vm] = counter;
  for (const ledger::FailedBackup& failure : fresh) book_.counted.emplace(failure.id, failure.at);
  uncounted_.clear();
  published_ = nullptr;
}

base::Shared<DayStrip> BackupBook::merged(const domain::VmId& vm, const DayStrip& listed,
                                          base::TimePoint now) const {
  const auto known = days_->find(vm);
  const sys_days first = std::chrono::floor<std::chrono::days>(now - keep_);
  DayStrip both = together(known == days_->end() ? DayStrip{} : *known->second, listed, first);
  if (known != days_->end() && *known->second == both) return known->second;
  return std::make_shared<const DayStrip>(std::move(both));
}

void BackupBook::note_days(base::TimePoint now) {
  std::vector<std::pair<domain::VmId, base::Shared<DayStrip>>> changes;
  for (const auto& [vm, strip] : unsaved_days_) {
    auto both = merged(vm, *strip, now);
    const auto known = days_->find(vm);
    if (known == days_->end() || known->second != both) changes.emplace_back(vm, std::move(both));
  }
  if (!changes.empty()) {
    if (!ledger_.note(server_, changes)) return;
    auto next = std::make_shared<domain::DayStrips>(*days_);
    for (auto& [vm, strip] : changes) (*next)[vm] = std::move(strip);
    days_ = std::move(next);
  }
  unsaved_days_.clear();
}

void BackupBook::forget_old(base::TimePoint now) {
  if (forgot_ && now - *forgot_ < kNextForget) return;
  const base::TimePoint limit = now - keep_;
  if (!ledger_.forget_failures_before(server_, limit)) return;
  std::erase_if(book_.counted, [&](const auto& entry) { return entry.second < limit; });
  book_.counted_from = std::max(book_.counted_from.value_or(limit), limit);
  forgot_ = now;
}

}  // namespace collector
