#include "web/worker_pool.h"

#include <utility>

namespace web {

WorkerPool::WorkerPool(unsigned threads, std::function<void(Connection&)> serve,
                       std::function<void()> on_served)
    : serve_(std::move(serve)), on_served_(std::move(on_served)) {
  threads_.reserve(threads);
  for (unsigned i = 0; i < threads; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
  }
}

WorkerPool::~WorkerPool() {
  for (std::jthread& thread : threads_) thread.request_stop();  // all of them, before the first is waited for
}

void WorkerPool::submit(Connection& connection) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(&connection);
  }
  submitted_.notify_one();
}

std::vector<Connection*> WorkerPool::take_served() {
  const std::lock_guard lock(mutex_);
  return std::exchange(served_, {});
}

WorkerPool::Queue WorkerPool::queue(SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  if (queue_.empty()) return {};
  return {.length = queue_.size(), .longest_wait = now - queue_.front()->since};
}

void WorkerPool::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (submitted_.wait(lock, stop, [&] { return !queue_.empty(); }) && !stop.stop_requested()) {
    Connection* const connection = queue_.front();
    queue_.pop_front();
    lock.unlock();
    serve_(*connection);
    lock.lock();
    served_.push_back(connection);
    lock.unlock();
    on_served_();
    lock.lock();
  }
}

}  // namespace web
