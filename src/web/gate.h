#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/latest.h"
#include "web/access.h"
#include "web/passwords.h"
#include "web/problem.h"
#include "web/protection.h"
#include "web/shown_certificate.h"
#include "web/token_bucket.h"

namespace web {

// What a request shows of who sends it.
struct Credentials {
  std::vector<std::string> authorization;  // every such header
  std::string peer;                        // address, from the socket
  ShownCertificate certificate;
  std::string route;  // where to: for the log
};

// Why somebody was not let in: a label of vprotect_exporter_auth_failures_total.
enum class AuthFailure : std::uint8_t { bad_token, bad_password, expired, forbidden, limited, malformed };

std::string_view name_of(AuthFailure failure);  // "bad_token"

// Decides who may pass to a route. An Authorization header counts first, and alone; then a client certificate
// that is known; then what anonymous callers may. Any thread.
class Gate {
 public:
  using OnFailure = std::function<void(AuthFailure)>;

  // The clock outlives the gate.
  explicit Gate(const base::Clock& clock, OnFailure on_failure = {}, Protection protection = {});

  void protect(Protection protection);
  base::Shared<Protection> protection() const { return protection_.get(); }

  // Whom the request is from, when the rule allows it; 400, 401, 403, 429 or 503 otherwise. May take seconds.
  std::variant<Caller, Problem> admit(const Rule& rule, const Credentials& credentials);

 private:
  struct Anonymous {
    Grant grant;
  };
  using Known = std::variant<Grant, Anonymous, Problem>;

  std::variant<Caller, Problem> serve_within_rate(const FrontOptions& front, Caller caller);
  Known identify(const Protection& protection, const Credentials& credentials);
  Known by_token(const Protection& protection, const BearerToken& presented, const Credentials& credentials);
  Known by_password(const Protection& protection, const UserPassword& presented,
                    const Credentials& credentials);
  Known by_certificate(const Protection& protection, const Credentials& credentials);
  Known good_until(const Protection& protection, const Grant& grant, const Credentials& credentials);
  Problem guessed(const Protection& protection, AuthFailure failure, const std::string& detail,
                  const Credentials& credentials);
  Problem limited(std::chrono::milliseconds wait, const Credentials& credentials);
  Problem turn_away(const Rule& rule, const Protection& protection, const Credentials& credentials);
  Problem failed(AuthFailure failure, Problem problem, const Credentials& credentials,
                 const std::string& name = {});

  const base::Clock& clock_;
  const OnFailure on_failure_;
  base::Latest<Protection> protection_;
  Passwords passwords_;
  SourceLimits guesses_;
  SourceLimits log_lines_;
  std::mutex mutex_;
  TokenBucket requests_;  // guarded by mutex_
};

}  // namespace web
