#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/latest.h"
#include "domain/snapshot.h"
#include "ledger/open.h"
#include "runbook/runbook.h"
#include "support/fake_control.h"
#include "support/temp_dir.h"

namespace web {

// A runbook at the server "prod", which is a fake, with a journal in a file. What it is given outlives it.
class RunbookRig {
 public:
  using Script = support::FakeControl::Script;

  // `answers` says what the server answers; without it each task that it begins is "task-1".
  RunbookRig(const base::Latest<domain::Snapshot>& latest, const base::Clock& clock,
             const runbook::Options& options = {}, std::function<void(Script&)> answers = {})
      : answers_(std::move(answers)),
        runbook({{.name = "prod", .connect = [this] { return connect(); }}}, options,
                {.journal = journal(),
                 .latest = latest,
                 .clock = clock,
                 .backups_of = [](std::string_view, const domain::VmId& vm) { return backups_of(vm); }},
                {}) {}

  ledger::Journal& journal() { return store_->journal(); }
  // What the server was asked so far.
  Script asked() const {
    const support::FakeControl* control = control_;
    return control == nullptr ? Script() : control->script();
  }

 private:
  std::unique_ptr<vprotect::Control> connect() {
    auto made = std::make_unique<support::FakeControl>();
    made->edit([this](Script& script) {
      script.exported.otherwise = vprotect::Begun{.tasks = {domain::TaskId("task-1")}};
      script.restored.otherwise = vprotect::Begun{.tasks = {domain::TaskId("task-1")}};
      if (answers_) answers_(script);
    });
    control_ = made.get();
    return made;
  }

  // Each VM has one.
  static std::vector<domain::BackupRun> backups_of(const domain::VmId& vm) {
    return {{.id = domain::BackupId("backup-of-" + vm.text()),
             .at = base::TimePoint(std::chrono::hours(1)),
             .status = domain::BackupStatus::success,
             .type = domain::BackupType::full}};
  }

  const support::TempDir folder_;
  const std::unique_ptr<ledger::Store> store_ =
      ledger::open(*ledger::parse_location("sqlite://" + (folder_ / "journal.db").string()), nullptr);
  const std::function<void(Script&)> answers_;
  std::atomic<const support::FakeControl*> control_{nullptr};  // lives as long as the runbook

 public:
  runbook::Runbook runbook;  // last member: its threads use the others
};

}  // namespace web
