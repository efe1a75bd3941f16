#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "account.h"
#include "simulator/ids.h"
#include "simulator/simulator.h"
#include "support/temp_dir.h"

namespace crash {

// VMs of three tenants and of none, with some past; no schedule ever fires.
inline constexpr std::string_view kScenario = R"({
  "about": "Nothing happens by itself.", "now": "2026-01-01T12:00:00Z",
  "projects": ["finance", "web", "R&D"], "policies": [{"name": "Gold"}],
  "vms": [
    {"name": "erp-01", "project": "finance", "policy": "Gold",
     "backups": [{"at": "-26h"}, {"at": "-2h", "status": "FAILED"}]},
    {"name": "erp-02", "project": "finance", "policy": "Gold", "backups": [{"at": "-8d", "status": "FAILED"}]},
    {"name": "web-01", "project": "web", "policy": "Gold"}, {"name": "web-02", "project": "web"},
    {"name": "web-03", "project": "web", "present": false},
    {"name": "twin", "project": "web"}, {"name": "twin", "project": "R&D"},
    {"name": "quo\"ted\nline", "project": "R&D"}, {"name": "scratch-7"}
  ],
  "tasks": [
    {"type": "EXPORT", "state": "FAILED", "vm": "erp-01",
     "queued": "-2h", "started": "-2h", "finished": "-1h"},
    {"type": "STORE", "state": "FINISHED", "vm": "erp-02",
     "queued": "-2h", "started": "-2h", "finished": "-1h"},
    {"type": "EXPORT", "state": "QUEUED", "vm": "web-01", "queued": "-1m"}
  ]
})";

// Chance by a seed: the same moves each time, if not the same moments.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  // 0 to most.
  int up_to(int most) { return static_cast<int>(engine_() % (static_cast<unsigned>(most) + 1)); }
  bool one_in(int count) { return up_to(count - 1) == 0; }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(up_to(static_cast<int>(from.size()) - 1))];
  }

 private:
  std::mt19937_64 engine_;
};

// A simulated site in which nothing happens but what a test lets happen, and the account of that.
class Site {
 public:
  explicit Site(Dice& dice) : dice_(dice), server_(options()) {
    const simulator::Model model = server_.model();
    for (const simulator::Vm& vm : model.vms) {
      if (!vm.gone) vms_.push_back({guid(simulator::Kind::vm, vm.id), tenant_of(model, vm.id)});
    }
    for (const simulator::Task& task : model.tasks) {
      if (has_ended(task.state)) note(tenant_of(model, task.vm), task.state);
    }
  }

  const simulator::Simulator& server() const { return server_; }

  // What happened so far, each thing once.
  Account account() const {
    Account all = told_by(server_);
    all.insert(by_tenant_.begin(), by_tenant_.end());
    return all;
  }

  void let_something_happen() {
    for (int groups = dice_.up_to(4); groups >= 0; --groups) add_tasks();
    for (int backups = dice_.up_to(6); backups > 0; --backups) add_failed_backup();
  }

  void wipe() {
    const int what = dice_.up_to(2);
    if (what != 0) server_.wipe_tasks();
    if (what != 1) server_.wipe_backups();
  }

 private:
  struct KnownVm {
    std::string guid;
    std::string tenant;
  };

  // Its clock stands at the moment of its start.
  simulator::Options options() const {
    simulator::Options options;
    options.scenario_file = folder_.write("site.json", kScenario).string();
    options.start = std::chrono::floor<simulator::Millis>(std::chrono::system_clock::now());
    return options;
  }

  static std::string tenant_of(const simulator::Model& model, const std::optional<simulator::Id>& vm) {
    if (!vm || at(model.vms, *vm).gone || !at(model.vms, *vm).project) return "unassigned";
    return at(model.projects, *at(model.vms, *vm).project).name;
  }

  void note(const std::string& tenant, simulator::TaskState state) {
    add_task(by_tenant_, tenant, state == simulator::TaskState::failed);
  }

  // Many at times: the ledger writes 500 rows with one statement.
  void add_tasks() {
    using simulator::TaskState, simulator::TaskType;
    static const std::vector<TaskType> kTypes{TaskType::export_, TaskType::store, TaskType::inventory_sync,
                                              TaskType::backup_cleanup};
    static const std::vector<TaskState> kStates{TaskState::finished, TaskState::failed, TaskState::cancelled};
    const KnownVm vm = dice_.one_in(5) ? KnownVm{"", "unassigned"} : dice_.pick(vms_);
    const TaskState state = dice_.pick(kStates);
    const int count = dice_.one_in(20) ? 700 : 1 + dice_.up_to(20);
    server_.add_tasks(vm.guid, dice_.pick(kTypes), state, count);
    for (int i = 0; i < count; ++i) note(vm.tenant, state);
  }

  void add_failed_backup() {
    simulator::EndedBackup backup;
    backup.status = simulator::BackupStatus::failed;
    server_.add_backup(dice_.pick(vms_).guid, backup);
  }

  Dice& dice_;
  const support::TempDir folder_;
  simulator::Simulator server_;
  std::vector<KnownVm> vms_;
  Account by_tenant_;
};

}  // namespace crash
