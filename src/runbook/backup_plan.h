#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "domain/ties.h"
#include "runbook/refusal.h"
#include "runbook/request.h"
#include "runbook/targets.h"
#include "vprotect/control.h"

namespace runbook {

// What a server is asked for to back a VM up, but for the start window, which begins when it is asked.
struct BackupPlan {
  std::vector<vprotect::ExportAsk::Form> forms;  // to be tried in turn: a later one after a 400
  domain::BackupType type = domain::BackupType::full;
  int priority = 50;
  std::chrono::milliseconds window{};
  domain::DestinationId destination;
  std::vector<domain::RuleId> rules;
  std::string note;  // for people, such as that a full backup will be made instead

  bool operator==(const BackupPlan&) const = default;
};

struct BackupWish {
  domain::BackupType type = domain::BackupType::full;
  int priority = 50;
  std::chrono::milliseconds window{};
  std::string destination;  // name or guid; empty: as the VM's rule says
};

// Or what of the VM, its policy or the destination forbids it. `recent` is how young a success has to be to
// make another backup needless.
std::variant<BackupPlan, Refusal> plan_backup(const Subject& subject, const BackupWish& wish,
                                              std::chrono::milliseconds recent, base::TimePoint now);

// For Job::ask.
std::string to_text(const BackupPlan& plan);
std::optional<BackupPlan> backup_plan_of(const std::string& text);

// The active ones that are listed of a policy's rules, by their places in the list.
std::vector<std::size_t> rules_in_use(const domain::ServerState& server, const domain::Ties& ties,
                                      std::size_t policy);

// By guid, else by name.
std::variant<const domain::Destination*, Refusal> find_destination(const domain::ServerState& server,
                                                                   const std::string& wanted);

// How the server's version takes an export (API page, 3.3 and 4): the newest of its nodes tells the version,
// and where none does, what later versions take is tried first.
std::vector<vprotect::ExportAsk::Form> export_forms(const domain::ServerState& server);
// "7.4.0-27" is 7; absent when no node tells.
std::optional<int> major_version_of(const domain::ServerState& server);

}  // namespace runbook
