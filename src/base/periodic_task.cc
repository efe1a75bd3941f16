#include "base/periodic_task.h"

#include <sys/resource.h>

#include <utility>

namespace base {
namespace {

// What is done now and then waits for what somebody waits for: an answer is not late because a poll is under
// way. On Linux the priority is of the calling thread alone. A system that refuses has its reasons.
void yield_to_others() {
  constexpr int kNicer = 10;
  ::setpriority(PRIO_PROCESS, 0, ::getpriority(PRIO_PROCESS, 0) + kNicer);
}

}  // namespace

PeriodicTask::PeriodicTask(std::chrono::milliseconds interval, Job job, std::chrono::milliseconds first_delay)
    : first_delay_(first_delay),
      job_(std::move(job)),
      interval_(interval),
      thread_([this](const std::stop_token& stop) { loop(stop); }) {}

PeriodicTask::~PeriodicTask() = default;

void PeriodicTask::run_now() {
  {
    const std::lock_guard lock(mutex_);
    asked_ = true;
  }
  wake_.notify_one();
}

void PeriodicTask::set_interval(std::chrono::milliseconds interval) {
  const std::lock_guard lock(mutex_);
  interval_ = interval;
}

std::chrono::milliseconds PeriodicTask::interval() {
  const std::lock_guard lock(mutex_);
  return interval_;
}

void PeriodicTask::request_stop() { thread_.request_stop(); }

void PeriodicTask::loop(const std::stop_token& stop) {
  yield_to_others();
  wait_for(first_delay_, stop);
  while (!stop.stop_requested()) {
    job_(stop);
    wait_for(interval(), stop);
  }
}

void PeriodicTask::wait_for(std::chrono::milliseconds duration, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, stop, duration, [this] { return asked_; });
  asked_ = false;
}

}  // namespace base
