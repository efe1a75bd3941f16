#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/shared_text.h"
#include "domain/id.h"
#include "domain/quantity.h"
#include "domain/reference.h"

namespace domain {

enum class BackupStatus : std::uint8_t {
  queued,
  in_progress,
  success,
  partial_success,
  success_removed,
  failed,
  other
};
enum class BackupType : std::uint8_t { full, incremental, synthetic, synchronization, other };

// The vendor's words ("SUCCESS_REMOVED", "FULL"); an unknown one is `other`.
BackupStatus parse_backup_status(std::string_view name);
BackupType parse_backup_type(std::string_view name);

// Ours: "success_removed", "full", ...
std::string_view name_of(BackupStatus status);
std::string_view name_of(BackupType type);

// SUCCESS and PARTIAL_SUCCESS: it is still there.
bool is_restorable(BackupStatus status);
// SUCCESS, PARTIAL_SUCCESS and SUCCESS_REMOVED: the backup was made. The last can flip back (API page, 3.2).
bool is_success(BackupStatus status);
// The status will not change by the backup's own progress any more.
bool is_finished(BackupStatus status);

// Up to 49 days, in half the room: there are hundreds of thousands.
using PhaseTime = std::chrono::duration<std::uint32_t, std::milli>;

// How long the phases of a backup took (taskTimeStats).
struct BackupPhases {
  std::optional<PhaseTime> queued_export;
  std::optional<PhaseTime> exporting;
  std::optional<PhaseTime> queued_store;
  std::optional<PhaseTime> storing;

  bool operator==(const BackupPhases&) const = default;
};

// One row of the backup history.
struct Backup {
  BackupId id;
  VmId vm;                       // protectedEntity
  base::SharedText entity_type;  // "VM", "APP", ...; empty when the server does not say
  BackupStatus status = BackupStatus::other;
  BackupType type = BackupType::other;
  std::optional<base::TimePoint> backup_time;
  std::optional<base::TimePoint> snapshot_time;
  Bytes size;                                         // 0 while running and when failed
  std::optional<std::chrono::milliseconds> duration;  // taskDurationTime
  BackupPhases phases;
  base::SharedText status_info;  // the vendor's free text: for people, never a label

  bool operator==(const Backup&) const = default;
};

// When the attempt happened: backupTime, else snapshotTime; absent for a row that has not begun.
std::optional<base::TimePoint> time_of(const Backup& backup);

// What the VM's restorer waits for: taskDurationTime, else the sum of the phases that are known.
std::optional<std::chrono::milliseconds> duration_of(const Backup& backup);

}  // namespace domain
