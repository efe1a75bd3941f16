#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "vprotect/control.h"

namespace support {

// Outcomes one after the other, then one for ever.
template <class Outcome>
struct Outcomes {
  std::deque<Outcome> next;
  Outcome otherwise;

  Outcome take() {
    if (next.empty()) return otherwise;
    Outcome outcome = std::move(next.front());
    next.pop_front();
    return outcome;
  }
};

// A server that does what it is told to answer, and keeps what it was asked. Any thread.
class FakeControl final : public vprotect::Control {
 public:
  template <class T>
  using Answers = Outcomes<vprotect::Changed<T>>;
  template <class Id, class Draft>
  using Updates = std::vector<std::pair<Id, Draft>>;

  struct Script {
    // What it answers.
    Answers<vprotect::Begun> exported;
    Answers<vprotect::Begun> restored;
    Answers<base::Done> cancelled;
    Outcomes<base::Result<vprotect::PolicyDetail>> policy{{}, vprotect::PolicyDetail{}};
    Outcomes<base::Result<domain::Schedule>> schedule{{}, domain::Schedule{}};
    Answers<domain::PolicyId> policy_created{{}, domain::PolicyId("new-policy")};
    Answers<domain::RuleId> rule_created{{}, domain::RuleId("new-rule")};
    Answers<domain::ScheduleId> schedule_created{{}, domain::ScheduleId("new-schedule")};
    Answers<base::Done> updated;
    Answers<base::Done> removed;

    // What it was asked.
    std::vector<vprotect::ExportAsk> exports;
    std::vector<vprotect::RestoreAsk> restores;
    std::vector<std::pair<domain::TaskId, std::string>> cancels;
    std::vector<vprotect::PolicyDraft> new_policies;
    std::vector<vprotect::RuleDraft> new_rules;
    std::vector<vprotect::ScheduleDraft> new_schedules;
    Updates<domain::PolicyId, vprotect::PolicyDraft> policy_updates;
    Updates<domain::RuleId, vprotect::RuleDraft> rule_updates;
    Updates<domain::ScheduleId, vprotect::ScheduleDraft> schedule_updates;
    std::vector<domain::PolicyId> removed_policies;
    std::vector<domain::RuleId> removed_rules;
    std::vector<domain::ScheduleId> removed_schedules;
    // Every call by its name, in order: "export", "create rule", "read policy".
    std::vector<std::string> calls;

    // Called in each call, before it is kept and answered, without a lock: the moment when the server is
    // being asked.
    std::function<void()> meanwhile = [] {};
  };

  void edit(const std::function<void(Script&)>& change) {
    const std::lock_guard lock(mutex_);
    change(script_);
  }
  // A copy of it as it is now.
  Script script() const {
    const std::lock_guard lock(mutex_);
    return script_;
  }

  vprotect::Changed<vprotect::Begun> export_vm(const vprotect::ExportAsk& ask) override {
    return change("export", &Script::exports, ask, &Script::exported);
  }
  vprotect::Changed<vprotect::Begun> restore_and_import(const vprotect::RestoreAsk& ask) override {
    return change("restore", &Script::restores, ask, &Script::restored);
  }
  vprotect::Changed<base::Done> cancel(const domain::TaskId& task, const std::string& why) override {
    return change("cancel", &Script::cancels, {task, why}, &Script::cancelled);
  }

  base::Result<vprotect::PolicyDetail> policy(const domain::PolicyId& /*id*/) override {
    return read("read policy", &Script::policy);
  }
  base::Result<domain::Schedule> schedule(const domain::ScheduleId& /*id*/) override {
    return read("read schedule", &Script::schedule);
  }

  vprotect::Changed<domain::PolicyId> create(const vprotect::PolicyDraft& draft) override {
    return change("create policy", &Script::new_policies, draft, &Script::policy_created);
  }
  vprotect::Changed<domain::RuleId> create(const vprotect::RuleDraft& draft) override {
    return change("create rule", &Script::new_rules, draft, &Script::rule_created);
  }
  vprotect::Changed<domain::ScheduleId> create(const vprotect::ScheduleDraft& draft) override {
    return change("create schedule", &Script::new_schedules, draft, &Script::schedule_created);
  }

  vprotect::Changed<base::Done> update(const domain::PolicyId& id,
                                       const vprotect::PolicyDraft& draft) override {
    return change("update policy", &Script::policy_updates, {id, draft}, &Script::updated);
  }
  vprotect::Changed<base::Done> update(const domain::RuleId& id, const vprotect::RuleDraft& draft) override {
    return change("update rule", &Script::rule_updates, {id, draft}, &Script::updated);
  }
  vprotect::Changed<base::Done> update(const domain::ScheduleId& id,
                                       const vprotect::ScheduleDraft& draft) override {
    return change("update schedule", &Script::schedule_updates, {id, draft}, &Script::updated);
  }

  vprotect::Changed<base::Done> remove(const domain::PolicyId& id) override {
    return change("remove policy", &Script::removed_policies, id, &Script::removed);
  }
  vprotect::Changed<base::Done> remove(const domain::RuleId& id) override {
    return change("remove rule", &Script::removed_rules, id, &Script::removed);
  }
  vprotect::Changed<base::Done> remove(const domain::ScheduleId& id) override {
    return change("remove schedule", &Script::removed_schedules, id, &Script::removed);
  }

  void cancel_calls() override {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }

 private:
  // Nothing was asked any more, once the calls are cancelled.
  template <class Ask, class Outcome>
  Outcome change(const std::string& name, std::vector<Ask> Script::*asked,
                 const std::type_identity_t<Ask>& ask, Outcomes<Outcome> Script::*answers) {
    meet();
    const std::lock_guard lock(mutex_);
    if (stopped_) return vprotect::Failure{stop_of(name), false};
    script_.calls.push_back(name);
    (script_.*asked).push_back(ask);
    return (script_.*answers).take();
  }

  template <class Outcome>
  Outcome read(const std::string& name, Outcomes<Outcome> Script::*answers) {
    meet();
    const std::lock_guard lock(mutex_);
    if (stopped_) return stop_of(name);
    script_.calls.push_back(name);
    return (script_.*answers).take();
  }

  void meet() const {
    std::unique_lock lock(mutex_);
    const std::function<void()> meanwhile = script_.meanwhile;
    lock.unlock();
    meanwhile();
  }

  static base::Error stop_of(const std::string& name) {
    return {base::ErrorKind::cancelled, name + ": cancelled"};
  }

  mutable std::mutex mutex_;
  Script script_;         // guarded by mutex_
  bool stopped_ = false;  // guarded by mutex_
};

}  // namespace support
