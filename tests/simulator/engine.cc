#include "engine.h"

#include <algorithm>
#include <array>
#include <utility>

#include "calendar.h"
#include "chance.h"

namespace simulator {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Millis kPollInterval = seconds(5);
constexpr Millis kUsualWindow = hours(6);
constexpr Millis kWindowOfWhatFollows = hours(12);
constexpr int kFullEvery = 7;  // an incremental chain is this long

constexpr std::array<std::string_view, 4> kExportFailures{
    "Export failed: snapshot could not be created",
    "Export failed: connection to the hypervisor lost\n  at disk \"vda\" (offset 1073741824)",
    "Export failed: not enough space in staging area /vprotect_data",
    "Nie można utworzyć migawki – błąd dysku"};

bool is_alive(const Node& node, TimePoint now) { return !node.died_at || now < *node.died_at; }

std::optional<Id> manager_of(const Model& model, const Vm& vm) {
  return vm.hypervisor ? std::optional(at(model.hypervisors, *vm.hypervisor).manager) : std::nullopt;
}

// The first multiple of the period, shifted by the offset, after the given moment.
TimePoint next_multiple(TimePoint after, Millis period, Millis offset) {
  const Millis since = (after - offset).time_since_epoch();
  return TimePoint((since / period + 1) * period + offset);
}

}  // namespace

Engine::Engine(Model& model, std::uint64_t seed, TimePoint start) : model_(model), seed_(seed), now_(start) {
  for (Id id = 1; id <= model_.schedules.size(); ++id) plan_again(id);
  plan(next_multiple(start, hours(1), minutes(7)), What::inventory_sync);
  plan(next_multiple(start, hours(24), hours(11)), What::cleanup);
  for (const Task& task : model_.tasks) {
    if (task.state == TaskState::queued) wait(task);
    if (task.state == TaskState::running && task.planned_end)
      plan(*task.planned_end, What::task_ends, task.id);
  }
}

void Engine::advance_to(TimePoint time) {
  while (!events_.empty() && events_.top().at <= time) {
    const Event event = events_.top();
    events_.pop();
    now_ = std::max(now_, event.at);
    happen(event);
  }
  now_ = std::max(now_, time);
}

void Engine::plan_again(Id id) {
  const Schedule& schedule = at(model_.schedules, id);
  next_runs_.erase(id);
  const auto run = next_run(schedule, std::max(now_, schedule.created));
  if (!run || schedule.gone) return;
  next_runs_[id] = *run;
  plan(*run, What::schedule_fires, id);
}

void Engine::plan(TimePoint at, What what, Id id) { events_.push({at, order_++, what, id}); }

void Engine::happen(const Event& event) {
  switch (event.what) {
    case What::schedule_fires:
      return fire(event.id);
    case What::nodes_poll:
      return poll_nodes();
    case What::task_ends:
      return end(event.id);
    case What::window_opens:
      return open_window(event.id);
    case What::window_ends:
      return close_window(event.id);
    case What::inventory_sync:
      return sync_inventories();
    case What::cleanup:
      return clean_up();
  }
}

void Engine::fire(Id id) {
  const auto planned = next_runs_.find(id);
  if (planned == next_runs_.end() || planned->second != now_) return;  // was planned anew
  plan_again(id);
  Schedule& schedule = at(model_.schedules, id);
  if (!schedule.active) return;
  schedule.last_run = now_;
  for (const Id rule_id : schedule.rules) {
    const Rule& rule = at(model_.rules, rule_id);
    if (!rule.active || !at(model_.policies, rule.policy).active) continue;
    for (Vm& vm : model_.vms) {
      if (vm.policy == rule.policy && !vm.gone && !vm.frozen) start_backup(vm, schedule, id, rule_id);
    }
  }
}

void Engine::start_backup(Vm& vm, const Schedule& schedule, Id schedule_id, Id rule) {
  if (!vm.present) {
    vm.up_to_date = false;
    return;
  }
  const bool full = schedule.backup_type == BackupType::full || !vm.last_full || vm.runs % kFullEvery == 0;
  const Backup& backup = model_.add(Backup{.vm = vm.id,
                                           .rule = rule,
                                           .destination = at(model_.rules, rule).destination,
                                           .schedule = schedule_id,
                                           .parent = full ? std::nullopt : std::optional(vm.last_full->id),
                                           .type = full ? BackupType::full : BackupType::incremental,
                                           .queued_at = now_});
  ++vm.runs;
  const Policy& policy = at(model_.policies, at(model_.rules, rule).policy);
  enqueue(Task{.backup_type = backup.type,
               .vm = vm.id,
               .backup = backup.id,
               .schedule = schedule_id,
               .destination = backup.destination,
               .manager = manager_of(model_, vm),
               .priority = policy.priority,
               .retries = policy.retries,
               .queued_at = now_,
               .window_end = now_ + schedule.window});
}

Id Engine::order(const ExportOrder& wanted) {
  const Vm& vm = at(model_.vms, wanted.vm);
  const bool full = wanted.type == BackupType::full || !vm.last_full;
  const Backup& backup = model_.add(Backup{.vm = wanted.vm,
                                           .rule = wanted.rule,
                                           .destination = wanted.destination,
                                           .parent = full ? std::nullopt : std::optional(vm.last_full->id),
                                           .type = full ? BackupType::full : BackupType::incremental,
                                           .queued_at = now_});
  const TimePoint opens = wanted.window_start.value_or(now_);
  return enqueue(Task{.backup_type = wanted.type,
                      .vm = wanted.vm,
                      .backup = backup.id,
                      .destination = wanted.destination,
                      .manager = manager_of(model_, vm),
                      .priority = wanted.priority,
                      .retries = wanted.retries,
                      .queued_at = now_,
                      .window_end = wanted.window_end.value_or(opens + kUsualWindow),
                      .window_start = wanted.window_start});
}

Id Engine::order(const RestoreOrder& wanted) {
  const Id vm = model_.backup(wanted.backup)->vm;
  const RestoreJob& job =
      model_.add(RestoreJob{.backup = wanted.backup, .vm = vm, .name = wanted.name, .asked_at = now_});
  return enqueue(Task{.type = TaskType::restore,
                      .vm = vm,
                      .backup = wanted.backup,
                      .manager = wanted.manager,
                      .restore_job = job.id,
                      .queued_at = now_,
                      .window_end = now_ + kWindowOfWhatFollows});
}

Id Engine::enqueue(const Task& task) {
  const Task& queued = model_.add(task);
  wait(queued);
  return queued.id;
}

void Engine::wait(const Task& task) {
  plan(task.window_end, What::window_ends, task.id);
  if (!task.window_start || *task.window_start <= now_) return stand_in_line(task);
  plan(*task.window_start, What::window_opens, task.id);
}

void Engine::open_window(Id id) {
  const Task* task = model_.task(id);
  if (task != nullptr && task->state == TaskState::queued) stand_in_line(*task);
}

void Engine::stand_in_line(const Task& task) {
  waiting_.insert({-task.priority, task.id});
  if (nodes_are_polling_) return;
  nodes_are_polling_ = true;
  plan(now_ + kPollInterval, What::nodes_poll);
}

void Engine::poll_nodes() {
  while (!waiting_.empty()) {
    Task* task = model_.task(waiting_.begin()->second);
    const bool waits = task != nullptr && task->state == TaskState::queued;
    if (waits && !start_on_a_node(*task)) break;
    waiting_.erase(waiting_.begin());
  }
  nodes_are_polling_ = !waiting_.empty();
  if (nodes_are_polling_) plan(now_ + kPollInterval, What::nodes_poll);
}

bool Engine::start_on_a_node(Task& task) {
  if (model_.nodes_are_full) return false;
  for (Id id = 1; id <= model_.nodes.size(); ++id) {
    const Node& node = at(model_.nodes, id);
    if (!is_alive(node, now_) || node.running >= node.slots) continue;
    begin(task, id);
    return true;
  }
  return false;
}

void Engine::begin(Task& task, Id node) {
  ++at(model_.nodes, node).running;
  task.node = node;
  task.state = TaskState::running;
  task.started = now_;
  task.planned_end = now_ + duration_of(task);
  plan(*task.planned_end, What::task_ends, task.id);
  if (task.vm) at(model_.vms, *task.vm).running = task.id;
  if (makes_backup(task.type)) return begin_backing_up(task);
  if (task.restore_job) begin_restoring(task);
}

void Engine::begin_restoring(const Task& task) {
  RestoreJob& job = *model_.restore_job(*task.restore_job);
  job.status = BackupStatus::in_progress;
  (task.type == TaskType::restore ? job.queued_restore : job.queued_import) = now_ - task.queued_at;
}

void Engine::begin_backing_up(const Task& task) {
  Backup* backup = task.backup ? model_.backup(*task.backup) : nullptr;
  if (backup == nullptr) return;
  backup->status = BackupStatus::in_progress;
  if (task.type == TaskType::store) {
    backup->queued_store = now_ - task.queued_at;
  } else {
    backup->queued_export = now_ - task.queued_at;
    backup->snapshot_at = now_ + seconds(1);
  }
}

void Engine::close_window(Id id) {
  Task* task = model_.task(id);
  if (task == nullptr || task->state != TaskState::queued) return;
  waiting_.erase({-task->priority, id});
  task->state = TaskState::failed;
  task->finished = now_;
  task->status_info = "Task was not started within its window";
  count_end(model_.events, *task);
  fail_work_of(*task);
}

bool Engine::cancel(Task& task, std::string reason) {
  if (has_ended(task.state)) return false;
  leave_node(task);
  task.state = TaskState::cancelled;
  task.finished = now_;
  task.status_info = std::move(reason);
  count_end(model_.events, task);
  fail_work_of(task);
  return true;
}

void Engine::leave_node(const Task& task) {
  if (task.state != TaskState::running) return;
  if (task.node) --at(model_.nodes, *task.node).running;
  if (task.vm) at(model_.vms, *task.vm).running = std::nullopt;
}

// The backup or the restore that a task was part of fails with it.
void Engine::fail_work_of(const Task& task) {
  if (task.restore_job) {
    RestoreJob& job = *model_.restore_job(*task.restore_job);
    job.status = BackupStatus::failed;
    job.status_info = task.status_info;
  } else if (Backup* backup = task.backup ? model_.backup(*task.backup) : nullptr) {
    if (task.type == TaskType::store && task.node) unstage(*task.node, backup->size);
    fail(*backup, task.status_info);
  }
}

void Engine::end(Id id) {
  Task* task = model_.task(id);
  if (task == nullptr || task->state != TaskState::running) return;
  leave_node(*task);
  task->finished = now_;
  task->state = TaskState::finished;
  Backup* backup = task->backup ? model_.backup(*task->backup) : nullptr;
  if (backup != nullptr && task->type == TaskType::store) end_store(*task, *backup);
  if (backup != nullptr && task->type == TaskType::export_) end_export_or_fail(*task, *backup);
  if (task->restore_job && task->type == TaskType::restore) end_restore_or_fail(*task);
  if (task->restore_job && task->type == TaskType::import) end_import(*task);
  count_end(model_.events, *task);
}

void Engine::end_export_or_fail(Task& task, Backup& backup) {
  const Behaviour behaviour = at(model_.vms, backup.vm).behaviour;
  const unsigned luck = percent(seed_, backup.id, static_cast<unsigned>(task.retries) + 1);
  const bool fails = was_told_to_fail(backup.vm) || behaviour == Behaviour::failing ||
                     luck < (behaviour == Behaviour::flaky ? 45U : 2U);
  if (!fails) return end_export(task, backup);
  task.state = TaskState::failed;
  task.status_info = kExportFailures.at(mixed(seed_, backup.vm) % kExportFailures.size());
  backup.exported = now_ - *task.started;
  if (!retried(task, backup)) fail(backup, task.status_info);
}

bool Engine::was_told_to_fail(Id vm) {
  int& failures = at(model_.vms, vm).failures_ahead;
  if (failures == 0) return false;
  --failures;
  return true;
}

bool Engine::retried(const Task& task, Backup& backup) {
  if (task.retries == 0) return false;
  Task again = task;
  --again.retries;
  again.state = TaskState::queued;
  again.queued_at = now_;
  again.node = std::nullopt;
  again.started = again.finished = again.planned_end = std::nullopt;
  again.status_info = {};
  backup.status = BackupStatus::queued;
  enqueue(again);
  return true;
}

void Engine::end_export(Task task, Backup& backup) {
  const Vm& vm = at(model_.vms, backup.vm);
  const Bytes used = vm.disk / 2 + mixed(seed_, backup.id) % (vm.disk / 8 + 1);
  backup.size = backup.type == BackupType::full ? used : used / 20;
  backup.exported = now_ - *task.started;
  at(model_.nodes, *task.node).staging_used += backup.size;
  task.type = TaskType::store;
  task.state = TaskState::queued;
  task.queued_at = now_;
  task.window_start = std::nullopt;
  task.window_end = now_ + kWindowOfWhatFollows;
  task.node = std::nullopt;
  task.started = task.finished = task.planned_end = std::nullopt;
  enqueue(task);
}

void Engine::unstage(Id node, Bytes size) {
  Bytes& staged = at(model_.nodes, node).staging_used;
  staged -= std::min(staged, size);
}

void Engine::end_store(const Task& task, Backup& backup) {
  Vm& vm = at(model_.vms, backup.vm);
  unstage(*task.node, backup.size);
  backup.stored = now_ - *task.started;
  const bool partial = vm.behaviour == Behaviour::partial && percent(seed_, backup.id, 7) < 60;
  backup.status = partial ? BackupStatus::partial_success : BackupStatus::success;
  backup.warnings = partial || percent(seed_, backup.id, 8) < 5;
  if (partial) backup.status_info = "Stored, but 1 of 3 disks was skipped: raw device mapping";
  at(model_.destinations, backup.destination).used += backup.size * 2 / 5;
  if (is_scheduled(model_, vm)) vm.up_to_date = true;
  note_success(vm, backup);
}

void Engine::fail(Backup& backup, std::string_view reason) {
  backup.status = BackupStatus::failed;
  backup.status_info = reason;
  backup.size = 0;
  if (!backup.snapshot_at) backup.given_up_at = now_;
  count_failure(model_.events, backup);
  Vm& vm = at(model_.vms, backup.vm);
  if (is_scheduled(model_, vm)) vm.up_to_date = false;
}

void Engine::end_restore_or_fail(Task& task) {
  RestoreJob& job = *model_.restore_job(*task.restore_job);
  job.restored = now_ - *task.started;
  if (was_told_to_fail(*task.vm)) {
    task.state = TaskState::failed;
    task.status_info = "Restore failed: backup files could not be read";
    return fail_work_of(task);
  }
  Task import = task;
  import.type = TaskType::import;
  import.state = TaskState::queued;
  import.queued_at = now_;
  import.window_end = now_ + kWindowOfWhatFollows;
  import.node = std::nullopt;
  import.started = import.finished = import.planned_end = std::nullopt;
  enqueue(import);
}

void Engine::end_import(const Task& task) {
  RestoreJob& job = *model_.restore_job(*task.restore_job);
  job.imported = now_ - *task.started;
  job.status = BackupStatus::success;
}

void Engine::sync_inventories() {
  plan(now_ + hours(1), What::inventory_sync);
  forget_old_tasks();
  for (Id manager = 1; manager <= model_.managers.size(); ++manager) {
    enqueue(Task{.type = TaskType::inventory_sync,
                 .manager = manager,
                 .queued_at = now_,
                 .window_end = now_ + hours(1)});
  }
}

void Engine::clean_up() {
  plan(now_ + hours(24), What::cleanup);
  for (Backup& backup : model_.backups) {
    const Millis kept = std::chrono::days(at(model_.rules, backup.rule).keep_days);
    const bool restorable =
        backup.status == BackupStatus::success || backup.status == BackupStatus::partial_success;
    if (!restorable || backup.queued_at + kept > now_) continue;
    const auto& last_full = at(model_.vms, backup.vm).last_full;
    if (last_full && last_full->id == backup.id) continue;
    backup.status = BackupStatus::success_removed;
    Bytes& used = at(model_.destinations, backup.destination).used;
    used -= std::min(used, backup.size * 2 / 5);
  }
  while (!model_.backups.empty() && model_.backups.front().queued_at + model_.history_retention < now_) {
    model_.backups.pop_front();
  }
  enqueue(Task{.type = TaskType::backup_cleanup, .queued_at = now_, .window_end = now_ + hours(4)});
}

void Engine::forget_old_tasks() {
  std::erase_if(model_.tasks, [&](const Task& task) {
    return has_ended(task.state) && task.finished && *task.finished + model_.task_retention < now_;
  });
}

Millis Engine::duration_of(const Task& task) const {
  if (!task.vm) return seconds(10 + mixed(seed_, task.id) % 20);
  const Bytes moved = at(model_.vms, *task.vm).disk / (task.backup_type == BackupType::full ? 1 : 20);
  const auto transfer = seconds(moved >> 30U);  // one GiB a second
  return std::clamp<Millis>(transfer, seconds(15), minutes(30)) + seconds(mixed(seed_, task.id) % 30);
}

}  // namespace simulator
