#include "runbook/desk.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

#include "base/digest.h"
#include "base/log.h"
#include "base/text.h"
#include "runbook/backup_plan.h"
#include "runbook/ending.h"
#include "runbook/plan_work.h"
#include "runbook/restore_plan.h"
#include "runbook/trail.h"

namespace runbook {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

using domain::Job;
using domain::JobOutcome;
using domain::JobState;
using domain::Operation;
using domain::OperationKind;

constexpr seconds kRetryWait{5};  // after the first attempt that reached nobody; grows
constexpr seconds kCancelAgain{60};

// A fraction of a second that nobody else is likely to have: it makes the window the request's own.
milliseconds some_milliseconds() {
  const std::string bytes = base::random_bytes(2);
  const auto number = static_cast<unsigned char>(bytes[0]) * 256 + static_cast<unsigned char>(bytes[1]);
  return milliseconds(1 + number % 999);
}

bool is_of_a_plan(OperationKind kind) {
  return kind == OperationKind::policy || kind == OperationKind::schedule;
}

}  // namespace

Desk::Desk(const Member& member, std::string owner, const Options& options, const Sources& sources,
           OnChange on_change)
    : member_(member),
      owner_(std::move(owner)),
      options_(options),
      sources_(sources),
      on_change_(std::move(on_change)),
      ticker_(options.follow.interval, [this](const std::stop_token& stop) { work(stop); }) {}

Desk::~Desk() {
  ticker_.request_stop();
  const std::lock_guard lock(mutex_);
  if (control_) control_->cancel_calls();
}

vprotect::Control& Desk::control() {
  const std::lock_guard lock(mutex_);
  if (!control_) control_ = member_.connect();
  return *control_;
}

// One call to the server at a time: after it the jobs are claimed anew, so that the lease outlasts the next.
void Desk::work(const std::stop_token& stop) {
  for (bool goes_on = true; goes_on && !stop.stop_requested();) {
    const auto jobs = sources_.journal.claim(member_.name, owner_, sources_.clock.now(),
                                             options_.follow.lease, options_.shard);
    if (!jobs) return;  // the ledger has told the log
    goes_on = false;
    for (const ledger::OpenJob& open : *jobs) {
      if (stop.stop_requested()) return;
      if ((goes_on = carry_on(open))) break;
    }
  }
}

// True when the server was asked for something.
bool Desk::carry_on(const ledger::OpenJob& open) {
  switch (open.job.state) {
    case JobState::waiting:
      return send(open);
    case JobState::sending: {  // whoever was at it has ended: the answer is lost
      if (is_of_a_plan(open.operation.kind)) {
        save(open.operation, open.job, interrupted(open.job, sources_.clock.now()));
        return false;
      }
      Job lost = open.job;
      lost.state = JobState::searching;
      lost.changed = sources_.clock.now();
      save(open.operation, open.job, lost);
      return false;
    }
    default:
      if (open.job.cancel_asked) cancel(open);
      look(open);
      return false;
  }
}

bool Desk::send(const ledger::OpenJob& open) {
  const auto now = sources_.clock.now();
  const auto& [operation, job] = open;
  if (job.cancel_asked) {
    save(operation, job,
         ended(job, JobOutcome::cancelled, "It was cancelled before the server was asked.", now));
    return false;
  }
  if (!may_send_now({operation.id, job.number})) return false;
  if (is_switched_off()) {
    Job refused = job;
    refuse(refused, {"kill_switch", "The kill switch was thrown before the server was asked.", {}}, now);
    save(operation, job, refused);
    return false;
  }
  if (is_of_a_plan(operation.kind)) return change_plan(operation, job);
  return operation.kind == OperationKind::restore ? send_restore(operation, job)
                                                  : send_backup(operation, job);
}

// In the journal before the server hears of it; false: it may not be sent.
bool Desk::begin_sending(const Operation& operation, const Job& before, Job& job, base::TimePoint now) {
  job.state = JobState::sending;
  job.sent = job.changed = now;
  ++job.attempts;
  return save(operation, before, job);
}

bool Desk::change_plan(const Operation& operation, Job job) {
  const Job before = job;
  if (!begin_sending(operation, before, job, sources_.clock.now())) return false;
  Job done = perform(job, control(), sources_.clock.now());
  done.changed = done.ended = sources_.clock.now();
  done.ask.clear();  // of no more use, and as long as its VMs are many
  save(operation, job, done);
  return true;
}

bool Desk::may_send_now(const Key& key) const {
  const auto wait = not_before_.find(key);
  return wait == not_before_.end() || sources_.clock.now() >= wait->second;
}

bool Desk::is_switched_off() {
  const auto kill_switch = sources_.journal.kill_switch();
  return !options_.enabled || !kill_switch || kill_switch->on;
}

base::TimePoint Desk::server_time(base::TimePoint now) const {
  const auto snapshot = sources_.latest.get();
  const auto* server = snapshot ? find_server(*snapshot, member_.name) : nullptr;
  return server == nullptr ? now : domain::server_time(server->clock_skew, now);
}

bool Desk::send_backup(const Operation& operation, Job job) {
  const Job before = job;
  const auto now = sources_.clock.now();
  const auto plan = backup_plan_of(job.ask);
  if (!plan) {
    save(operation, before, unreadable(job, now));
    return false;
  }
  job.window_start = server_time(now);
  job.window_end = *job.window_start + plan->window + some_milliseconds();
  if (!begin_sending(operation, before, job, now)) return false;
  take_answer(operation, job,
              control().export_vm({.form = plan->forms.front(),
                                   .vm = job.vm,
                                   .type = plan->type,
                                   .priority = plan->priority,
                                   .window_start = *job.window_start,
                                   .window_end = *job.window_end,
                                   .destination = plan->destination,
                                   .rules = plan->rules}));
  return true;
}

bool Desk::send_restore(const Operation& operation, Job job) {
  const Job before = job;
  const auto now = sources_.clock.now();
  const auto ask = restore_ask_of(job.ask);
  if (!ask) {
    save(operation, before, unreadable(job, now));
    return false;
  }
  job.window_start = server_time(now);
  if (!begin_sending(operation, before, job, now)) return false;
  take_answer(operation, job, control().restore_and_import(*ask));
  return true;
}

void Desk::take_answer(const Operation& operation, Job job,
                       const vprotect::Changed<vprotect::Begun>& answer) {
  const Job before = job;
  const auto now = sources_.clock.now();
  job.changed = now;
  if (const auto* failure = std::get_if<vprotect::Failure>(&answer)) {
    note_failure(job, *failure);
  } else if (const auto& begun = std::get<vprotect::Begun>(answer); begun.refused) {
    job = ended(std::move(job), JobOutcome::refused,
                begun.detail.empty() ? "The server would not take the VM." : begun.detail, now);
    job.rule = "server";
  } else {
    job.state = JobState::queued;
    if (!begun.tasks.empty()) job.task = begun.tasks.front();
    job.detail.clear();
  }
  save(operation, before, job);
}

void Desk::note_failure(Job& job, const vprotect::Failure& failure) {
  const auto now = *job.changed;
  job.detail = base::excerpt(failure.error.message, kMostDetail);
  if (failure.may_have_happened) {
    job.state = JobState::searching;
    return;
  }
  using base::ErrorKind;
  const ErrorKind kind = failure.error.kind;
  auto plan = kind == ErrorKind::rejected ? backup_plan_of(job.ask) : std::nullopt;
  if (plan && plan->forms.size() > 1) {  // the server's version is not known, and this was another one's form
    plan->forms.erase(plan->forms.begin());
    job.ask = to_text(*plan);
    job.state = JobState::waiting;
    return;
  }
  const bool may_pass = kind == ErrorKind::unreachable || kind == ErrorKind::timeout ||
                        kind == ErrorKind::unauthorized || kind == ErrorKind::cancelled;
  if (may_pass && job.attempts < kMostAttempts) {
    job.state = JobState::waiting;
    return;
  }
  const std::string detail = job.detail;
  job = ended(std::move(job), may_pass ? JobOutcome::failed : JobOutcome::refused, detail, now);
  if (!may_pass) job.rule = "server";
}

void Desk::look(const ledger::OpenJob& open) {
  const auto snapshot = sources_.latest.get();
  if (!snapshot) return;
  const auto now = sources_.clock.now();
  const auto& [operation, job] = open;
  auto backups =
      operation.kind == OperationKind::backup ? sources_.backups_of(member_.name, job.vm) : std::nullopt;
  const Sight sight = sight_of(find_server(*snapshot, member_.name), job, std::move(backups), now);
  const Job next = follow(job, operation.kind, sight, options_.follow, patience_[{operation.id, job.number}]);
  if (next != job) save(operation, job, next);
}

// The task's state tells whether it helped; now and then it is asked for again.
void Desk::cancel(const ledger::OpenJob& open) {
  const auto& [operation, job] = open;
  const auto now = sources_.clock.now();
  const domain::TaskId& task = job.second_task.empty() ? job.task : job.second_task;
  const auto asked = cancelled_.find({operation.id, job.number});
  if (task.empty() || (asked != cancelled_.end() && now < asked->second + kCancelAgain)) return;
  cancelled_[{operation.id, job.number}] = now;
  const auto answer =
      control().cancel(task, "Cancelled through vprotect_exporter, operation " + operation.id);
  if (const auto* failure = std::get_if<vprotect::Failure>(&answer))
    base::log::warn(
        "a task could not be cancelled",
        {{"server", member_.name}, {"operation", operation.id}, {"error", failure->error.message}});
}

bool Desk::save(const Operation& operation, const Job& before, const Job& job) {
  const auto now = sources_.clock.now();
  const auto saved =
      sources_.journal.save(operation.id, job, owner_, now, changes_of(operation, before, job, now));
  if (!saved || !*saved) return false;
  const Key key{operation.id, job.number};
  if (job.state == JobState::waiting) {
    not_before_[key] = now + (before.ask == job.ask ? kRetryWait * job.attempts : seconds{0});
  } else if (!domain::is_open(job)) {
    patience_.erase(key);
    not_before_.erase(key);
    cancelled_.erase(key);
  }
  on_change_(operation, job);
  return true;
}

}  // namespace runbook
