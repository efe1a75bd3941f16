#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "web/connection.h"

namespace web {

// The threads that serve. A connection is borrowed from submit() until take_served() hands it back.
class WorkerPool {
 public:
  struct Queue {
    std::size_t length = 0;
    SteadyClock::duration longest_wait{};
  };

  // `serve` runs on a worker; `on_served` tells, from a worker, that take_served() has something.
  WorkerPool(unsigned threads, std::function<void(Connection&)> serve, std::function<void()> on_served);
  // Waits for what is being served; what is still queued is forgotten.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void submit(Connection& connection);
  std::vector<Connection*> take_served();
  Queue queue(SteadyTime now) const;

 private:
  void work(const std::stop_token& stop);

  const std::function<void(Connection&)> serve_;
  const std::function<void()> on_served_;

  mutable std::mutex mutex_;
  std::condition_variable_any submitted_;
  std::deque<Connection*> queue_;      // guarded by mutex_
  std::vector<Connection*> served_;    // guarded by mutex_
  std::vector<std::jthread> threads_;  // last member: stopped and joined first
};

}  // namespace web
