#include "runbook/guard.h"

#include <algorithm>
#include <chrono>

#include "base/text.h"

namespace runbook {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::sys_days;

constexpr days kLongest{7};  // of a blackout

bool concerns(const Blackout& blackout, const std::string& tenant) {
  const auto& tenants = blackout.tenants;
  return tenants.empty() || std::find(tenants.begin(), tenants.end(), tenant) != tenants.end();
}

bool begins_on(const Blackout& blackout, sys_days day) {
  const auto& weekdays = blackout.days;
  return weekdays.empty() ||
         std::find(weekdays.begin(), weekdays.end(), std::chrono::weekday(day)) != weekdays.end();
}

// The latest end of a run of it that is on now.
std::optional<base::TimePoint> end_of(const Blackout& blackout, base::TimePoint now) {
  std::optional<base::TimePoint> latest;
  const auto today = std::chrono::floor<days>(now);
  for (sys_days day = today - kLongest; day <= today; day += days{1}) {
    const base::TimePoint begin = day + blackout.from;
    if (begins_on(blackout, day) && begin <= now && now < begin + blackout.length)
      latest = std::max(latest, std::optional<base::TimePoint>(begin + blackout.length));
  }
  return latest;
}

std::uint64_t count_of(const std::map<std::string, std::uint64_t>& counts, const std::string& key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

bool is_of_a_vm(domain::OperationKind kind) {
  return kind == domain::OperationKind::backup || kind == domain::OperationKind::restore;
}

}  // namespace

base::TimePoint budget_begin(const GuardOptions& options, base::TimePoint now) {
  return base::TimePoint(now.time_since_epoch() - now.time_since_epoch() % options.budget_period);
}

std::optional<BlackoutNow> blackout_at(const std::vector<Blackout>& blackouts, const std::string& tenant,
                                       base::TimePoint now) {
  std::optional<BlackoutNow> longest;
  for (const Blackout& blackout : blackouts) {
    const auto until = concerns(blackout, tenant) ? end_of(blackout, now) : std::nullopt;
    if (until && (!longest || *until > longest->until)) longest = BlackoutNow{&blackout, *until};
  }
  return longest;
}

Guard::Guard(const Options& options, const ledger::Facts& facts, base::TimePoint now)
    : options_(options), facts_(facts), now_(now) {}

std::optional<Refusal> Guard::check(domain::OperationKind kind, const domain::Job& job, bool by_alert) const {
  if (auto refusal = switched_off()) return refusal;
  if (auto refusal = blacked_out(job.tenant)) return refusal;
  if (!is_of_a_vm(kind)) return std::nullopt;
  if (auto refusal = by_alert ? too_many_alerts(job.server) : std::nullopt) return refusal;
  if (auto refusal = too_soon(job)) return refusal;
  if (auto refusal = too_many_open(job.server)) return refusal;
  return over_budget(job);
}

void Guard::pass(const domain::Job& job) {
  facts_.vms[{job.server, job.vm}] = {.open_operation = "this one", .last_begun = now_};
  ++facts_.begun_by_tenant[job.tenant];
  ++facts_.begun;
  ++facts_.open_by_server[job.server];
  ++facts_.open;
}

std::optional<Refusal> Guard::switched_off() const {
  if (!options_.enabled)
    return Refusal{"disabled", "The configuration has runbooks switched off (runbooks.enabled).", {}};
  if (!facts_.kill_switch.on) return std::nullopt;
  const auto& [on, since, by, reason] = facts_.kill_switch;
  return Refusal{"kill_switch",
                 "The kill switch is on, by " + by + (since ? " since " + base::to_rfc3339(*since) : "") +
                     (reason.empty() ? "" : ": " + base::excerpt(reason, 200)) + ".",
                 {}};
}

std::optional<Refusal> Guard::blacked_out(const std::string& tenant) const {
  const auto now = blackout_at(options_.guard.blackouts, tenant, now_);
  if (!now) return std::nullopt;
  const std::string& reason = now->blackout->reason;
  return Refusal{"blackout", "A blackout is on" + (reason.empty() ? "" : ": " + reason) + ".", now->until};
}

std::optional<Refusal> Guard::too_soon(const domain::Job& job) const {
  const auto found = facts_.vms.find({job.server, job.vm});
  if (found == facts_.vms.end()) return std::nullopt;
  const auto& [open_operation, last_begun] = found->second;
  if (!open_operation.empty())
    return Refusal{"operation_open", "An operation is open for it: " + open_operation + ".", {}};
  if (!last_begun || *last_begun + options_.guard.cool_down <= now_) return std::nullopt;
  return Refusal{"cool_down", "The last one for it was begun at " + base::to_rfc3339(*last_begun) + ".",
                 *last_begun + options_.guard.cool_down};
}

std::optional<Refusal> Guard::over_budget(const domain::Job& job) const {
  const GuardOptions& guard = options_.guard;
  const auto next = budget_begin(guard, now_) + guard.budget_period;
  const std::string per = " per " + base::to_text(guard.budget_period) + ", all used.";
  if (count_of(facts_.begun_by_tenant, job.tenant) >= guard.tenant_budget)
    return Refusal{"tenant_budget", "The tenant has " + std::to_string(guard.tenant_budget) + per, next};
  if (facts_.begun >= guard.total_budget)
    return Refusal{"total_budget", "All tenants together have " + std::to_string(guard.total_budget) + per,
                   next};
  return std::nullopt;
}

std::optional<Refusal> Guard::too_many_open(const std::string& server) const {
  const auto open = count_of(facts_.open_by_server, server);
  if (open < options_.guard.most_in_flight) return std::nullopt;
  return Refusal{"most_in_flight",
                 std::to_string(open) + " operations are open at " + server + ", as many as may be.",
                 {}};
}

std::optional<Refusal> Guard::too_many_alerts(const std::string& server) const {
  const GuardOptions& guard = options_.guard;
  const auto alerted = count_of(facts_.alerted_by_server, server);
  if (alerted <= guard.mass_alert_vms) return std::nullopt;
  return Refusal{"mass_alert",
                 "Alerts asked for " + std::to_string(alerted) + " VMs of " + server + " within " +
                     base::to_text(guard.mass_alert_within) +
                     ", which looks like a fault of the infrastructure, not of the VMs.",
                 now_ + guard.mass_alert_within};
}

}  // namespace runbook
