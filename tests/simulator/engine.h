#pragma once

#include <functional>
#include <queue>
#include <set>
#include <utility>
#include <vector>

#include "model.h"

namespace simulator {

// Lets the pretended server live: schedules fire, nodes take tasks, tasks end, backups appear.
// What happens, and when, depends on the model, the seed and the time alone: many small steps end where
// one long one does. Not for several threads at once.
class Engine {
 public:
  Engine(Model& model, std::uint64_t seed, TimePoint start);

  // Does everything that is due until then. Time never goes back.
  void advance_to(TimePoint time);

 private:
  enum class What : std::uint8_t {
    schedule_fires,
    nodes_poll,
    task_ends,
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
  void enqueue(const Task& task);
  void wait(const Task& task);
  void poll_nodes();
  bool start_on_a_node(Task& task);
  void begin(Task& task, Id node);
  void close_window(Id task);
  void end(Id task);
  void end_export(Task task, Backup& backup);
  void end_store(const Task& task, Backup& backup);
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
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
};

}  // namespace simulator
