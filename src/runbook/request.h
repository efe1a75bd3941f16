#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/backup.h"
#include "domain/id.h"
#include "domain/operation.h"
#include "domain/scope.h"

// What is asked of the runbook, and what it answers.
namespace runbook {

// Who asks: a credential, and from where.
struct Actor {
  std::string name;
  std::string source;
  domain::Scope scope;
};

// A VM by what is known of it; what is empty is not asked for. Several things must all fit.
struct VmSelector {
  std::string guid;
  std::string uuid;
  std::string name;
  std::string tenant;
};

// What every request may have.
struct Common {
  std::string key;  // idempotency key; empty: none
  bool dry_run = false;
  std::string reason;
  std::string callback;
  std::string text;  // the request as it came, JSON, for people
};

struct BackupRequest {
  Common common;
  std::string server;  // empty: whichever has the VM
  std::vector<VmSelector> vms;
  domain::BackupType type = domain::BackupType::full;  // full or incremental
  int priority = 50;
  std::optional<std::chrono::milliseconds> window;
  std::string destination;  // name or guid; empty: as the VM's rule says
};

struct RestoreRequest {
  Common common;
  std::string server;
  std::string backup;  // guid; or the newest restorable one of `vm`, before a time
  VmSelector vm;       // may be left out with `backup`
  std::optional<base::TimePoint> before;
  std::string hypervisor;          // guid; exactly one of the two
  std::string hypervisor_manager;  // guid
  std::string name, storage, cluster, data_center;
  std::string project;  // guid, platform uuid or name, of one of the tenant's
  bool overwrite = false;
  bool power_on = false;
};

enum class Verdict : std::uint8_t { accepted, duplicate, skipped, refused };
std::string_view name_of(Verdict verdict);

// Of a job that was just decided: skipped where there was nothing to do, refused where a rule forbids it.
Verdict verdict_of(const domain::Job& job);

// How a request was answered. Of a dry run, the jobs that are `waiting` are those that would be begun.
struct Answer {
  domain::Operation operation;
  bool is_duplicate = false;  // its key had been used for the same request before
  bool dry_run = false;
};

// Why a request as a whole was not decided on.
struct Rejection {
  enum class Kind : std::uint8_t {
    key_taken,    // the key was used for another request
    malformed,    // a value that cannot be; `parameter` names it
    unavailable,  // the journal, or what is known of the servers, is not there: nothing was begun
  } kind = Kind::unavailable;
  std::string detail;
  std::string parameter;
};

// One alert of a notification.
struct Alert {
  bool firing = true;
  std::map<std::string, std::string, std::less<>> labels;
  std::string fingerprint;
  std::string starts_at;
};

struct AlertVerdict {
  std::string fingerprint;
  Verdict verdict = Verdict::skipped;
  std::string rule;  // or what kept it from being looked at: "resolved", "no_action"
  std::string detail;
  std::optional<base::TimePoint> passes_at;
  std::string operation;  // id, of one that was accepted or is a duplicate
};

}  // namespace runbook
