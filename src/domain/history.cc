#include "domain/history.h"

#include <algorithm>

namespace domain {
namespace {

bool is_vm_row(const Backup& row) {
  return !row.vm.empty() && (row.entity_type.empty() || row.entity_type == "VM");
}

BackupRun run_of(const Backup& row, base::TimePoint at) {
  return {.id = row.id,
          .at = at,
          .status = row.status,
          .type = row.type,
          .size = row.size,
          .duration = duration_of(row)};
}

void put(std::vector<BackupRun>& runs, const BackupRun& run) {
  const auto known =
      std::find_if(runs.begin(), runs.end(), [&](const BackupRun& r) { return r.id == run.id; });
  if (known == runs.end()) {
    runs.push_back(run);
  } else {
    *known = run;
  }
}

void keep_newer(std::optional<BackupRun>& kept, const BackupRun& run) {
  if (!kept || kept->at < run.at) kept = run;
}

std::uint32_t failures_after(const std::vector<BackupRun>& runs, const std::optional<BackupRun>& success) {
  const auto counts = [&](const BackupRun& run) {
    return run.status == BackupStatus::failed && (!success || run.at > success->at);
  };
  return static_cast<std::uint32_t>(std::count_if(runs.begin(), runs.end(), counts));
}

BackupSummary summary_of(const std::vector<BackupRun>& runs) {
  BackupSummary summary;
  for (const BackupRun& run : runs) {
    summary.first_attempt = std::min(summary.first_attempt.value_or(run.at), run.at);
    if (!is_finished(run.status)) continue;
    keep_newer(summary.last_attempt, run);
    if (is_success(run.status)) keep_newer(summary.last_success, run);
    if (is_success(run.status) && run.type == BackupType::full) keep_newer(summary.last_full, run);
  }
  summary.consecutive_failures = failures_after(runs, summary.last_success);
  return summary;
}

}  // namespace

void BackupHistory::merge(const std::vector<Backup>& rows) {
  for (const Backup& row : rows) {
    const auto at = time_of(row);
    if (is_vm_row(row) && at) put(runs_[row.vm], run_of(row, *at));
  }
}

void BackupHistory::forget_before(base::TimePoint limit) {
  for (auto& [vm, runs] : runs_) std::erase_if(runs, [&](const BackupRun& run) { return run.at < limit; });
  std::erase_if(runs_, [](const auto& entry) { return entry.second.empty(); });
}

std::optional<base::TimePoint> BackupHistory::oldest_unfinished() const {
  std::optional<base::TimePoint> oldest;
  for (const auto& [vm, runs] : runs_) {
    for (const BackupRun& run : runs) {
      if (!is_finished(run.status) && (!oldest || run.at < *oldest)) oldest = run.at;
    }
  }
  return oldest;
}

BackupSummaries BackupHistory::summaries() const {
  BackupSummaries result;
  result.reserve(runs_.size());
  for (const auto& [vm, runs] : runs_) result.emplace(vm, summary_of(runs));
  return result;
}

std::size_t BackupHistory::size() const {
  std::size_t count = 0;
  for (const auto& [vm, runs] : runs_) count += runs.size();
  return count;
}

}  // namespace domain
