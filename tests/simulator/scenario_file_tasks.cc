#include <algorithm>

#include "changes.h"
#include "scenario_file.h"

// The tasks of a scenario file.
namespace simulator {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// What the file leaves out: an ended task took 48 seconds until now, a running one began a minute ago.
void set_times(Task& task, const ScenarioValue& row, TimePoint now) {
  const auto time = [&](const char* key, OptionalTime usual) {
    const auto value = row.find(key);
    return value ? OptionalTime(value->moment(now)) : usual;
  };
  if (has_ended(task.state)) task.finished = time("finished", now);
  const bool began = task.state != TaskState::queued && task.state != TaskState::cancelled;
  const TimePoint usual_start = task.finished ? *task.finished - seconds(48) : now - minutes(1);
  task.started = time("started", began ? OptionalTime(usual_start) : std::nullopt);
  task.queued_at = *time("queued", task.started.value_or(task.finished.value_or(now)) - seconds(5));
  task.window_end = task.queued_at + hours(6);
  if (const auto window = row.find("window")) task.window_end = task.queued_at + window->span();
  if (task.started) task.planned_end = task.finished.value_or(std::max(now, *task.started) + minutes(5));
}

void check_times(const Task& task, const ScenarioValue& row) {
  if (task.state == TaskState::queued && task.started) row.refuse("a QUEUED task has not started");
  if (!has_ended(task.state) && row.find("finished")) row.refuse("a task that goes on has not finished");
}

Task task_in(const ScenarioValue& row, Site& site) {
  row.allow({"type", "state", "vm", "backup_type", "info", "queued", "window", "started", "finished"});
  Task task{.type = row.at("type").parsed("type of a task", task_type_named),
            .state = row.at("state").parsed("state of a task", task_state_named),
            .manager = 1};
  if (const auto vm = row.find("vm")) task.vm = row_named(*vm, "VM", site.model.vms);
  if (const auto type = row.find("backup_type"))
    task.backup_type = type->parsed("type of a backup", backup_type_named);
  if (const auto info = row.find("info")) task.status_info = info->text();
  set_times(task, row, site.now);
  check_times(task, row);
  if (task.vm) task.destination = 1;
  if (task.started) task.node = 1;
  return task;
}

}  // namespace

void read_tasks(const ScenarioValue& file, Site& site) {
  for (const ScenarioValue& row : file.elements("tasks")) {
    const Task& task = site.model.add(task_in(row, site));
    if (task.state == TaskState::running) ++at(site.model.nodes, 1).running;
  }
}

}  // namespace simulator
