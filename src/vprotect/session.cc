#include "vprotect/session.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/log.h"
#include "base/text.h"

namespace vprotect {
namespace {

constexpr std::string_view kLogin = "/session/login";
constexpr std::string_view kLogout = "/session/logout";

// What a login or logout says in its body is of no interest.
bool ignore_body(std::string_view /*bytes*/) { return true; }

std::string credentials(const ServerOptions& options) {
  const nlohmann::json body = {{"login", options.username}, {"password", options.password.reveal()}};
  return body.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

bool is_unauthorized(const Answer& answer) { return answer.fault && answer.head.status == 401; }

Answer failed(base::ErrorKind kind, std::string message) {
  return {.head = {}, .fault = base::Error{kind, std::move(message)}};
}

}  // namespace

Session::Session(Transport& transport, const ServerOptions& options, const Observer& observer,
                 const base::Clock& clock)
    : transport_(transport), options_(options), observer_(observer), clock_(clock) {}

Answer Session::get(std::string_view endpoint, const std::string& query, const BodySink& sink,
                    const Bounds& bounds) {
  return send({.method = Method::get, .endpoint = endpoint, .query = query}, sink, bounds);
}

Answer Session::send(Call call, const BodySink& sink, const Bounds& bounds) {
  std::uint64_t refused_login = 0;  // no login has this number
  for (const bool repeated : {false, true}) {
    auto pass = this->pass(refused_login, bounds);
    if (!pass) return failed(pass.error().kind, name_of(call) + ": no session: " + pass.error().message);
    call.cookies = std::move(pass->cookies);
    Answer answer = transport_.send(call, sink, bounds);
    if (repeated) note_repeated(answer, pass->login);
    if (!is_unauthorized(answer)) {
      keep_cookies(answer, pass->login);
      return answer;
    }
    refused_login = pass->login;
  }
  return failed(base::ErrorKind::unauthorized, name_of(call) + ": 401 after re-login");
}

void Session::log_out(const Bounds& bounds) {
  std::string cookies;
  {
    const Lock lock(mutex_);
    if (!std::exchange(open_, false)) return;
    cookies = jar_.header();
  }
  end(cookies, bounds);
}

void Session::end(const std::string& cookies, const Bounds& bounds) {
  const Answer answer =
      transport_.send({.method = Method::post, .endpoint = kLogout, .cookies = cookies}, ignore_body, bounds);
  if (answer.fault)
    base::log::debug("logout failed", {{"server", options_.name}, {"error", answer.fault->message}});
}

// A session of another login than the refused one, made if there is none.
base::Result<Session::Pass> Session::pass(std::uint64_t refused_login, const Bounds& bounds) {
  Lock lock(mutex_);
  if (open_ && login_ != refused_login) return Pass{jar_.header(), login_};
  if (logging_in_) return wait_for_other(lock, bounds);
  if (not_before_ && clock_.now() < *not_before_) return held_back();
  open_ = false;
  return log_in(lock, bounds);
}

base::Error Session::held_back() const {
  const base::Error cause =
      last_failure_.value_or(base::Error{base::ErrorKind::unauthorized, "401 after the last login as well"});
  return {cause.kind, cause.message + "; next login not before " + base::to_rfc3339(*not_before_)};
}

base::Result<Session::Pass> Session::wait_for_other(Lock& lock, const Bounds& bounds) {
  const std::uint64_t done = logins_done_;
  ended_.wait_until(lock, bounds.stop, bounds.deadline, [&] { return logins_done_ != done; });
  if (bounds.stop.stop_requested()) return base::Error{base::ErrorKind::cancelled, "cancelled"};
  if (logins_done_ == done) return base::Error{base::ErrorKind::timeout, "the login takes too long"};
  if (open_) return Pass{jar_.header(), login_};
  return last_failure_.value_or(base::Error{base::ErrorKind::unauthorized, "the session has ended again"});
}

// The lock is not held while the server is asked.
base::Result<Session::Pass> Session::log_in(Lock& lock, const Bounds& bounds) {
  logging_in_ = true;
  lock.unlock();
  const Answer answer = transport_.send(
      {.method = Method::post, .endpoint = kLogin, .body = credentials(options_)}, ignore_body, bounds);
  const bool cancelled = answer.fault && answer.fault->kind == base::ErrorKind::cancelled;
  if (!cancelled) observer_.login_done({.server = options_.name, .success = !answer.fault});
  lock.lock();
  logging_in_ = false;
  ++logins_done_;
  ended_.notify_all();
  if (answer.fault) return note_failure(answer);
  const std::string before = jar_.header();
  note_success(answer);
  Pass pass{jar_.header(), login_};
  lock.unlock();
  // One endpoint's 401 does not mean that the session before has ended: left open, each would count as a
  // user.
  if (!before.empty() && before != pass.cookies) end(before, bounds);
  return pass;
}

// A login starts a new jar: cookies of the session before would only be sent to tell that it has ended.
void Session::note_success(const Answer& answer) {
  jar_ = CookieJar();
  for (const std::string& cookie : answer.head.cookies) jar_.accept(cookie, clock_.now());
  ++login_;
  open_ = true;
  last_failure_.reset();
  wait_ = {};
}

// Only a login that was answered counts as refused: a server that cannot be reached locks nobody out.
base::Error Session::note_failure(const Answer& answer) {
  last_failure_ = answer.fault;
  const int status = answer.head.status;
  if (status == 0) return *answer.fault;
  if (status == 403) last_failure_->kind = base::ErrorKind::unauthorized;
  wait_ = std::clamp(wait_ * 2, options_.relogin_wait, options_.most_relogin_wait);
  not_before_ = clock_.now() + wait_;
  return held_back();
}

// A late answer to an earlier login must not replace the cookies of the present one.
void Session::keep_cookies(const Answer& answer, std::uint64_t login) {
  if (answer.head.cookies.empty()) return;
  const Lock lock(mutex_);
  if (login != login_) return;
  for (const std::string& cookie : answer.head.cookies) jar_.accept(cookie, clock_.now());
}

// A login that did not help is not repeated at once either: an endpoint that always says 401 would otherwise
// cost a login at every poll. The session stays, since it may well serve other endpoints.
void Session::note_repeated(const Answer& answer, std::uint64_t login) {
  const Lock lock(mutex_);
  if (login != login_) return;
  not_before_.reset();
  if (is_unauthorized(answer)) not_before_ = clock_.now() + options_.relogin_wait;
}

}  // namespace vprotect
