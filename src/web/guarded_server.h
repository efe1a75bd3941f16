#pragma once

#include <sys/epoll.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "web/connection.h"
#include "web/engine.h"
#include "web/gate.h"
#include "web/options.h"
#include "web/router.h"
#include "web/worker_pool.h"

namespace web {

// An HTTP/1.1 server that no client can take from the others. One thread accepts, and waits for every
// connection that is idle or whose request is incomplete; only a complete request costs a worker. Each wait
// has a deadline, each buffer a limit; when there are too many connections the one that has been silent
// longest goes, and when requests queue up, the clients that do not read their answers.
class GuardedServer {
 public:
  // Listens from here on; the gate outlives it. Throws std::runtime_error when the address cannot be had.
  GuardedServer(const Options& options, std::vector<Route> routes, Gate& gate);
  ~GuardedServer();  // stop()
  GuardedServer(const GuardedServer&) = delete;
  GuardedServer& operator=(const GuardedServer&) = delete;

  int port() const { return port_; }
  const Router& router() const { return router_; }

  // Stops accepting, finishes what is under way within stop_timeout, cuts the rest. A client that does not
  // read is not waited for; a handler that runs is. Any thread, more than once.
  void stop();

 private:
  using Phase = Connection::Phase;

  void run();
  void wait_for_events();
  int wait_limit(SteadyTime now) const;
  void handle(const epoll_event& event);

  void accept_some();
  void welcome(Fd socket, Endpoint peer);
  void pause_accepting();
  bool evict_one();

  void read_from(Connection& connection);
  void wait_for_handshake(Connection& connection);
  void end_tls(Connection& connection);
  void discard_from(Connection& connection);
  void proceed(Connection& connection);
  void wait_for_more(Connection& connection);
  void serve(Connection& connection, Request request);
  bool refuse(Connection& connection, const Refusal& refusal);
  void take_back_served();
  void take_back(Connection& connection);

  void enter(Connection& connection, Phase phase, std::chrono::milliseconds at_most);
  void linger(Connection& connection);
  void close(Connection& connection);
  void account(Connection& connection);
  void expire(SteadyTime now);
  void expire(Connection& connection);
  void relieve_workers(SteadyTime now);

  void begin_stop();
  void cut_stalled(SteadyTime now);
  bool stopped(SteadyTime now) const;
  void wake() const;

  // Constant after construction.
  const Options options_;
  const Router router_;
  Gate& gate_;
  const Admission admission_;
  const std::size_t most_connections_;
  const std::size_t most_held_;  // bytes of unserved requests, of all connections together

  Fd listener_;  // of the polling thread, as all up to engine_
  const int port_;
  const Fd epoll_;
  const Fd wake_;
  std::unordered_map<int, std::unique_ptr<Connection>> connections_;  // by socket
  std::size_t serving_ = 0;                                           // of connections_
  std::size_t held_ = 0;
  SteadyTime next_deadline_ = SteadyTime::max();  // no deadline is before it
  SteadyTime accept_after_ = SteadyTime::min();   // later than now: the listener is not polled
  SteadyTime stop_deadline_ = SteadyTime::max();  // set when the stop began

  Engine engine_;
  std::atomic<bool> stopping_{false};
  std::once_flag joined_;
  std::unique_ptr<WorkerPool> pool_;
  std::jthread thread_;  // last member: the polling thread
};

}  // namespace web
