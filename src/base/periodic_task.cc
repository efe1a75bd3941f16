#include "base/periodic_task.h"

#include <utility>

namespace base {

PeriodicTask::PeriodicTask(std::chrono::milliseconds interval, Job job, std::chrono::milliseconds first_delay)
    : interval_(interval),
      first_delay_(first_delay),
      job_(std::move(job)),
      thread_([this](const std::stop_token& stop) { loop(stop); }) {}

PeriodicTask::~PeriodicTask() = default;

void PeriodicTask::run_now() {
  {
    const std::lock_guard lock(mutex_);
    asked_ = true;
  }
  wake_.notify_one();
}

void PeriodicTask::request_stop() { thread_.request_stop(); }

void PeriodicTask::loop(const std::stop_token& stop) {
  wait_for(first_delay_, stop);
  while (!stop.stop_requested()) {
    job_(stop);
    wait_for(interval_, stop);
  }
}

void PeriodicTask::wait_for(std::chrono::milliseconds duration, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, stop, duration, [this] { return asked_; });
  asked_ = false;
}

}  // namespace base
