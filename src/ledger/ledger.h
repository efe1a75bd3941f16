#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/shared_text.h"
#include "domain/id.h"
#include "domain/memory.h"

// Durable memory: what must survive a restart and cannot be asked of the server again.
namespace ledger {

// A task that has ended.
struct EndedTask {
  domain::TaskId id;
  base::SharedText tenant;
  base::SharedText type;
  bool failed = false;
};

struct TaskBook {
  std::unordered_map<domain::TaskId, bool> counted;  // whether it counted as a failure
  domain::TaskCounters counters;
};

struct FailedBackup {
  domain::BackupId id;
  domain::VmId vm;
  base::TimePoint at;
};

struct FailureBook {
  std::unordered_map<domain::BackupId, base::TimePoint> counted;
  domain::FailureCounters counters;
  // Failures before it were forgotten: whatever is older must not be counted (again).
  std::optional<base::TimePoint> counted_from;
};

// One memory for all servers, shared by several processes where the database is. What a method writes is
// written as a whole or not at all, and on disk when it returns. An error says what was tried; it may have
// been written all the same (the connection was lost as it was confirmed), so say it again: nothing is
// counted twice. Any thread may call any method, also several at once; each is bounded in time.
//
// Names and ids come back as they are, except for text that not every database can keep: NUL and malformed
// UTF-8 come back as U+FFFD, and of more than 500 bytes the beginning and a checksum.
//
// Where two processes share a ledger, the database decides what was counted already: counters that come back
// are those of both.
class Ledger {
 public:
  virtual ~Ledger() = default;

  virtual base::Result<domain::Sightings> sightings(const std::string& server) = 0;
  // Replaces or adds. A VM that is known keeps the earlier first_seen of the two, and what was last known of
  // it unless `last` tells; that comes back of VMs that are listed, too.
  virtual base::Result<base::Done> note(
      const std::string& server, const std::vector<std::pair<domain::VmId, domain::Sighting>>& vms) = 0;
  // With all that is kept of these VMs.
  virtual base::Result<base::Done> forget(const std::string& server,
                                          const std::vector<domain::VmId>& vms) = 0;

  virtual base::Result<TaskBook> tasks(const std::string& server) = 0;
  // Counts each task once, and once more as a failure when it was counted without one before. Returns the
  // counters of the groups that these tasks are in.
  virtual base::Result<domain::TaskCounters> count(const std::string& server,
                                                   const std::vector<EndedTask>& tasks,
                                                   base::TimePoint now) = 0;
  // That they were counted. Only for tasks that the server will surely not list again.
  virtual base::Result<base::Done> forget(const std::string& server,
                                          const std::vector<domain::TaskId>& tasks) = 0;

  virtual base::Result<FailureBook> backup_failures(const std::string& server) = 0;
  // Counts each backup once, and none before the book's counted_from. Returns the counters of these VMs.
  virtual base::Result<domain::FailureCounters> count(const std::string& server,
                                                      const std::vector<FailedBackup>& backups,
                                                      base::TimePoint now) = 0;
  // Forgets which backups before the limit were counted, and counts none of that time any more.
  virtual base::Result<base::Done> forget_failures_before(const std::string& server,
                                                          base::TimePoint limit) = 0;

  virtual base::Result<domain::DayStrips> days(const std::string& server) = 0;
  // Replaces the strips of these VMs.
  virtual base::Result<base::Done> note(
      const std::string& server,
      const std::vector<std::pair<domain::VmId, base::Shared<domain::DayStrip>>>& strips) = 0;

  virtual base::Result<domain::LastRestores> last_restores(const std::string& server) = 0;
  // One that is older than what is known changes nothing.
  virtual base::Result<base::Done> note_restores(const std::string& server,
                                                 const domain::LastRestores& restores) = 0;
};

}  // namespace ledger
