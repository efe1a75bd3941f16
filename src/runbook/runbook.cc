#include "runbook/runbook.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <utility>

#include "base/digest.h"
#include "base/log.h"
#include "base/periodic_task.h"
#include "base/text.h"
#include "runbook/callbacks.h"
#include "runbook/desk.h"
#include "runbook/intake.h"
#include "runbook/operation_json.h"
#include "runbook/plan_work.h"
#include "runbook/trail.h"

namespace runbook {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

using domain::Job;
using domain::Operation;
using domain::OperationKind;

constexpr seconds kHousekeeping{15};
constexpr milliseconds kLookAgain{500};  // at an operation that another process may carry on
constexpr std::size_t kOwnerBytes = 8;

std::string new_owner() {
  return base::to_hex(base::sha256_of(base::random_bytes(kOwnerBytes))).substr(0, 2 * kOwnerBytes);
}

Rejection unavailable(std::string detail) {
  return {.kind = Rejection::Kind::unavailable, .detail = std::move(detail), .parameter = {}};
}

Rejection malformed(std::string parameter, std::string detail) {
  return {.kind = Rejection::Kind::malformed, .detail = std::move(detail), .parameter = std::move(parameter)};
}

constexpr const char* kNothingRead = "No server has been read yet.";
// Why is for the operator, whom the ledger has told: a tenant may ask, too.
constexpr const char* kNoJournal = "The journal cannot be used at the moment.";

AlertVerdict verdict_on(const Alert& alert, Verdict verdict, std::string rule, std::string detail) {
  return {.fingerprint = alert.fingerprint,
          .verdict = verdict,
          .rule = std::move(rule),
          .detail = std::move(detail),
          .passes_at = {},
          .operation = {}};
}

AlertVerdict verdict_on(const Alert& alert, const Operation& operation, bool is_known) {
  const Job& job = operation.jobs.front();
  const Verdict verdict = is_known ? Verdict::duplicate : verdict_of(job);
  const bool is_there = is_known || verdict == Verdict::accepted;
  return {.fingerprint = alert.fingerprint,
          .verdict = verdict,
          .rule = job.rule,
          .detail = job.detail,
          .passes_at = job.passes_at,
          .operation = is_there ? operation.id : std::string()};
}

BackupRequest request_for(const AlertAction& action, const AlertTarget& target) {
  BackupRequest request;
  request.server = target.server;
  request.vms = {target.vm};
  request.type = action.type;
  request.priority = action.priority;
  request.window = action.window;
  request.destination = action.destination;
  return request;
}

std::string text_of(const Alert& alert) {
  std::string text = "alert";
  for (const auto& [name, value] : alert.labels) text += " " + name + "=" + base::excerpt(value, 100);
  return base::excerpt(text, 2000);
}

}  // namespace

class Runbook::Impl {
 public:
  Impl(const std::vector<Member>& members, const Options& options, Sources sources, Observer observer)
      : sources_(std::move(sources)),
        observer_(std::move(observer)),
        owner_(new_owner()),
        callbacks_(observer_.call_back),
        housekeeper_(kHousekeeping, [this](const std::stop_token&) { keep_house(); }) {
    replace(members, options);
  }

  void replace(const std::vector<Member>& members, const Options& options) {
    std::vector<std::unique_ptr<Desk>> gone;
    {
      const std::unique_lock lock(mutex_);
      gone.swap(desks_);
    }
    gone.clear();  // waits for calls under way, without the lock
    const std::unique_lock lock(mutex_);
    options_ = options;
    members_ = members;
    for (const Member& member : members) {
      desks_.push_back(std::make_unique<Desk>(
          member, owner_, options, sources_,
          [this](const Operation& operation, const Job& job) { changed(operation, job); }));
    }
  }

  Options options() const {
    const std::shared_lock lock(mutex_);
    return options_;
  }

  std::variant<Answer, Rejection> back_up(const Actor& actor, const BackupRequest& request) {
    const auto snapshot = sources_.latest.get();
    if (!snapshot) return unavailable(kNothingRead);
    const Options options = this->options();
    const auto now = sources_.clock.now();
    Operation operation = operation_for(actor, request.common, OperationKind::backup, {}, now);
    operation.jobs = backup_jobs(*snapshot, actor, request, options, now);
    return take(std::move(operation), request.common, options, now);
  }

  std::variant<Answer, Rejection> restore(const Actor& actor, const RestoreRequest& request) {
    if (request.hypervisor.empty() == request.hypervisor_manager.empty())
      return malformed("hypervisor", "exactly one of hypervisor and hypervisorManager has to be given");
    const auto snapshot = sources_.latest.get();
    if (!snapshot) return unavailable(kNothingRead);
    const Options options = this->options();
    const auto now = sources_.clock.now();
    Operation operation = operation_for(actor, request.common, OperationKind::restore, {}, now);
    operation.jobs = {restore_job(*snapshot, actor, request, sources_.backups_of, now)};
    return take(std::move(operation), request.common, options, now);
  }

  std::variant<Answer, Rejection> manage(const Actor& actor, const PlanRequest& request) {
    const auto snapshot = sources_.latest.get();
    if (!snapshot) return unavailable(kNothingRead);
    const Options options = this->options();
    const auto now = sources_.clock.now();
    Operation operation = operation_for(actor, request.common, request.kind, {}, now);
    operation.jobs = {plan_job(*snapshot, actor.scope, request, now)};
    return take(std::move(operation), request.common, options, now);
  }

  std::variant<std::vector<AlertVerdict>, Rejection> handle(const Actor& actor,
                                                            const std::vector<Alert>& alerts) {
    const auto snapshot = sources_.latest.get();
    if (!snapshot) return unavailable(kNothingRead);
    const Options options = this->options();
    const auto now = sources_.clock.now();
    std::vector<AlertVerdict> verdicts;
    verdicts.reserve(alerts.size());
    std::vector<std::pair<std::size_t, Operation>> drafts;  // with the place of the alert
    for (const Alert& alert : alerts) {
      verdicts.push_back(look_at(*snapshot, actor, alert, options, now, verdicts.size(), drafts));
    }
    std::vector<ledger::VmKey> asked;  // by all of the alerts: they count before the first is decided on
    for (const auto& [_, draft] : drafts) {
      for (const auto& vm : question_for(draft, options, true, now).vms) asked.push_back(vm);
    }
    bool has_begun_any = false;
    for (auto& [at, draft] : drafts) {
      auto verdict = enter(alerts[at], draft, asked, options, now);
      if (!verdict && !has_begun_any) return unavailable(kNoJournal);
      if (!verdict) {
        verdicts[at] = verdict_on(alerts[at], Verdict::refused, "journal_unavailable", kNoJournal);
        continue;
      }
      has_begun_any = has_begun_any || verdict->verdict == Verdict::accepted;
      verdicts[at] = std::move(*verdict);
    }
    wake();
    return verdicts;
  }

  base::Result<std::optional<Operation>> cancel(const Actor& actor, const std::string& id,
                                                const std::string& reason) {
    auto found = sources_.journal.operation(id, actor.scope);
    if (!found || !*found) return found;
    const Operation& operation = **found;
    std::vector<ledger::AuditEntry> audit;
    for (const Job& job : operation.jobs) {
      if (domain::is_open(job)) audit.push_back(cancel_entry(actor, operation, job, reason));
    }
    if (audit.empty()) return found;
    const auto asked = sources_.journal.ask_cancel(id, actor.scope, audit);
    if (!asked) return asked.error();
    wake();
    return sources_.journal.operation(id, actor.scope);
  }

  base::Result<base::Done> switch_kill(const Actor& actor, bool on, const std::string& reason) {
    const auto now = sources_.clock.now();
    const ledger::KillSwitch value{.on = on, .since = now, .by = actor.name, .reason = reason};
    auto set = sources_.journal.set_kill_switch(value, {.at = now,
                                                        .actor = actor.name,
                                                        .source = actor.source,
                                                        .action = "kill_switch",
                                                        .server = {},
                                                        .tenant = {},
                                                        .object = {},
                                                        .decision = on ? "on" : "off",
                                                        .rule = {},
                                                        .operation = {},
                                                        .detail = reason});
    if (!set) return set;
    base::log::warn(on ? "the kill switch was thrown" : "the kill switch was released",
                    {{"by", actor.name}, {"reason", base::excerpt(reason, 200)}});
    observer_.kill_switch_is(on);
    return set;
  }

  base::Result<ledger::KillSwitch> kill_switch() {
    auto known = sources_.journal.kill_switch();
    if (known && !options().enabled && !known->on)
      *known = {.on = true, .since = {}, .by = "the configuration", .reason = "runbooks.enabled is false"};
    return known;
  }

  base::Result<std::optional<Operation>> wait(const std::string& id, const domain::Scope& scope,
                                              milliseconds at_most, bool until_end) {
    const auto deadline = std::chrono::steady_clock::now() + at_most;
    auto found = sources_.journal.operation(id, scope);
    while (found && *found && !is_reached(**found, until_end) && wait_for_change(deadline))
      found = sources_.journal.operation(id, scope);
    return found;
  }

  void stop_waiting() {
    {
      const std::lock_guard lock(changes_mutex_);
      waits_are_over_ = true;
    }
    changes_cv_.notify_all();
  }

 private:
  void wake() const {
    const std::shared_lock lock(mutex_);
    for (const auto& desk : desks_) desk->wake();
  }

  // The draft as a dry run, or into the journal.
  std::variant<Answer, Rejection> take(Operation draft, const Common& common, const Options& options,
                                       base::TimePoint now) {
    if (!common.callback.empty() && target_of(options.callbacks, common.callback) == nullptr)
      return malformed("callback",
                       "has to begin with one of the URLs of runbooks.callbacks in the configuration");
    const auto question = question_for(draft, options, false, now);
    if (common.dry_run) {
      const auto facts = sources_.journal.facts(question);
      if (!facts) return unavailable(kNoJournal);
      return Answer{.operation = decide(std::move(draft), *facts, options, false, now).operation,
                    .is_duplicate = false,
                    .dry_run = true};
    }
    auto entered = sources_.journal.enter(draft.key, question, [&](const ledger::Facts& facts) {
      return decide(draft, facts, options, false, now);
    });
    if (!entered) return unavailable(kNoJournal);
    if (entered->is_known && entered->operation.digest != draft.digest)
      return Rejection{.kind = Rejection::Kind::key_taken,
                       .detail = "This idempotency key was used for another request.",
                       .parameter = "Idempotency-Key"};
    if (!entered->is_known) tell_refusals(entered->operation);
    wake();
    return Answer{
        .operation = std::move(entered->operation), .is_duplicate = entered->is_known, .dry_run = false};
  }

  void tell_refusals(const Operation& operation) const {
    for (const Job& job : operation.jobs) {
      if (job.outcome == domain::JobOutcome::refused) observer_.refused(job.server, job.rule);
    }
  }

  // A verdict, unless the alert is one to be decided on: then it is among the drafts.
  AlertVerdict look_at(const domain::Snapshot& snapshot, const Actor& actor, const Alert& alert,
                       const Options& options, base::TimePoint now, std::size_t at,
                       std::vector<std::pair<std::size_t, Operation>>& drafts) const {
    if (!alert.firing) return verdict_on(alert, Verdict::skipped, "resolved", "The alert is resolved.");
    const AlertAction* action = action_for(options.alerts, alert);
    if (action == nullptr)
      return verdict_on(alert, Verdict::skipped, "no_action",
                        "No action of runbooks.alerts matches its labels.");
    const auto target = runbook::target_of(alert);
    if (!target)
      return verdict_on(alert, Verdict::refused, "no_vm_labels",
                        "It has no label guid, nor vm, server and tenant together.");
    Common common;
    common.reason = text_of(alert);
    common.text = key_of(alert);
    Operation draft = operation_for(actor, common, OperationKind::backup, key_of(alert), now);
    draft.origin = "alertmanager";
    draft.jobs = backup_jobs(snapshot, actor, request_for(*action, *target), options, now);
    drafts.emplace_back(at, std::move(draft));
    return {};
  }

  base::Result<AlertVerdict> enter(const Alert& alert, const Operation& draft,
                                   const std::vector<ledger::VmKey>& asked, const Options& options,
                                   base::TimePoint now) {
    ledger::FactsQuestion question = question_for(draft, options, true, now);
    question.vms = asked;
    const auto entered = sources_.journal.enter(draft.key, question, [&](const ledger::Facts& facts) {
      return decide(draft, facts, options, true, now);
    });
    if (!entered) return entered.error();
    if (!entered->is_known) tell_refusals(entered->operation);
    return verdict_on(alert, entered->operation, entered->is_known);
  }

  ledger::AuditEntry cancel_entry(const Actor& actor, const Operation& operation, const Job& job,
                                  const std::string& reason) const {
    ledger::AuditEntry entry = decision_of(operation, job, sources_.clock.now());
    entry.actor = actor.name;
    entry.source = actor.source;
    entry.action = "cancel";
    entry.decision = "accepted";
    entry.detail = reason;
    return entry;
  }

  // From a desk's thread.
  void changed(const Operation& operation, const Job& job) {
    {
      const std::lock_guard lock(changes_mutex_);
      ++changes_;
    }
    changes_cv_.notify_all();
    if (domain::is_open(job)) return;
    observer_.job_done({job.server, operation.kind, job.outcome, *job.ended - operation.created});
    if (!operation.callback.empty()) call_back(operation);
    tell_open_jobs();
  }

  void call_back(const Operation& operation) {
    const auto whole = sources_.journal.operation(operation.id, {});
    if (!whole || !*whole || domain::is_open(**whole)) return;
    const auto targets = options().callbacks;
    if (const CallbackTarget* target = target_of(targets, operation.callback))
      callbacks_.add(*target, operation.callback, to_json(**whole));
  }

  void tell_open_jobs() const {
    if (const auto open = sources_.journal.open_jobs()) observer_.jobs_open(*open);
  }

  void keep_house() {
    tell_open_jobs();
    if (const auto known = kill_switch()) observer_.kill_switch_is(known->on);
    static_cast<void>(
        sources_.journal.forget_operations_before(sources_.clock.now() - options().keep_operations));
  }

  // Asked, or at its end.
  static bool is_reached(const Operation& operation, bool until_end) {
    if (!domain::is_open(operation)) return true;
    return !until_end && std::none_of(operation.jobs.begin(), operation.jobs.end(), [](const Job& job) {
      return job.state == domain::JobState::waiting || job.state == domain::JobState::sending;
    });
  }

  // False when the time is over.
  bool wait_for_change(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(changes_mutex_);
    const auto before = changes_;
    const auto now = std::chrono::steady_clock::now();
    if (waits_are_over_ || now >= deadline) return false;
    changes_cv_.wait_until(lock, std::min(deadline, now + kLookAgain),
                           [&] { return waits_are_over_ || changes_ != before; });
    return true;
  }

  const Sources sources_;
  const Observer observer_;
  const std::string owner_;

  std::mutex changes_mutex_;
  std::condition_variable changes_cv_;
  std::uint64_t changes_ = 0;    // guarded by changes_mutex_
  bool waits_are_over_ = false;  // guarded by changes_mutex_
  Callbacks callbacks_;

  mutable std::shared_mutex mutex_;
  Options options_;  // guarded by mutex_, as the two that follow
  std::vector<Member> members_;
  std::vector<std::unique_ptr<Desk>> desks_;  // their threads use all of the above

  base::PeriodicTask housekeeper_;  // last member
};

Runbook::Runbook(const std::vector<Member>& members, const Options& options, Sources sources,
                 Observer observer)
    : impl_(std::make_unique<Impl>(members, options, std::move(sources), std::move(observer))) {}

Runbook::~Runbook() = default;

void Runbook::replace(const std::vector<Member>& members, const Options& options) {
  impl_->replace(members, options);
}

Options Runbook::options() const { return impl_->options(); }

std::variant<Answer, Rejection> Runbook::back_up(const Actor& actor, const BackupRequest& request) {
  return impl_->back_up(actor, request);
}

std::variant<Answer, Rejection> Runbook::restore(const Actor& actor, const RestoreRequest& request) {
  return impl_->restore(actor, request);
}

std::variant<Answer, Rejection> Runbook::manage(const Actor& actor, const PlanRequest& request) {
  return impl_->manage(actor, request);
}

std::variant<std::vector<AlertVerdict>, Rejection> Runbook::handle(const Actor& actor,
                                                                   const std::vector<Alert>& alerts) {
  return impl_->handle(actor, alerts);
}

base::Result<std::optional<Operation>> Runbook::cancel(const Actor& actor, const std::string& operation,
                                                       const std::string& reason) {
  return impl_->cancel(actor, operation, reason);
}

base::Result<base::Done> Runbook::switch_kill(const Actor& actor, bool on, const std::string& reason) {
  return impl_->switch_kill(actor, on, reason);
}

base::Result<ledger::KillSwitch> Runbook::kill_switch() { return impl_->kill_switch(); }

base::Result<std::optional<Operation>> Runbook::wait(const std::string& operation, const domain::Scope& scope,
                                                     milliseconds at_most, bool until_end) {
  return impl_->wait(operation, scope, at_most, until_end);
}

void Runbook::stop_waiting() { impl_->stop_waiting(); }

}  // namespace runbook
