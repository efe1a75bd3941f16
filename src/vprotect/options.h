#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace vprotect {

struct TlsOptions {
  std::string ca_file;    // PEM; empty: the system's
  std::string cert_file;  // client certificate, PEM
  std::string key_file;
  std::string server_name;  // the name the certificate must carry, and SNI; empty: the URL's host
  bool insecure_skip_verify = false;

  bool operator==(const TlsOptions&) const = default;
};

// How one server is reached.
struct ServerOptions {
  std::string name;  // label `server`
  std::string url;   // "https://host:8181"; "/api" is added when it is missing
  std::string username;
  base::Secret password;
  TlsOptions tls;
  std::chrono::milliseconds connect_timeout{std::chrono::seconds{10}};
  std::chrono::milliseconds request_timeout{std::chrono::seconds{60}};  // of one whole request, body included
  std::chrono::milliseconds call_timeout{
      std::chrono::minutes{10}};  // of one list: its pages, retries, logins
  unsigned retries = 2;           // for connect errors, 429 and 503
  std::chrono::milliseconds retry_wait{std::chrono::milliseconds{500}};  // first wait; doubles, with jitter
  std::chrono::milliseconds most_retry_wait{std::chrono::seconds{10}};   // also for Retry-After
  std::chrono::milliseconds relogin_wait{std::chrono::seconds{30}};      // after a refused login; doubles
  std::chrono::milliseconds most_relogin_wait{std::chrono::minutes{15}};
  std::size_t page_size = 1000;
  std::size_t most_rows = 2'000'000;            // of one list
  std::size_t most_body = 512UL * 1024 * 1024;  // bytes of one answer
  std::size_t most_record = 1024UL * 1024;      // bytes of one record

  bool operator==(const ServerOptions&) const = default;
};

// One request that ended, for the exporter's own metrics.
struct RequestDone {
  std::string_view server;
  std::string_view endpoint;  // "/virtual-machines", "/session/login", ...: a bounded set, never an id
  int status = 0;             // 0: no answer
  std::chrono::duration<double> duration{};
};

struct LoginDone {
  std::string_view server;
  bool success = false;
};

// Called from the threads that make the requests.
struct Observer {
  std::function<void(const RequestDone&)> request_done = [](const RequestDone&) {};
  std::function<void(const LoginDone&)> login_done = [](const LoginDone&) {};
};

}  // namespace vprotect
