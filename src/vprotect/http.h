#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "vprotect/options.h"

namespace vprotect {

// The server's address with "/api", which is added where it is missing, and without a slash at its end.
std::string with_api(std::string url);

enum class Method { get, post, put, remove };

struct HttpRequest {
  Method method = Method::get;
  std::string path;     // below the base URL, with its query
  std::string body;     // of a post or put
  std::string cookies;  // value of the Cookie header; empty: none
  std::chrono::milliseconds timeout{};
  // On a connection of its own: libcurl sends a request again, unasked, when one that it used before turns
  // out to be closed.
  bool once = false;
};

// The headers that mean something here.
struct HttpHead {
  int status = 0;
  std::string content_type;
  std::string retry_after;
  std::string date;
  std::optional<std::uint64_t> total_count;  // X-Total-Count
  std::vector<std::string> cookies;          // values of Set-Cookie
};

// How far an exchange came.
enum class Progress { not_connected, not_answered, answered };

struct HttpAnswer {
  Progress progress = Progress::not_connected;
  bool sent = false;  // the server may have got something of the request
  HttpHead head;
  std::string error_body;            // beginning of the body of an answer that is not a success
  std::optional<base::Error> fault;  // the exchange failed; its message says why, not what was tried
};

// Takes the body of a 2xx answer piece by piece. False stops the transfer, which is then no fault.
using BodySink = std::function<bool(std::string_view)>;

// HTTP/1.1 to one server. Connections are kept alive and reused. No redirect is followed, no compression
// asked for, and proxies of the environment are not used: only the configuration says where a password goes.
// With TlsOptions::server_name that name is the certificate's and SNI's; the Host header stays the URL's
// host. Any thread may call exchange().
class Http {
 public:
  // Throws std::invalid_argument for a URL that is not http or https, or that carries a user name.
  explicit Http(const ServerOptions& options);
  ~Http();
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;

  HttpAnswer exchange(const HttpRequest& request, const BodySink& sink, const std::stop_token& stop);

 private:
  class Connection;
  struct Target;

  std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection> connection);

  // Constant after construction.
  const ServerOptions options_;
  const std::unique_ptr<const Target> target_;

  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;  // guarded by mutex_
};

}  // namespace vprotect
