#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/id.h"

// What somebody asked for that changes something at a server, and how it goes.
namespace domain {

enum class OperationKind : std::uint8_t { backup, restore, policy, schedule };

// How far a job is. All but `ended` are open.
enum class JobState : std::uint8_t {
  waiting,    // it is in the journal; the server was not asked yet
  sending,    // the server is being asked, or was when we ended
  searching,  // the server was asked and its answer is lost: its traces are looked for
  queued,     // the server's task waits
  running,    // export, or restore
  finishing,  // store, or import; and until the server's records tell how it ended
  ended,
};

enum class JobOutcome : std::uint8_t {
  none,           // while it is open
  succeeded,      // a restorable backup, or an imported VM, is there
  failed,         // the server says so
  cancelled,      // by whomever
  window_closed,  // the task was not begun in its start window
  vanished,       // the task is no longer listed and no record tells how it ended
  refused,        // by a rule of ours, or by the server before it did anything
  unknown,        // nothing decides what became of it: a person has to look
};

// One thing of an operation that is done, or refused, on its own: for backups and restores a VM.
struct Job {
  std::uint32_t number = 0;  // within its operation, from 0
  std::string server;
  std::string tenant;
  VmId vm;           // empty for other things than VMs
  std::string name;  // of the VM, policy or schedule, as it was when asked for
  std::string ask;   // what the server is asked for, in the runbook's own words; not for people

  JobState state = JobState::waiting;
  JobOutcome outcome = JobOutcome::none;
  std::string rule;                          // of the guard that refused it, such as "cool_down"; or empty
  std::optional<base::TimePoint> passes_at;  // when that rule will let it pass, where that is known
  std::string detail;                        // one sentence: why it was refused, failed or is unknown

  // The start window as it is sent, by the server's clock and to the millisecond: by it a task whose answer
  // was lost is found again. A restore has none at the server; its start is when it was asked for.
  std::optional<base::TimePoint> window_start;
  std::optional<base::TimePoint> window_end;
  TaskId task;                     // the export, or restore
  TaskId second_task;              // the store, or import
  BackupId backup;                 // that was made, or is restored
  std::string made;                // guid of the policy or schedule that was made or is changed
  std::optional<double> progress;  // percent, of all of it
  std::uint32_t attempts = 0;      // how often the server was asked
  std::uint32_t retries = 0;       // tasks that the server made anew after one that failed
  bool cancel_asked = false;
  std::optional<base::TimePoint> sent;     // last asked; our clock, as all that follow
  std::optional<base::TimePoint> changed;  // of state
  std::optional<base::TimePoint> ended;

  bool operator==(const Job&) const = default;
};

struct Operation {
  std::string id;  // of letters, digits and '_'; later ones sort behind earlier ones
  // Who asks again with the same key gets the same operation; unique in the journal.
  std::string key;
  std::string digest;  // of what was asked: another one under the same key is a mistake
  OperationKind kind = OperationKind::backup;
  std::string origin;    // "api", "alertmanager"
  std::string caller;    // name of the credential
  std::string source;    // address
  std::string reason;    // the caller's
  std::string request;   // what was asked for, as JSON for people
  std::string callback;  // URL; empty: none
  base::TimePoint created;
  std::vector<Job> jobs;  // by number

  bool operator==(const Operation&) const = default;
};

bool is_open(const Job& job);
bool is_open(const Operation& operation);
// When its last job ended; absent while one is open.
std::optional<base::TimePoint> ended_at(const Operation& operation);
// That of all jobs; where they differ the worst of those that were begun, in this order: unknown, vanished,
// failed, window_closed, cancelled, succeeded. `none` while one is open; `refused` when all were.
JobOutcome outcome_of(const Operation& operation);

std::string_view name_of(OperationKind kind);  // "backup"
std::string_view name_of(JobState state);
std::string_view name_of(JobOutcome outcome);
std::optional<OperationKind> operation_kind_named(std::string_view name);
std::optional<JobState> job_state_named(std::string_view name);
std::optional<JobOutcome> job_outcome_named(std::string_view name);

inline constexpr std::size_t kOperationKinds = static_cast<std::size_t>(OperationKind::schedule) + 1;
inline constexpr std::size_t kJobOutcomes = static_cast<std::size_t>(JobOutcome::unknown) + 1;

}  // namespace domain
