#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "support/manual_clock.h"
#include "support/raw_server.h"
#include "vprotect/rest_client.h"

namespace rig {

using namespace std::chrono_literals;
using support::http_reply;
using support::RawReply;
using support::RawRequest;

inline vprotect::ServerOptions options_for(const std::string& url) {
  vprotect::ServerOptions options;
  options.name = "prod";
  options.url = url;
  options.username = "monitoring";
  options.password = base::Secret("top-secret");
  options.connect_timeout = 5s;
  options.request_timeout = 10s;
  options.retry_wait = 1ms;
  options.most_retry_wait = 20ms;
  return options;
}

// Logs everyone in with one cookie, and hands all other requests to the handler.
inline support::RawServer::Handler with_login(support::RawServer::Handler handler) {
  return [handler = std::move(handler)](const RawRequest& request) {
    if (request.path() == "/api/session/login")
      return http_reply(201, "{}", "Set-Cookie: JSESSIONID=one; Path=/\r\n");
    if (request.path() == "/api/session/logout") return http_reply(204, "");
    return handler(request);
  };
}

// The same answer to everything but a login.
inline support::RawServer::Handler always(RawReply reply) {
  return with_login([reply = std::move(reply)](const RawRequest&) { return reply; });
}

// A server that follows a script, and a client of it.
template <class Client>
struct RigOf {
  explicit RigOf(
      support::RawServer::Handler handler,
      const std::function<void(vprotect::ServerOptions&)>& change = [](auto&) {})
      : server(std::move(handler)) {
    options = options_for(server.url());
    change(options);
    client = std::make_unique<Client>(options, observer(), clock);
  }

  vprotect::Observer observer() {
    return {.request_done =
                [this](const vprotect::RequestDone& done) {
                  const std::lock_guard lock(mutex);
                  requests.push_back(std::string(done.server) + " " + std::string(done.endpoint) + " " +
                                     std::to_string(done.status));
                },
            .login_done =
                [this](const vprotect::LoginDone& done) {
                  const std::lock_guard lock(mutex);
                  logins.push_back(done.success);
                }};
  }

  support::ManualClock clock{support::kNoon};
  std::mutex mutex;
  std::vector<std::string> requests;
  std::vector<bool> logins;
  support::RawServer server;
  vprotect::ServerOptions options;
  std::unique_ptr<Client> client;
};

using Rig = RigOf<vprotect::RestClient>;

// A list of records that have a guid each, from `first` on.
inline std::string records(int first, int count) {
  std::string text;
  for (int i = first; i < first + count; ++i)
    text += (text.empty() ? "" : ",") + std::string(R"({"guid":"g)") + std::to_string(i) + "\"}";
  return "[" + text + "]";
}

inline base::Error error_of(const auto& result) {
  return result ? base::Error{{}, "no error"} : result.error();
}

}  // namespace rig
