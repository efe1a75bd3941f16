#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ids.h"

// What the pretended server knows. Plain data: the engine changes it, the encoders write it out.
// An Id counts from 1 within its kind and is never used twice.
namespace simulator {

using Millis = std::chrono::milliseconds;
using TimePoint = std::chrono::sys_time<Millis>;
using OptionalTime = std::optional<TimePoint>;
using Bytes = std::uint64_t;

// What a client wrote into a record and the server only gives back: JSON by its key.
using KeptFields = std::map<std::string, std::string>;

enum class BackupStatus : std::uint8_t {
  success,
  failed,
  in_progress,
  queued,
  partial_success,
  success_removed
};
enum class BackupType : std::uint8_t { full, incremental };
enum class TaskType : std::uint8_t { export_, store, restore, import, inventory_sync, backup_cleanup };
enum class TaskState : std::uint8_t { queued, running, finished, failed, cancelled };
enum class Execution : std::uint8_t { time, interval };
// How the backups of a VM tend to end.
enum class Behaviour : std::uint8_t { healthy, flaky, failing, partial };

struct Project {
  std::string name;
};

struct Manager {
  std::string url;
  std::string_view type, type_description;
};

struct Hypervisor {
  std::string name;
  Id manager = 1;
};

struct BackupReference {
  Id id = 0;
  TimePoint at{};
};

struct Vm {
  Id id = 0;
  std::string name;
  std::string original_name;  // empty: as name
  std::optional<Id> project, policy, hypervisor;
  TimePoint created{};
  bool present = true;
  bool gone = false;    // no longer listed at all
  bool frozen = false;  // no schedule starts a backup of it
  bool warnings = false;
  Behaviour behaviour = Behaviour::healthy;
  std::uint32_t runs = 0;
  int failures_ahead = 0;     // so many of its next exports and restores fail
  std::optional<Id> running;  // the task that moves its data now
  std::optional<bool> up_to_date;
  std::optional<bool> restorable;  // unset: when it has a full backup
  OptionalTime last_backup;
  std::optional<Bytes> last_size, last_full_size;
  std::optional<BackupReference> last_full, last_incremental;
  Bytes disk = 0;
};

struct Backup {
  Id id = 0, vm = 0, rule = 1, destination = 1;
  std::optional<Id> schedule;  // none: a person asked for it
  std::optional<Id> parent;
  BackupStatus status = BackupStatus::queued;
  BackupType type = BackupType::full;
  bool warnings = false;
  TimePoint queued_at{};
  OptionalTime snapshot_at;
  OptionalTime given_up_at;  // of one that failed before it began, and so has no snapshot_at
  Bytes size = 0;
  Millis queued_export{}, exported{}, queued_store{}, stored{};
  std::string status_info;
};

struct Task {
  Id id = 0;
  TaskType type = TaskType::export_;
  TaskState state = TaskState::queued;
  BackupType backup_type = BackupType::full;
  std::optional<Id> vm, backup, schedule, node, destination, manager, restore_job;
  int priority = 50;
  int retries = 0;
  TimePoint queued_at{}, window_end{};
  OptionalTime window_start;  // unset: queued_at
  OptionalTime started, finished, planned_end;
  std::string status_info;
};

// A backup on its way back to a hypervisor.
struct RestoreJob {
  Id id = 0, backup = 0, vm = 0;
  std::string name;  // of the VM that it makes
  BackupStatus status = BackupStatus::queued;
  TimePoint asked_at{};
  Millis queued_restore{}, restored{}, queued_import{}, imported{};
  std::string status_info;
};

// What happened, each thing counted once, whether it is still listed or not.
struct Events {
  struct Tasks {
    std::uint64_t ended = 0, failed = 0;
  };
  std::map<TaskType, Tasks> tasks;
  std::map<Id, std::uint64_t> failed_backups;  // of each VM that has any
};

struct Schedule {
  std::string name;
  bool active = true;
  BackupType backup_type = BackupType::incremental;
  Execution execution = Execution::time;
  Millis hour{};
  Millis window = std::chrono::hours(6);
  Millis interval_start{}, interval_end{}, frequency{};
  std::uint8_t days = 0;         // bit 0 is Monday; 0: every day
  std::uint16_t months = 0;      // bit 0 is January; 0: every month
  std::uint8_t occurrences = 0;  // bit 0 is the first in the month, bit 4 the last; 0: every one
  std::vector<Id> rules;
  OptionalTime last_run;
  TimePoint created{};
  std::optional<Id> project;
  std::string tenant;  // as it was given; empty: none
  KeptFields kept;
  bool gone = false;
};

struct Policy {
  std::string name;
  bool active = true;
  int priority = 50;
  int retries = 0;
  std::optional<Id> project;
  std::string tenant;  // as it was given; empty: none
  std::string auto_assign = "DISABLED";
  KeptFields kept, kept_auto_assign;
  bool gone = false;
};

struct Rule {
  std::string name;
  Id policy = 1;  // 0: of none, when it is gone
  Id destination = 1;
  std::optional<Id> secondary;
  bool active = true;
  bool marked_for_deletion = false;
  int keep_days = 30;
  KeptFields kept, kept_primary, kept_secondary;
  bool gone = false;
};

struct Node {
  std::string name, address;
  Bytes staging_total = 0, staging_used = 0;
  OptionalTime died_at;        // unset: its last-seen time follows the clock
  bool reported = true;        // false: no staging space known yet
  int running = 0, slots = 8;  // tasks at a time
};

struct Destination {
  std::string name;
  std::string_view type, type_description;
  Bytes used = 0;
  std::optional<Bytes> capacity;
  bool is_default = false;
};

struct Model {
  std::vector<Project> projects;
  std::vector<Manager> managers;
  std::vector<Hypervisor> hypervisors;
  std::vector<Policy> policies;
  std::vector<Rule> rules;
  std::vector<Schedule> schedules;
  std::vector<Node> nodes;
  std::vector<Destination> destinations;
  std::vector<Vm> vms;                  // the VM with id n at n - 1, also when gone
  std::deque<Backup> backups;           // by id, which is by queued_at
  std::deque<Task> tasks;               // by id
  std::deque<RestoreJob> restore_jobs;  // by id
  std::deque<Backup> wiped;             // ended backups that are no longer listed: somebody deleted them
  Events events;
  Id next_backup = 1, next_task = 1;
  bool nodes_are_full = false;  // no node takes a task
  // How long finished tasks and old backups stay listed.
  Millis task_retention = std::chrono::hours(24);
  Millis history_retention = std::chrono::hours(24 * 60);

  Vm& add(Vm vm);
  Backup& add(Backup backup);
  Task& add(Task task);
  RestoreJob& add(RestoreJob job);
  Backup* backup(Id id);
  const Backup* backup(Id id) const;
  Task* task(Id id);
  const Task* task(Id id) const;
  RestoreJob* restore_job(Id id);
};

// The element of a kind without gaps, by its id.
template <class T>
T& at(std::vector<T>& row, Id id) {
  return row.at(id - 1);
}
template <class T>
const T& at(const std::vector<T>& row, Id id) {
  return row.at(id - 1);
}

// True when there is one of that id, and it is not gone.
template <class T>
bool has(const std::vector<T>& row, Id id) {
  if (id == 0 || id > row.size()) return false;
  if constexpr (requires { row.front().gone; }) return !at(row, id).gone;
  return true;
}

bool has_ended(TaskState state);
// True for the tasks that make a backup, which an export and a store do together.
bool makes_backup(TaskType type);
bool has_ended(BackupStatus status);
// SUCCESS, PARTIAL_SUCCESS or SUCCESS_REMOVED.
bool is_success(BackupStatus status);
// The backupTime that the API shows. Absent while the backup waits.
OptionalTime backup_time(const Backup& backup);
constexpr Millis kSnapshotTakes = std::chrono::seconds(2);

// Takes the backup into the record of its VM, when it left one.
void note_success(Vm& vm, const Backup& backup);
// True when an active schedule of an active policy covers the VM.
bool is_scheduled(const Model& model, const Vm& vm);
// Sets the VMs' backupUpToDate after policies, rules or schedules were switched: absent where nothing is
// scheduled; where it was absent and something is, how the newest attempt ended.
void judge_again(Model& model);
// True when the schedule is tied to a rule of the policy, whether these are active or not.
bool is_tied(const Model& model, const Schedule& schedule, Id policy);

// These are called once for each task that ended and each backup that failed.
void count_end(Events& events, const Task& task);
void count_failure(Events& events, const Backup& backup);
// The account of a site of which nothing is known but what it lists.
Events listed_events(const Model& model);

}  // namespace simulator
