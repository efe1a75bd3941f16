#include "domain/backup.h"

#include <array>
#include <utility>

namespace domain {
namespace {

template <class Enum, std::size_t N>
Enum parsed(const std::array<std::pair<std::string_view, Enum>, N>& words, std::string_view name,
            Enum otherwise) {
  for (const auto& [word, value] : words) {
    if (word == name) return value;
  }
  return otherwise;
}

}  // namespace

BackupStatus parse_backup_status(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, BackupStatus>, 6> kWords{
      {{"QUEUED", BackupStatus::queued},
       {"INPROGRESS", BackupStatus::in_progress},
       {"SUCCESS", BackupStatus::success},
       {"PARTIAL_SUCCESS", BackupStatus::partial_success},
       {"SUCCESS_REMOVED", BackupStatus::success_removed},
       {"FAILED", BackupStatus::failed}}};
  return parsed(kWords, name, BackupStatus::other);
}

BackupType parse_backup_type(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, BackupType>, 4> kWords{
      {{"FULL", BackupType::full},
       {"INCREMENTAL", BackupType::incremental},
       {"SYNTHETIC", BackupType::synthetic},
       {"SYNCHRONIZATION", BackupType::synchronization}}};
  return parsed(kWords, name, BackupType::other);
}

std::string_view name_of(BackupStatus status) {
  switch (status) {
    case BackupStatus::queued:
      return "queued";
    case BackupStatus::in_progress:
      return "in_progress";
    case BackupStatus::success:
      return "success";
    case BackupStatus::partial_success:
      return "partial_success";
    case BackupStatus::success_removed:
      return "success_removed";
    case BackupStatus::failed:
      return "failed";
    case BackupStatus::other:
      break;
  }
  return "other";
}

std::string_view name_of(BackupType type) {
  switch (type) {
    case BackupType::full:
      return "full";
    case BackupType::incremental:
      return "incremental";
    case BackupType::synthetic:
      return "synthetic";
    case BackupType::synchronization:
      return "synchronization";
    case BackupType::other:
      break;
  }
  return "other";
}

bool is_restorable(BackupStatus status) {
  return status == BackupStatus::success || status == BackupStatus::partial_success;
}

bool is_success(BackupStatus status) {
  return is_restorable(status) || status == BackupStatus::success_removed;
}

bool is_finished(BackupStatus status) {
  return status != BackupStatus::queued && status != BackupStatus::in_progress &&
         status != BackupStatus::other;
}

std::optional<base::TimePoint> time_of(const Backup& backup) {
  return backup.backup_time ? backup.backup_time : backup.snapshot_time;
}

std::optional<std::chrono::milliseconds> duration_of(const Backup& backup) {
  if (backup.duration) return backup.duration;
  std::optional<std::chrono::milliseconds> sum;
  for (const auto& phase : {backup.phases.queued_export, backup.phases.exporting, backup.phases.queued_store,
                            backup.phases.storing}) {
    if (phase) sum = sum.value_or(std::chrono::milliseconds{}) + *phase;
  }
  return sum;
}

}  // namespace domain
