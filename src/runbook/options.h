#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "domain/backup.h"
#include "domain/shard.h"
#include "runbook/matcher.h"

namespace runbook {

// When nothing is begun, each week: from a time of the UTC day on which it begins for so long.
struct Blackout {
  std::vector<std::chrono::weekday> days;  // on which it begins; none: every day
  std::chrono::milliseconds from{};        // since UTC midnight
  std::chrono::milliseconds length{};      // at most a week
  std::vector<std::string> tenants;        // none: all
  std::string reason;

  bool operator==(const Blackout&) const = default;
};

// The rules that keep automation safe. A limit of 0 lets nothing pass.
struct GuardOptions {
  std::chrono::milliseconds cool_down{std::chrono::hours{1}};       // between two of a VM
  std::chrono::milliseconds recent_success{std::chrono::hours{1}};  // of a backup, which makes one needless
  std::chrono::milliseconds budget_period{std::chrono::hours{1}};   // from one multiple of it to the next
  std::size_t tenant_budget = 20;                                   // jobs of a tenant in a period
  std::size_t total_budget = 100;                                   // jobs of all tenants in a period
  std::size_t most_in_flight = 20;                                  // open jobs of one server
  // More VMs of a server than this, that alerts asked for within this time, are a fault of the
  // infrastructure.
  std::size_t mass_alert_vms = 10;
  std::chrono::milliseconds mass_alert_within{std::chrono::minutes{15}};
  std::vector<Blackout> blackouts;

  bool operator==(const GuardOptions&) const = default;
};

// What an alert starts. The first whose matchers all match counts.
struct AlertAction {
  std::vector<Matcher> match;  // on the alert's labels; never empty
  domain::BackupType type = domain::BackupType::full;
  int priority = 50;
  std::optional<std::chrono::milliseconds> window;
  std::string destination;  // name or guid; empty: as the VM's rule says

  bool operator==(const AlertAction&) const = default;
};

// Where what became of an operation may be sent to, and the key that signs it.
struct CallbackTarget {
  std::string url;  // what a callback's URL has to begin with
  base::Secret key;

  bool operator==(const CallbackTarget&) const = default;
};

struct FollowOptions {
  std::chrono::milliseconds interval{std::chrono::seconds{5}};  // open jobs are looked at
  // For traces of a request whose answer was lost; only then it is known that there are none.
  std::chrono::milliseconds settle{std::chrono::minutes{2}};
  // For what has to come next: a store after its export, a retry after a failure, the backup's record.
  std::chrono::milliseconds patience{std::chrono::minutes{10}};
  std::chrono::milliseconds at_most{std::chrono::hours{72}};  // after the window, of a whole job
  // For which another process that shares the ledger leaves our jobs alone; longer than any call takes.
  std::chrono::milliseconds lease{std::chrono::minutes{10}};

  bool operator==(const FollowOptions&) const = default;
};

struct Options {
  bool enabled = true;  // false: nothing is begun, whatever the kill switch says
  std::chrono::milliseconds window{std::chrono::hours{6}};
  std::chrono::milliseconds keep_operations{std::chrono::hours{90 * 24}};  // after they ended
  std::size_t requests_per_second = 5;  // that may change something, of all callers
  std::size_t request_burst = 50;
  GuardOptions guard;
  FollowOptions follow;
  domain::Shard shard;  // whose VMs are shown, and so followed, here
  std::vector<AlertAction> alerts;
  std::vector<CallbackTarget> callbacks;

  bool operator==(const Options&) const = default;
};

}  // namespace runbook
