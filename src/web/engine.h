#pragma once

#include <atomic>
#include <memory>

#include "web/connection.h"
#include "web/gate.h"
#include "web/options.h"
#include "web/router.h"

namespace web {

// cpp-httplib, as far as we use it: it is given one complete, checked request at a time, calls the handler,
// and writes the answer. Its own listening, reading, ranges, compression and keep-alive are never reached,
// whose defaults differ between its versions and let one client take the server from the others.
class Engine {
 public:
  // References outlive the engine.
  Engine(const Options& options, const Router& router, Gate& gate);
  ~Engine();

  // Answers connection.request, and sets connection.outcome. Any thread.
  void serve(Connection& connection);
  // From now on each answer is the last of its connection. Any thread.
  void close_after_answers() { closing_ = true; }

 private:
  class Library;

  bool process(Connection& connection, const Request& request, bool last);

  const Options& options_;
  std::atomic<bool> closing_{false};
  const std::unique_ptr<Library> library_;
};

}  // namespace web
