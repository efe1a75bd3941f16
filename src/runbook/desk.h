#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/periodic_task.h"
#include "ledger/journal.h"
#include "runbook/follow.h"
#include "runbook/options.h"
#include "runbook/runbook.h"
#include "vprotect/control.h"

namespace runbook {

// Carries on the open jobs of one server on a thread of its own: sends those that wait, one after the other,
// and follows those that were sent. What it knows is in the journal before and after each call.
class Desk {
 public:
  // Called after each change of a job that was written, from the desk's thread.
  using OnChange = std::function<void(const domain::Operation& operation, const domain::Job& job)>;

  // `owner` is this process; references outlive the desk.
  Desk(const Member& member, std::string owner, const Options& options, const Sources& sources,
       OnChange on_change);
  ~Desk();
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  // Looks for jobs at once. Any thread.
  void wake() { ticker_.run_now(); }

 private:
  using Key = std::pair<std::string, std::uint32_t>;

  void work(const std::stop_token& stop);
  bool carry_on(const ledger::OpenJob& open);
  bool send(const ledger::OpenJob& open);
  bool send_backup(const domain::Operation& operation, domain::Job job);
  bool begin_sending(const domain::Operation& operation, const domain::Job& before, domain::Job& job,
                     base::TimePoint now);
  bool change_plan(const domain::Operation& operation, domain::Job job);
  bool send_restore(const domain::Operation& operation, domain::Job job);
  void take_answer(const domain::Operation& operation, domain::Job job,
                   const vprotect::Changed<vprotect::Begun>& answer);
  void note_failure(domain::Job& job, const vprotect::Failure& failure);
  bool may_send_now(const Key& key) const;
  bool is_switched_off();
  base::TimePoint server_time(base::TimePoint now) const;
  void look(const ledger::OpenJob& open);
  void cancel(const ledger::OpenJob& open);
  bool save(const domain::Operation& operation, const domain::Job& before, const domain::Job& job);
  vprotect::Control& control();

  // Constant after construction.
  const Member member_;
  const std::string owner_;
  const Options options_;
  const Sources sources_;
  const OnChange on_change_;

  // Of the ticker's thread.
  std::map<Key, Patience> patience_;
  std::map<Key, base::TimePoint> not_before_;  // of the next attempt
  std::map<Key, base::TimePoint> cancelled_;   // the server was asked to
  std::mutex mutex_;
  std::unique_ptr<vprotect::Control> control_;  // guarded by mutex_ until it is there

  base::PeriodicTask ticker_;  // last member: it uses all the others
};

}  // namespace runbook
