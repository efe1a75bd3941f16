#include "domain/history.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/text.h"

namespace domain {
namespace {

using std::chrono::days;

// Rows for which a VM's list grows at once: most lists end with about a row for each day, and doubling them
// would leave nearly half of their memory unused.
constexpr std::size_t kRowsAtOnce = 4;

// As a Row has room for: four thousand years from 1970.
bool is_tellable(base::TimePoint at) {
  constexpr std::chrono::milliseconds kMost{std::int64_t{1} << 47};
  return at.time_since_epoch() < kMost && at.time_since_epoch() >= -kMost;
}

// A Row has three bits for each of these, and five for a class of failures.
static_assert(static_cast<int>(BackupStatus::other) < 8 && static_cast<int>(BackupType::other) < 8);
static_assert(static_cast<int>(FailureClass::other) < 32);

bool is_vm_row(const Backup& row) {
  return !row.vm.empty() && (row.entity_type.empty() || row.entity_type == "VM");
}

// Newer, and of two of one time the one that is no failure: which of them ended later is not told.
template <class Row>
void keep_newer(const Row*& kept, const Row& row) {
  if (kept == nullptr || kept->at() < row.at() || (kept->at() == row.at() && is_success(row.status)))
    kept = &row;
}

// Of several at one time always the same one, in whatever order they were read.
template <class Row>
const Row* newest_failure(const std::vector<Row>& rows) {
  const Row* newest = nullptr;
  for (const Row& row : rows) {
    if (newest != nullptr && row.at() < newest->at()) break;
    if (row.status != BackupStatus::failed) continue;
    if (newest == nullptr || row.id < newest->id) newest = &row;
  }
  return newest;
}

// The oldest failure of those that end with the newest one. A success at the same time as a failure is the
// later of the two, as for keep_newer.
template <class Row>
base::TimePoint failing_since(const std::vector<Row>& rows, const Row& newest) {
  const auto success = std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
    return row.at() < newest.at() && is_success(row.status);
  });
  base::TimePoint since = newest.at();
  for (const Row& row : rows) {
    if (success != rows.end() && row.at() <= success->at()) break;
    if (row.status == BackupStatus::failed) since = row.at();
  }
  return since;
}

base::SharedText failure_text(const Backup& backup) {
  const std::string_view whole = backup.status_info.view();
  if (backup.status != BackupStatus::failed) return {};
  if (whole.size() <= kMostFailureText) return backup.status_info;
  return base::SharedText(base::beginning(whole, kMostFailureText));
}

double median(std::vector<std::uint64_t> sizes) {
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  if (sizes.size() % 2 == 1) return static_cast<double>(*middle);
  const auto below = *std::max_element(sizes.begin(), middle);
  return (static_cast<double>(below) + static_cast<double>(*middle)) / 2;
}

// Of rows that are ordered from the newest on.
template <class Row>
std::optional<double> size_ratio(const std::vector<Row>& rows, BackupType type) {
  std::vector<std::uint64_t> sizes;
  for (auto row = rows.begin(); row != rows.end() && sizes.size() <= kTrendMost; ++row) {
    if (is_success(row->status) && row->type == type && row->size.count > 0) sizes.push_back(row->size.count);
  }
  if (sizes.size() <= kTrendLeast) return std::nullopt;
  const auto newest = static_cast<double>(sizes.front());
  sizes.erase(sizes.begin());
  return newest / median(std::move(sizes));
}

template <class Row>
void add_stored(BackupSummary& summary, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    if (!is_restorable(row.status)) continue;
    ++summary.restorable;
    summary.stored.count += row.size.count;
  }
}

void add_one(std::uint16_t& count) {
  if (count < std::numeric_limits<std::uint16_t>::max()) ++count;
}

}  // namespace

void BackupHistory::merge(const std::vector<Backup>& rows) {
  for (const Backup& row : rows) {
    const auto at = time_of(row);
    if (is_vm_row(row) && at && is_tellable(*at)) merge(vms_[row.vm], row, *at);
  }
}

void BackupHistory::merge(VmRows& vm, const Backup& backup, base::TimePoint at) {
  const bool failed = backup.status == BackupStatus::failed;
  const Row row{.id = backup.id,
                .size = backup.size,
                .milliseconds = at.time_since_epoch().count(),
                .status = backup.status,
                .failure = failed ? failure_class_of(backup.status_info.view()) : FailureClass::unspecified,
                .type = backup.type,
                .reading = reading_};
  const base::SharedText text = failure_text(backup);
  if (!put(vm, row) && !has_other_text(vm, row, text)) return;
  if (may_be_shown(vm, row)) put(vm, Detail{backup.id, duration_of(backup), backup.phases, text});
  touch(vm);
}

// False when the row was known just so.
bool BackupHistory::put(VmRows& vm, const Row& row) {
  const auto known = find(vm, row);
  if (known != vm.rows.end() && known->milliseconds == row.milliseconds) {
    const bool same = known->size == row.size && known->status == row.status && known->type == row.type &&
                      known->failure == row.failure;
    vm.unfinished -= is_finished(known->status) ? 0 : 1;
    *known = row;
    vm.unfinished += is_finished(row.status) ? 0 : 1;
    return !same;
  }
  if (known != vm.rows.end()) remove(vm, known);
  if (vm.rows.size() == vm.rows.capacity())
    vm.rows.reserve(std::max(vm.rows.size() + kRowsAtOnce, vm.rows.size() * 9 / 8));
  const auto place = std::lower_bound(vm.rows.begin(), vm.rows.end(), row, is_newer);
  vm.rows.insert(place, row);
  vm.unfinished += is_finished(row.status) ? 0 : 1;
  return true;
}

void BackupHistory::remove(VmRows& vm, std::vector<Row>::iterator row) {
  vm.unfinished -= is_finished(row->status) ? 0 : 1;
  vm.rows.erase(row);
}

// By its time, which only a row that has not ended changes.
std::vector<BackupHistory::Row>::iterator BackupHistory::find(VmRows& vm, const Row& row) {
  const auto is_it = [&](const Row& r) { return r.id == row.id; };
  const auto [begin, end] = std::equal_range(vm.rows.begin(), vm.rows.end(), row, is_newer);
  if (const auto known = std::find_if(begin, end, is_it); known != end) return known;
  if (vm.unfinished == 0) return vm.rows.end();
  return std::find_if(vm.rows.begin(), vm.rows.end(), is_it);
}

// Ends at the first newer row that stands before it: most rows that are read are old ones.
bool BackupHistory::may_be_shown(const VmRows& vm, const Row& row) {
  if (!is_finished(row.status)) return false;
  const auto stands_before = [&](const Row& newer) {
    if (!is_finished(newer.status)) return false;
    if (!is_success(row.status)) return !is_success(newer.status);
    return is_success(newer.status) && (newer.type == BackupType::full || row.type != BackupType::full);
  };
  const auto end = std::lower_bound(vm.rows.begin(), vm.rows.end(), row, is_newer);
  return std::none_of(vm.rows.begin(), end, stands_before);
}

// Four are shown at most.
void BackupHistory::put(VmRows& vm, Detail detail) {
  const Shown shown = shown_of(vm);
  std::erase_if(vm.details, [&](const Detail& d) { return d.id == detail.id || !shown.has(d.id); });
  vm.details.reserve(vm.details.size() + 1);
  vm.details.push_back(std::move(detail));
}

void BackupHistory::touch(VmRows& vm) {
  vm.settled = false;
  vm.changed = true;
  summaries_ = nullptr;
}

void BackupHistory::forget_before(base::TimePoint limit) {
  for (auto& [id, vm] : vms_) {
    if (vm.rows.empty() || vm.rows.back().at() >= limit) continue;
    while (!vm.rows.empty() && vm.rows.back().at() < limit) remove(vm, std::prev(vm.rows.end()));
    touch(vm);
  }
  forget_empty();
}

void BackupHistory::forget_vms(const std::function<bool(const VmId&)>& of_these) {
  if (std::erase_if(vms_, [&](const auto& entry) { return of_these(entry.first); }) > 0) summaries_ = nullptr;
}

void BackupHistory::end_reread() {
  for (auto& [id, vm] : vms_) {
    const auto old = [&](const Row& row) { return row.reading != reading_; };
    if (std::erase_if(vm.rows, old) > 0) touch(vm);
    vm.rows.shrink_to_fit();
    vm.unfinished = static_cast<std::uint32_t>(std::count_if(
        vm.rows.begin(), vm.rows.end(), [](const Row& row) { return !is_finished(row.status); }));
  }
  forget_empty();
}

void BackupHistory::forget_empty() {
  if (std::erase_if(vms_, [](const auto& entry) { return entry.second.rows.empty(); }) > 0)
    summaries_ = nullptr;
}

std::optional<base::TimePoint> BackupHistory::oldest_unfinished() const {
  std::optional<base::TimePoint> oldest;
  for (const auto& [id, vm] : vms_) {
    if (vm.unfinished == 0) continue;
    for (const Row& row : vm.rows) {
      if (!is_finished(row.status)) oldest = std::min(oldest.value_or(row.at()), row.at());
    }
  }
  return oldest;
}

std::optional<BackupHistory::Detail> BackupHistory::detail_of(const VmRows& vm, const BackupId& id) {
  for (const Detail& detail : vm.details) {
    if (detail.id == id) return detail;
  }
  if (!vm.summary) return std::nullopt;
  for (const auto* run : {&vm.summary->last_attempt, &vm.summary->last_success, &vm.summary->last_full}) {
    if (*run && (*run)->id == id) return Detail{id, (*run)->duration, (*run)->phases, {}};
  }
  return std::nullopt;
}

BackupRun BackupHistory::run_of(const VmRows& vm, const Row& row) {
  BackupRun run{.id = row.id, .at = row.at(), .status = row.status, .type = row.type, .size = row.size};
  if (row.status == BackupStatus::failed) run.failure = row.failure;
  const auto detail = detail_of(vm, row.id);
  if (!detail) return run;
  run.duration = detail->duration;
  run.phases = detail->phases;
  return run;
}

// When a newer failure is gone, the text of the one before it comes with the next reading of that row.
bool BackupHistory::has_other_text(const VmRows& vm, const Row& row, const base::SharedText& text) {
  const Row* newest = row.status == BackupStatus::failed ? newest_failure(vm.rows) : nullptr;
  return newest != nullptr && newest->id == row.id && text_of(vm, *newest) != text;
}

base::SharedText BackupHistory::text_of(const VmRows& vm, const Row& failure) {
  for (const Detail& detail : vm.details) {
    if (detail.id == failure.id) return detail.text;
  }
  const auto known = vm.summary ? vm.summary->last_failure : nullptr;
  return known && known->at == failure.at() ? known->text : base::SharedText();
}

base::Shared<FailureNote> BackupHistory::note_of(const VmRows& vm, const Row& failure) {
  const FailureNote note{.at = failure.at(),
                         .since = failing_since(vm.rows, failure),
                         .failure = failure.failure,
                         .text = text_of(vm, failure)};
  const auto known = vm.summary ? vm.summary->last_failure : nullptr;
  return known && *known == note ? known : std::make_shared<const FailureNote>(note);
}

bool BackupHistory::Shown::has(const BackupId& id) const {
  const auto is = [&](const Row* row) { return row != nullptr && row->id == id; };
  return is(attempt) || is(success) || is(full) || is(failure);
}

BackupHistory::Shown BackupHistory::shown_of(const VmRows& vm) {
  Shown shown{.failure = newest_failure(vm.rows)};
  for (const Row& row : vm.rows) {
    if (shown.full != nullptr && row.at() < shown.full->at()) break;  // it is an attempt and a success, too
    if (!is_finished(row.status)) continue;
    keep_newer(shown.attempt, row);
    if (is_success(row.status)) keep_newer(shown.success, row);
    if (is_success(row.status) && row.type == BackupType::full) keep_newer(shown.full, row);
  }
  return shown;
}

BackupSummary BackupHistory::summary_of(const VmRows& vm) {
  const Shown shown = shown_of(vm);
  BackupSummary summary{.first_attempt = vm.rows.back().at()};
  for (const Row& row : vm.rows) {
    if (shown.success != nullptr && row.at() <= shown.success->at()) break;
    if (row.status == BackupStatus::failed) ++summary.consecutive_failures;
  }
  if (shown.attempt != nullptr) summary.last_attempt = run_of(vm, *shown.attempt);
  if (shown.success != nullptr) summary.last_success = run_of(vm, *shown.success);
  if (shown.full != nullptr) summary.last_full = run_of(vm, *shown.full);
  if (shown.failure != nullptr) summary.last_failure = note_of(vm, *shown.failure);
  add_stored(summary, vm.rows);
  summary.full_size_ratio = size_ratio(vm.rows, BackupType::full);
  summary.incremental_size_ratio = size_ratio(vm.rows, BackupType::incremental);
  return summary;
}

void BackupHistory::settle(VmRows& vm) {
  vm.summary = std::make_shared<const BackupSummary>(summary_of(vm));
  vm.details = std::vector<Detail>();  // with its memory
  vm.settled = true;
}

base::Shared<BackupSummaries> BackupHistory::summaries() {
  if (summaries_) return summaries_;
  BackupSummaries result;
  result.reserve(vms_.size());
  for (auto& [id, vm] : vms_) {
    if (!vm.settled) settle(vm);
    result.emplace(id, vm.summary);
  }
  summaries_ = std::make_shared<const BackupSummaries>(std::move(result));
  return summaries_;
}

std::size_t BackupHistory::size() const {
  std::size_t count = 0;
  for (const auto& [id, vm] : vms_) count += vm.rows.size();
  return count;
}

std::vector<BackupRun> BackupHistory::runs_of(const VmId& id) const {
  const auto vm = vms_.find(id);
  if (vm == vms_.end()) return {};
  std::vector<BackupRun> runs;
  runs.reserve(vm->second.rows.size());
  for (const Row& row : vm->second.rows) runs.push_back(run_of(vm->second, row));
  return runs;
}

std::vector<Bytes> BackupHistory::sizes_of(const VmId& id, std::size_t most) const {
  const auto vm = vms_.find(id);
  if (vm == vms_.end()) return {};
  std::vector<Bytes> sizes;
  for (const Row& row : vm->second.rows) {
    if (sizes.size() == most) break;
    if (is_success(row.status) && row.size.count > 0) sizes.push_back(row.size);
  }
  std::reverse(sizes.begin(), sizes.end());
  return sizes;
}

std::vector<VmId> BackupHistory::take_changed() {
  std::vector<VmId> changed;
  for (auto& [id, vm] : vms_) {
    if (std::exchange(vm.changed, false)) changed.push_back(id);
  }
  return changed;
}

DayStrip BackupHistory::days_of(const VmId& id) const {
  const auto vm = vms_.find(id);
  if (vm == vms_.end()) return {};
  const auto& rows = vm->second.rows;
  const auto day_of = [](const Row& row) { return std::chrono::floor<days>(row.at()); };
  DayStrip strip{.begin = day_of(rows.back()), .days = {}};
  strip.days.resize(static_cast<std::size_t>((day_of(rows.front()) - strip.begin).count()) + 1);
  for (const Row& row : rows) {
    DayResults& day = strip.days[static_cast<std::size_t>((day_of(row) - strip.begin).count())];
    if (is_success(row.status)) add_one(day.successes);
    if (row.status == BackupStatus::failed) add_one(day.failures);
  }
  return strip;
}

}  // namespace domain
