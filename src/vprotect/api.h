#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "domain/backup.h"
#include "domain/infrastructure.h"
#include "domain/policy.h"
#include "domain/schedule.h"
#include "domain/task.h"
#include "domain/vm.h"

namespace vprotect {

// A complete answer: all rows, each guid once. An answer that is not complete is an error instead.
template <class Row>
struct Listing {
  std::vector<Row> rows;
  std::uint64_t skipped =
      0;  // records left out because they could not be read, a missing guid among the reasons
  std::uint32_t pages = 0;                     // read, those of reads that were begun again among them
  std::optional<std::uint64_t> reported_rows;  // as the server last counted them; absent when it does not
  // Rows that a range asked not to have and the server sent all the same: it ignores `from` and `to`.
  std::uint64_t out_of_range = 0;
  // Server's clock minus ours, from the Date header (whole seconds); absent when it sent none.
  std::optional<std::chrono::milliseconds> clock_skew;
};

// Rows of the history whose backupTime or snapshotTime lies in [from, to). Which of the two the server
// selects on is not documented, and an old server ignores both (API page, 3.2): the answer is filtered here
// as well.
struct BackupRange {
  base::TimePoint from;
  std::optional<base::TimePoint> to;  // absent: open end
};

// VMs of one tenant only, for servers whose list does not tell a VM's project.
struct TenantFilter {
  std::string_view parameter;  // "tenantid", "tenant-id" or "project-uuid"
  std::string_view project;
};

// One server's REST API. Any thread may call any method, also several at once; they share one session.
// Every call is bounded in time, and returns what was tried and what came back when it fails.
class Api {
 public:
  virtual ~Api() = default;

  virtual base::Result<Listing<domain::Vm>> virtual_machines() = 0;
  virtual base::Result<Listing<domain::Vm>> virtual_machines(const TenantFilter& filter) = 0;
  virtual base::Result<Listing<domain::Backup>> backups(const BackupRange& range) = 0;
  virtual base::Result<Listing<domain::Task>> tasks() = 0;
  virtual base::Result<Listing<domain::Schedule>> schedules() = 0;
  virtual base::Result<Listing<domain::Policy>> policies() = 0;
  virtual base::Result<Listing<domain::Rule>> rules() = 0;
  virtual base::Result<Listing<domain::Node>> nodes() = 0;
  virtual base::Result<Listing<domain::Destination>> destinations() = 0;
  virtual base::Result<domain::ProtectionTotals> protection() = 0;

  // Calls under way end soon, and later ones at once, with ErrorKind::cancelled.
  virtual void cancel() = 0;
};

}  // namespace vprotect
