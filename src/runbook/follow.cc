#include "runbook/follow.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "runbook/ending.h"

namespace runbook {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

using base::TimePoint;
using domain::BackupRun;
using domain::Job;
using domain::JobOutcome;
using domain::JobState;
using domain::OperationKind;
using domain::Task;

constexpr seconds kClockSlack{60};  // between two clocks, one of which is told in whole seconds

// The two tasks of each kind.
struct Phases {
  std::string_view first;
  std::string_view second;
};
constexpr Phases phases_of(OperationKind kind) {
  return kind == OperationKind::restore ? Phases{"RESTORE", "IMPORT"} : Phases{"EXPORT", "STORE"};
}

enum class Exactness : std::uint8_t { to_the_millisecond, to_the_second };  // some servers may keep no more

bool is_same_moment(const std::optional<TimePoint>& shown, const std::optional<TimePoint>& sent,
                    Exactness exactness) {
  if (!shown || !sent) return false;
  return *shown == (exactness == Exactness::to_the_second ? std::chrono::floor<seconds>(*sent) : *sent);
}

// A task that was made for the job's request, or by the server anew after one of these failed.
bool has_the_window(const Task& task, const Job& job, Exactness exactness) {
  return is_same_moment(task.window_end, job.window_end, exactness) &&
         (!task.window_start || is_same_moment(task.window_start, job.window_start, exactness));
}

bool has_the_window(const Task& task, const Job& job) {
  return has_the_window(task, job, Exactness::to_the_millisecond) ||
         has_the_window(task, job, Exactness::to_the_second);
}

class Follower {
 public:
  Follower(Job job, OperationKind kind, const Sight& sight, const FollowOptions& options, Patience& patience)
      : job_(std::move(job)),
        kind_(kind),
        phases_(phases_of(kind)),
        sight_(sight),
        options_(options),
        patience_(patience) {}

  Job result() {
    if (is_overdue()) return give_up();
    if (!is_fresh(sight_.tasks_read)) return std::move(job_);
    if (job_.state == JobState::searching)
      search();
    else
      look_at_first();
    return std::move(job_);
  }

 private:
  // Read since the server was last asked: what is not in it is not there.
  bool is_fresh(const std::optional<TimePoint>& read) const {
    const auto after = job_.state == JobState::searching ? job_.changed : job_.sent;
    return read && (!after || *read > *after);
  }

  // By our clock alone: the window is by the server's, which may be wrong by years.
  bool is_overdue() const {
    const auto window =
        job_.window_start && job_.window_end ? *job_.window_end - *job_.window_start : milliseconds{};
    return job_.sent && sight_.now > *job_.sent + window + options_.at_most;
  }

  Job give_up() {
    end(JobOutcome::unknown, "Nothing has told how it ended for too long: look at the server's tasks.");
    return std::move(job_);
  }

  void enter(JobState state) {
    if (std::exchange(job_.state, state) != state) job_.changed = sight_.now;
  }

  void end(JobOutcome outcome, const std::string& detail) {
    job_ = ended(std::move(job_), outcome, detail, sight_.now);
  }

  // True once `since` is so long ago; the first time it is asked, it is now.
  bool has_lasted(std::optional<TimePoint>& since, milliseconds duration) const {
    if (!since) since = sight_.now;
    return sight_.now >= *since + duration;
  }

  std::vector<const Task*> of_type(std::string_view type) const {
    std::vector<const Task*> found;
    std::copy_if(sight_.tasks.begin(), sight_.tasks.end(), std::back_inserter(found),
                 [&](const Task* task) { return task->type.view() == type; });
    return found;
  }

  // --- The answer was lost ---

  void search() {
    const auto mine = first_tasks_of_this_request();
    if (!mine.empty()) return adopt(mine);
    if (!has_settled(sight_.tasks_read)) return;
    if (const char* doubt = doubt_about_nothing()) return end(JobOutcome::unknown, doubt);
    if (kind_ == OperationKind::restore)
      return end(JobOutcome::unknown,
                 "The server's answer was lost, and no task of it can be told: look at the server's tasks.");
    if (has_settled(sight_.backups_read)) ask_again();
  }

  // Read so long after the answer was lost that what was asked for would be in it.
  bool has_settled(const std::optional<TimePoint>& read) const {
    return read && job_.changed && *read > *job_.changed + options_.settle;
  }

  std::vector<const Task*> first_tasks_of_this_request() const {
    std::vector<const Task*> mine = of_type(phases_.first);
    if (kind_ == OperationKind::restore) {
      std::erase_if(mine, [&](const Task* task) { return !is_new(*task); });
      return mine;
    }
    std::erase_if(mine, [&](const Task* task) { return !has_the_window(*task, job_); });
    const auto is_exact = [&](const Task* task) {
      return has_the_window(*task, job_, Exactness::to_the_millisecond);
    };
    if (std::any_of(mine.begin(), mine.end(), is_exact))
      std::erase_if(mine, [&](const Task* task) { return !is_exact(task); });
    return mine;
  }

  bool is_new(const Task& task) const {
    const auto begun = task.started ? task.started : task.finished;
    return !begun || *begun >= sent_by_server() - kClockSlack;
  }

  void adopt(const std::vector<const Task*>& mine) {
    if (kind_ == OperationKind::restore && mine.size() > 1)
      return end(JobOutcome::unknown, "The server's answer was lost, and several restores of it run.");
    job_.task = mine.front()->id;
    job_.detail = mine.size() > 1
                      ? "The server made " + std::to_string(mine.size()) + " tasks of one request."
                      : "The server's answer was lost; its task was found.";
    enter(JobState::queued);
    look_at_first();
  }

  // What keeps us from saying that the request never arrived.
  const char* doubt_about_nothing() const {
    for (const Task* task : of_type(phases_.first)) {
      if (!task->window_end && is_new(*task) && kind_ == OperationKind::backup)
        return "The server's answer was lost, and it does not tell which of its exports is this one: look at "
               "the server's tasks.";
    }
    if (kind_ == OperationKind::backup && !runs_since_sent().empty())
      return "The server's answer was lost; a backup was made since, by whomever: look at the VM's backups.";
    return nullptr;
  }

  // Neither the tasks nor the history have a trace of it long after: it never arrived.
  void ask_again() {
    if (job_.attempts >= kMostAttempts)
      return end(JobOutcome::failed,
                 "It was asked for " + std::to_string(job_.attempts) +
                     " times; the last answer was lost, and nothing of the request is there.");
    enter(JobState::waiting);
    job_.detail = "The server's answer was lost, and nothing of the request is there: it is sent again.";
  }

  // --- The first task ---

  void look_at_first() {
    const auto firsts = of_type(phases_.first);
    const auto found =
        std::find_if(firsts.begin(), firsts.end(), [&](const Task* task) { return task->id == job_.task; });
    if (found == firsts.end() && !job_.task.empty()) return look_for_traces();
    if (found == firsts.end()) return look_for_unnamed();
    patience_.missing_since.reset();
    go_by(**found);
  }

  // The server took the request without saying which task it made.
  void look_for_unnamed() {
    const auto mine = first_tasks_of_this_request();
    if (!mine.empty()) {
      job_.task = mine.front()->id;
      return go_by(*mine.front());
    }
    look_for_traces();
  }

  void go_by(const Task& task) {
    const std::string_view state = task.state.view();
    if (state == "QUEUED") return enter(JobState::queued);
    if (state == "RUNNING") return run(task);
    if (state == "FINISHED") return look_at_second();
    if (state == "CANCELLED") return end(JobOutcome::cancelled, said_by(task, "The task was cancelled."));
    if (state == "FAILED") return failed(task);
  }

  void run(const Task& task) {
    enter(JobState::running);
    if (task.progress) job_.progress = *task.progress / 2;
  }

  // One with a retry left comes again as a new task.
  void failed(const Task& task) {
    for (const Task* other : of_type(phases_.first)) {
      const bool is_its_copy = kind_ == OperationKind::backup ? has_the_window(*other, job_) : is_new(*other);
      if (other->id != job_.task && is_its_copy && is_open(*other)) return go_on_with(*other);
    }
    if (!has_lasted(patience_.waiting_since, retry_patience())) return;
    if (!task.started && is_past_window(task))
      return end(JobOutcome::window_closed, said_by(task, "It was not begun within its start window."));
    end(JobOutcome::failed, said_by(task, "The server's task failed."));
  }

  void go_on_with(const Task& copy) {
    patience_ = {};
    job_.task = copy.id;
    ++job_.retries;
    go_by(copy);
  }

  bool is_past_window(const Task& task) const {
    const auto window_end = task.window_end ? task.window_end : job_.window_end;
    return window_end && task.finished && *task.finished >= *window_end;
  }

  // For a copy of a task that failed: it is made at once.
  milliseconds retry_patience() const { return std::min<milliseconds>(options_.patience, seconds{30}); }

  static std::string said_by(const Task& task, const char* otherwise) {
    return task.status_info.empty() ? otherwise : task.status_info;
  }

  // --- The second task ---

  void look_at_second() {
    enter(JobState::finishing);
    job_.progress = std::max(job_.progress.value_or(0), 50.0);
    if (const Task* second = second_task()) {
      job_.second_task = second->id;
      return go_by_second(*second);
    }
    if (kind_ == OperationKind::backup) return go_by_record();
    if (has_lasted(patience_.waiting_since, options_.patience))
      end(JobOutcome::unknown,
          "The restore is done, but no import of it is listed: look at the server's tasks.");
  }

  // An open one, else the newest.
  const Task* second_task() const {
    auto all = of_type(phases_.second);
    std::erase_if(all, [&](const Task* task) { return !is_new(*task); });
    if (all.empty()) return nullptr;
    return *std::max_element(all.begin(), all.end(), [](const Task* a, const Task* b) {
      return std::pair(is_open(*a), a->finished) < std::pair(is_open(*b), b->finished);
    });
  }

  void go_by_second(const Task& task) {
    const std::string_view state = task.state.view();
    if (is_open(task)) {
      patience_ = {};
      if (task.progress) job_.progress = 50 + *task.progress / 2;
      return;
    }
    if (state == "CANCELLED") return end(JobOutcome::cancelled, said_by(task, "The task was cancelled."));
    if (state == "FINISHED" && kind_ == OperationKind::restore) return end(JobOutcome::succeeded, {});
    if (state == "FINISHED") return go_by_record();
    if (state == "FAILED" && has_lasted(patience_.waiting_since, retry_patience()))
      end(JobOutcome::failed, said_by(task, "The server's task failed."));
  }

  // --- The backup's record ---

  // When we asked, by the server's clock: its start window began then.
  TimePoint sent_by_server() const {
    return job_.window_start.value_or(job_.sent.value_or(sight_.now) + sight_.server_ahead);
  }

  // The oldest first.
  std::vector<BackupRun> runs_since_sent() const {
    std::vector<BackupRun> runs;
    for (const BackupRun& run : sight_.backups.value_or(std::vector<BackupRun>())) {
      if (run.at >= sent_by_server() - kClockSlack) runs.push_back(run);
    }
    std::reverse(runs.begin(), runs.end());
    return runs;
  }

  std::optional<BackupRun> success_since_sent() const {
    const auto runs = runs_since_sent();
    const auto found =
        std::find_if(runs.begin(), runs.end(), [](const BackupRun& run) { return is_success(run.status); });
    return found == runs.end() ? std::nullopt : std::optional(*found);
  }

  // The tasks are done: what counts is that there is a backup.
  void go_by_record() {
    if (const auto success = success_since_sent()) {
      job_.backup = success->id;
      return end(JobOutcome::succeeded, success->status == domain::BackupStatus::partial_success
                                            ? "The server calls it a partial success."
                                            : "");
    }
    if (!has_lasted(patience_.waiting_since, options_.patience)) return;
    if (!sight_.backups && !job_.second_task.empty())
      return end(JobOutcome::succeeded, "Its tasks are done; the history of backups could not be read.");
    const auto runs = runs_since_sent();
    if (!runs.empty() && runs.back().status == domain::BackupStatus::failed)
      return end(JobOutcome::failed, "Its tasks are done, but the backup's record says that it failed.");
    end(JobOutcome::unknown,
        "Its tasks are done, but the server's history has no record of a backup: look at the VM's backups.");
  }

  // --- The task is not listed ---

  void look_for_traces() {
    if (kind_ == OperationKind::backup) {
      for (const Task* other : first_tasks_of_this_request()) {
        if (other->id != job_.task) return go_on_with(*other);
      }
      if (const auto success = success_since_sent()) {
        job_.backup = success->id;
        return end(JobOutcome::succeeded, "Its task is no longer listed; the backup is.");
      }
    }
    if (const Task* second = second_task()) {
      enter(JobState::finishing);
      job_.second_task = second->id;
      return go_by_second(*second);
    }
    if (!has_lasted(patience_.missing_since, options_.patience) || has_a_run_under_way()) return;
    const auto runs = runs_since_sent();
    if (!runs.empty() && runs.back().status == domain::BackupStatus::failed)
      return end(JobOutcome::failed,
                 "Its task is no longer listed; the backup's record says that it failed.");
    end(JobOutcome::vanished, "Its task is no longer listed, and no record tells how it ended.");
  }

  bool has_a_run_under_way() const {
    const auto runs = runs_since_sent();
    return std::any_of(runs.begin(), runs.end(),
                       [](const BackupRun& run) { return !is_finished(run.status); });
  }

  Job job_;
  const OperationKind kind_;
  const Phases phases_;
  const Sight& sight_;
  const FollowOptions& options_;
  Patience& patience_;
};

// When the data that are held of the resource began to be read.
std::optional<TimePoint> read_of(const domain::ServerState& server, domain::Resource resource) {
  for (const domain::SourceState& source : server.sources) {
    if (source.resource != resource || source.stale || !source.health.success) continue;
    return *source.health.last_success - source.health.duration;
  }
  return std::nullopt;
}

milliseconds ahead_of(const domain::ServerState& server, TimePoint now) {
  return domain::server_time(server.clock_skew, now) - now;
}

}  // namespace

Sight sight_of(const domain::ServerState* server, const Job& job,
               std::optional<std::vector<BackupRun>> backups, TimePoint now) {
  Sight sight{.now = now};
  if (server == nullptr) return sight;
  sight.server_ahead = ahead_of(*server, now);
  sight.tasks_read = read_of(*server, domain::Resource::tasks);
  sight.backups_read = backups ? read_of(*server, domain::Resource::backups) : std::nullopt;
  sight.backups = std::move(backups);
  for (const Task& task : *server->tasks) {
    if (task.entity == job.vm) sight.tasks.push_back(&task);
  }
  return sight;
}

Job follow(Job job, OperationKind kind, const Sight& sight, const FollowOptions& options,
           Patience& patience) {
  return Follower(std::move(job), kind, sight, options, patience).result();
}

}  // namespace runbook
