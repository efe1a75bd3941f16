#pragma once

#include <functional>
#include <map>
#include <queue>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model.h"

namespace simulator {

// What a person asks for.
struct ExportOrder {
  Id vm = 0, rule = 0, destination = 0;
  BackupType type = BackupType::full;
  OptionalTime window_start, window_end;  // unset: from now on, and for six hours
  int priority = 50, retries = 0;
};
struct RestoreOrder {
  Id backup = 0;
  std::optional<Id> manager;
  std::string name;  // of the VM that it makes
};

// Lets the pretended server live: schedules fire, nodes take tasks, tasks end, backups appear.
// What happens, and when, depends on the model, the seed and the time alone: many small steps end where
// one long one does. Not for several threads at once.
class Engine {
 public:
  Engine(Model& model, std::uint64_t seed, TimePoint start);

  // Does everything that is due until then. Time never goes back.
  void advance_to(TimePoint time);

  // Each returns its new task, whose ids of backup and restore job are set.
  Id order(const ExportOrder& wanted);
  Id order(const RestoreOrder& wanted);
  // False for a task that has ended.
  bool cancel(Task& task, std::string reason);
  // To be called for a schedule that is new or was changed.
  void plan_again(Id schedule);

 private:
  enum class What : std::uint8_t {
    schedule_fires,
    nodes_poll,
    task_ends,
    window_opens,
    window_ends,
    inventory_sync,
    cleanup
  };
  struct Event {
    TimePoint at{};
    std::uint64_t order = 0;
    What what{};
    Id id = 0;
    bool operator>(const Event& other) const { return at != other.at ? at > other.at : order > other.order; }
  };

  // A queued task behind its rank, in the order in which nodes take them.
  using Waiting = std::pair<int, Id>;

  void plan(TimePoint at, What what, Id id = 0);
  void happen(const Event& event);

  void fire(Id schedule);
  void start_backup(Vm& vm, const Schedule& schedule, Id schedule_id, Id rule);
  Id enqueue(const Task& task);
  void wait(const Task& task);
  void stand_in_line(const Task& task);
  void open_window(Id task);
  void poll_nodes();
  bool start_on_a_node(Task& task);
  void begin(Task& task, Id node);
  void begin_restoring(const Task& task);
  void begin_backing_up(const Task& task);
  void close_window(Id task);
  void end(Id task);
  void leave_node(const Task& task);
  void fail_work_of(const Task& task);
  void end_export(Task task, Backup& backup);
  void unstage(Id node, Bytes size);
  void end_store(const Task& task, Backup& backup);
  void end_restore_or_fail(Task& task);
  void end_import(const Task& task);
  bool was_told_to_fail(Id vm);
  void fail(Backup& backup, std::string_view reason);
  void end_export_or_fail(Task& task, Backup& backup);
  bool retried(const Task& task, Backup& backup);
  void sync_inventories();
  void clean_up();
  void forget_old_tasks();
  Millis duration_of(const Task& task) const;

  Model& model_;
  const std::uint64_t seed_;
  TimePoint now_;
  std::uint64_t order_ = 0;
  bool nodes_are_polling_ = false;
  std::set<Waiting> waiting_;
  std::map<Id, TimePoint> next_runs_;  // of each schedule that has one
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
};

}  // namespace simulator
