#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "ledger/journal.h"
#include "runbook/options.h"
#include "runbook/refusal.h"

namespace runbook {

// Decides on the jobs of one request, one after the other, by what the journal knows: what it lets pass
// counts for those that follow.
class Guard {
 public:
  // Both outlive it.
  Guard(const Options& options, const ledger::Facts& facts, base::TimePoint now);

  // On what an alert asked for the mass-alert guard has a say, too. Kinds other than backup and restore are
  // of no VM, and are asked for the kill switch and blackouts only.
  std::optional<Refusal> check(domain::OperationKind kind, const domain::Job& job, bool by_alert) const;
  void pass(const domain::Job& job);

 private:
  std::optional<Refusal> switched_off() const;
  std::optional<Refusal> blacked_out(const std::string& tenant) const;
  std::optional<Refusal> too_soon(const domain::Job& job) const;
  std::optional<Refusal> over_budget(const domain::Job& job) const;
  std::optional<Refusal> too_many_open(const std::string& server) const;
  std::optional<Refusal> too_many_alerts(const std::string& server) const;

  const Options& options_;
  ledger::Facts facts_;
  const base::TimePoint now_;
};

// When the period of the budgets began in which `now` is.
base::TimePoint budget_begin(const GuardOptions& options, base::TimePoint now);

// When the blackout ends that is on now, of those that concern the tenant; absent: none is.
struct BlackoutNow {
  const Blackout* blackout = nullptr;
  base::TimePoint until;
};
std::optional<BlackoutNow> blackout_at(const std::vector<Blackout>& blackouts, const std::string& tenant,
                                       base::TimePoint now);

}  // namespace runbook
