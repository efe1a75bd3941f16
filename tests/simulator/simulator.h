#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calls.h"
#include "changes.h"
#include "fault.h"
#include "model.h"
#include "scenario.h"
#include "session.h"
#include "stream.h"

// A stand-in for the vendor's server, unforgiving on purpose. README.md tells what it does and knows.
namespace simulator {

struct Options {
  std::string host = "127.0.0.1";
  int port = 0;  // 0: a free one
  std::string control_host = "127.0.0.1";
  int control_port = 0;
  std::string profile;            // 3.9, 5.1, 7.4; empty: the scenario file's, else 7.4
  std::string scenario = "demo";  // demo, golden, bulk
  std::string scenario_file;      // a site described in JSON, instead; empty: none
  Bulk bulk;                      // of the bulk scenario
  std::uint64_t seed = 1;
  double speed = 1;  // of its clock; 0: it stands still until it is advanced
  // Absent: the world's time. The golden scenario and scenario files have their own, and stand still.
  OptionalTime start;
  // Of the truth: since when somebody looks at the site, from the start by default, and how long after the
  // end of its start window a backup is overdue.
  OptionalTime watched_since;
  Millis grace = std::chrono::hours(1);
  std::string username = "monitoring";
  std::string password = "secret";
  std::optional<Tls> tls;
  Millis session_lifetime = std::chrono::minutes(30);  // idle, by the simulator's clock; 0: for ever
};

struct LoggedRequest {
  TimePoint at{};
  std::string method;
  std::string path;   // with /api
  std::string query;  // as sent
  int status = 0;     // 0: no answer was given
  bool cookie = false;
};

struct Counts {
  std::uint64_t requests = 0, logins = 0, refused_logins = 0, logouts = 0;
  std::size_t open_sessions = 0;
  int deleted_cookies_sent = 0;
};

// Serves from construction to destruction. Any thread may call any method.
// Throws std::runtime_error when a port cannot be had, std::invalid_argument for a bad option.
class Simulator {
 public:
  explicit Simulator(const Options& options = {});
  ~Simulator();
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  int port() const;
  int control_port() const;
  std::string url() const;  // "http://127.0.0.1:PORT", without /api
  std::string control_url() const;

  int fault(Fault fault);
  bool remove_fault(int number);
  void clear_faults();
  std::vector<FaultPlan::Entry> faults() const;

  TimePoint now() const;
  void set_time(TimePoint time);
  void advance(Millis by);
  void set_speed(double speed);

  void expire_sessions();
  void set_session_lifetime(Millis lifetime);
  void set_cookies(CookieMode mode);

  // Each tells whether the guid was known.
  bool rename_vm(std::string_view guid, std::string name);
  bool set_present(std::string_view guid, bool present);
  bool set_frozen(std::string_view guid, bool frozen);  // no schedule starts a backup of it
  bool remove_vm(std::string_view guid);
  bool assign_policy(std::string_view vm_guid, std::optional<std::string_view> policy);
  bool set_policy_active(std::string_view guid, bool active);
  bool set_schedule_active(std::string_view guid, bool active);
  bool set_rule_active(std::string_view guid, bool active);
  // The guid of the new VM, whose project and policy are named.
  std::string add_vm(std::string name, std::optional<std::string_view> project,
                     std::optional<std::string_view> policy);
  // The guids of so many new tasks that ended just now: of the VM, or of none when the guid is empty. Absent
  // for an unknown VM.
  std::optional<std::vector<std::string>> add_tasks(std::string_view vm_guid, TaskType type, TaskState state,
                                                    int count = 1);
  // The guid of a new backup; absent for an unknown VM.
  std::optional<std::string> add_backup(std::string_view vm_guid, const EndedBackup& backup);
  // Ended tasks, ended backups are no longer listed.
  void wipe_tasks();
  void wipe_backups();
  // Every SUCCESS becomes SUCCESS_REMOVED, or the other way round; of one VM, or of all when the guid is
  // empty. Returns how many did.
  int mark_removed(bool removed, std::string_view vm_guid = {});

  // So many of the VM's next exports and restores fail; retries count as the next. Tells whether the guid
  // was known.
  bool fail_next(std::string_view vm_guid, int times = 1);
  // While it is set no node takes a task, so that they wait until their windows end.
  void hold_tasks(bool held);

  // Closes the API's port and its connections; opens it again.
  void refuse_connections();
  void accept_connections();

  // The newest 10,000 requests, oldest first.
  std::vector<LoggedRequest> requests() const;
  // What was done, the newest 10,000 of each, oldest first.
  std::vector<ExportCall> exports() const;
  std::vector<RestoreCall> restores() const;
  std::vector<WriteCall> writes() const;
  Counts counts() const;
  std::map<std::string, std::uint64_t> requests_by_path() const;
  // From now on the truth is told as to somebody who looks at the site since then and knows nothing of what
  // was wiped before.
  void watch(TimePoint since, Millis grace);
  // JSON, as GET /truth of the control port.
  std::string truth() const;
  // The model itself, as it is now.
  Model model() const;
  // Back to the scenario's beginning: no faults, sessions or log, cookies as at first; the clock starts
  // again.
  void reset();

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace simulator
