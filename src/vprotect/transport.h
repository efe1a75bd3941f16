#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "vprotect/http.h"
#include "vprotect/options.h"

namespace vprotect {

// Until when a call may go on, whatever it does.
struct Bounds {
  std::chrono::steady_clock::time_point deadline;
  std::stop_token stop;
};

struct Call {
  Method method = Method::get;
  std::string_view endpoint;  // "/tasks"; with "{guid}" in the place of an id
  std::string path = {};      // the endpoint with its id, percent-encoded; empty: the endpoint
  std::string query;          // without the "?"
  std::string body;
  std::string cookies;
  bool once = false;  // a change: never sent again after any of it was
};

struct Answer {
  HttpHead head;
  std::optional<base::Error> fault;  // absent: a 2xx, of which the sink had the body or wanted no more
  std::optional<std::chrono::milliseconds> clock_skew;  // server's clock minus ours, whole seconds
  bool sent = false;                                    // the server may have got something of the request
};

// Sends calls to one server, and tries again what may be tried again: a connection that failed, and for reads
// also one that was lost before an answer, 429 and 503 (no earlier than Retry-After, which is capped). An
// answer that has begun is never asked for again here, so a sink sees one body only. A request that took too
// long is not repeated either: it has had its time. Any thread.
class Transport {
 public:
  Transport(const ServerOptions& options, Observer observer, const base::Clock& clock);

  Answer send(const Call& call, const BodySink& sink, const Bounds& bounds);

 private:
  struct Attempt;

  Attempt send_once(const Call& call, const BodySink& sink, const Bounds& bounds);
  std::optional<std::chrono::milliseconds> wait_before_retry(const Call& call, const Attempt& attempt,
                                                             unsigned tried) const;
  std::chrono::milliseconds timeout(const Bounds& bounds) const;

  const ServerOptions options_;
  const Observer observer_;
  const base::Clock& clock_;
  Http http_;
};

// "GET /tasks", "DELETE /schedules/c0ffee"
std::string name_of(const Call& call);

}  // namespace vprotect
