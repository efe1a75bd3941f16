#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "web/access_options.h"
#include "web/front_options.h"

namespace web {

// How the HTTP server listens, and how much one client may take from it.
struct Options {
  std::string host;       // empty: every address
  int port = 9777;        // 0: any free one
  unsigned threads = 32;  // each serves one complete request at a time
  std::size_t most_connections = 2048;
  std::size_t most_head = 16UL * 1024;    // bytes of a request's line and headers
  std::size_t most_body = 1024UL * 1024;  // bytes of a request's body, where a route takes one
  std::chrono::milliseconds head_timeout{
      std::chrono::seconds{10}};  // for a whole request head, first byte to last
  std::chrono::milliseconds idle_timeout{std::chrono::minutes{2}};    // of a kept-alive connection
  std::chrono::milliseconds write_timeout{std::chrono::seconds{60}};  // for a whole answer
  std::chrono::milliseconds stop_timeout{std::chrono::seconds{5}};    // for requests under way when we stop

  bool operator==(const Options&) const = default;
};

}  // namespace web
