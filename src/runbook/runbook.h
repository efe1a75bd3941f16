#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/latest.h"
#include "base/result.h"
#include "domain/history.h"
#include "domain/snapshot.h"
#include "ledger/journal.h"
#include "runbook/options.h"
#include "runbook/plan_request.h"
#include "runbook/request.h"
#include "vprotect/control.h"

namespace runbook {

// The backups of a VM that its server lists, the newest first; absent when they are not known. Any thread.
using BackupsOf = std::function<std::optional<std::vector<domain::BackupRun>>(std::string_view server,
                                                                              const domain::VmId& vm)>;

// A job that ended, for the exporter's own metrics.
struct JobDone {
  std::string server;
  domain::OperationKind kind = domain::OperationKind::backup;
  domain::JobOutcome outcome = domain::JobOutcome::unknown;
  std::chrono::milliseconds duration{};  // since it was asked for
};

using OpenJobs = std::map<std::pair<std::string, domain::OperationKind>, std::uint64_t>;

// Called from the runbook's threads and from its callers'.
struct Observer {
  std::function<void(const JobDone&)> job_done = [](const JobDone&) {};
  std::function<void(std::string_view server, std::string_view rule)> refused = [](auto, auto) {};
  // At start, and now and then.
  std::function<void(const OpenJobs&)> jobs_open = [](const OpenJobs&) {};
  std::function<void(bool on)> kill_switch_is = [](bool) {};
  // Sends the body; true when it was taken. May take seconds.
  std::function<bool(const std::string& url, const std::string& body, const std::string& signature)>
      call_back = [](auto&, auto&, auto&) { return true; };
};

// One server at which things may be changed.
struct Member {
  std::string name;
  std::function<std::unique_ptr<vprotect::Control>()> connect;
};

// What outlives the runbook.
struct Sources {
  ledger::Journal& journal;
  const base::Latest<domain::Snapshot>& latest;
  const base::Clock& clock;
  BackupsOf backups_of;
};

// Starts what is asked for, when the guard lets it, and follows it to its end: works from construction to
// destruction. What it accepted is in the journal before the server is asked. Any thread may call any method;
// they ask no server, but wait for the journal.
class Runbook {
 public:
  Runbook(const std::vector<Member>& members, const Options& options, Sources sources, Observer observer);
  ~Runbook();
  Runbook(const Runbook&) = delete;
  Runbook& operator=(const Runbook&) = delete;

  // These from now on. Calls under way are finished first. One thread at a time.
  void replace(const std::vector<Member>& members, const Options& options);

  Options options() const;  // as they are now

  std::variant<Answer, Rejection> back_up(const Actor& actor, const BackupRequest& request);
  std::variant<Answer, Rejection> restore(const Actor& actor, const RestoreRequest& request);
  std::variant<Answer, Rejection> manage(const Actor& actor, const PlanRequest& request);
  // One verdict for each alert, in their order. A rejection means that nothing was begun for any of them, or
  // that all may be sent again: what was begun is a duplicate then.
  std::variant<std::vector<AlertVerdict>, Rejection> handle(const Actor& actor,
                                                            const std::vector<Alert>& alerts);

  // Absent when the actor may see no such operation.
  base::Result<std::optional<domain::Operation>> cancel(const Actor& actor, const std::string& operation,
                                                        const std::string& reason);
  base::Result<base::Done> switch_kill(const Actor& actor, bool on, const std::string& reason);
  // On: by the configuration too.
  base::Result<ledger::KillSwitch> kill_switch();

  // Waits until the operation has changed from `seen`, or ended, or the time is over. Absent when there is no
  // such operation for the scope.
  base::Result<std::optional<domain::Operation>> wait(const std::string& operation,
                                                      const domain::Scope& scope,
                                                      std::chrono::milliseconds at_most, bool until_end);
  // Waits that are under way end now, and later ones at once: whoever asked them is about to stop.
  void stop_waiting();

 private:
  class Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace runbook
