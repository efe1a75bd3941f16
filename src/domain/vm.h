#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/shared_text.h"
#include "domain/id.h"
#include "domain/quantity.h"
#include "domain/reference.h"

namespace domain {

// A virtual machine as the server lists it, also one that no longer exists on its platform.
struct Vm {
  VmId id;
  PlatformId uuid;            // empty when the server does not say
  std::string name;           // may repeat and change
  base::SharedText platform;  // hvmType, else hvType: "OPENSTACK", "RHV", ...
  Reference hypervisor;
  Reference cluster;
  Reference project;
  base::SharedText project_uuid;   // the platform's id of the project, where the record tells it
  Reference policy;                // none: no backup policy assigned
  base::SharedText tenant;         // ours, see tenant.h; set by whoever reads the list
  std::optional<bool> present;     // still in the platform's inventory
  std::optional<bool> up_to_date;  // backupUpToDate; absent means no schedule applies, never false
  std::optional<bool> restorable;
  std::optional<bool> warnings;  // warningsPresent
  // lastBackup. Not documented whether a failed attempt moves it, see BackupHistory and derive().
  std::optional<base::TimePoint> last_backup;
  std::optional<Bytes> last_size;       // lastSuccessfulBackupSize; 3.9 says 0 for "none"
  std::optional<Bytes> last_full_size;  // lastSuccessfulFullBackupSize
  Guid last_full_backup;                // of lastSuccessfulFullBackup; empty when not said

  bool operator==(const Vm&) const = default;
};

// The server's own judgement of a VM: backupUpToDate true, false, absent.
enum class Protection { is_protected, not_protected, no_schedule };

// "protected", "not_protected", "no_schedule".
std::string_view name_of(Protection protection);

}  // namespace domain
