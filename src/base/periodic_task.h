#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace base {

// Runs a job on its own thread, of lower priority than others: once at start, then `interval` after each run
// ended, and at once when asked. The destructor asks the job to stop through its token and waits for it.
class PeriodicTask {
 public:
  using Job = std::function<void(const std::stop_token&)>;

  // `first_delay` spreads the starts of many tasks; it is cut short by run_now().
  PeriodicTask(std::chrono::milliseconds interval, Job job, std::chrono::milliseconds first_delay = {});
  ~PeriodicTask();
  PeriodicTask(const PeriodicTask&) = delete;
  PeriodicTask& operator=(const PeriodicTask&) = delete;

  // A run that is under way is followed by another one. Any thread.
  void run_now();
  // From the next wait on. Any thread.
  void set_interval(std::chrono::milliseconds interval);
  // Returns at once; the thread ends when the job has noticed. Any thread.
  void request_stop();

 private:
  void loop(const std::stop_token& stop);
  void wait_for(std::chrono::milliseconds duration, const std::stop_token& stop);
  std::chrono::milliseconds interval();

  // Constant after construction.
  const std::chrono::milliseconds first_delay_;
  const Job job_;

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::chrono::milliseconds interval_;  // guarded by mutex_
  bool asked_ = false;                  // guarded by mutex_

  std::jthread thread_;  // last member: stopped and joined first
};

}  // namespace base
