#include "vprotect/transport.h"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <random>
#include <utility>

#include "base/text.h"
#include "vprotect/http_date.h"
#include "vprotect/record.h"

namespace vprotect {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kMostExcerpt = 200;

bool is_success(int status) { return status >= 200 && status <= 299; }

std::string path_of(const Call& call) { return call.path.empty() ? std::string(call.endpoint) : call.path; }

std::string_view verb_of(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::remove:
      return "DELETE";
  }
  return {};
}

// Servers say {"message": ...} or {"error": {"message": ...}}, or nothing that is JSON.
std::string message_in(std::string_view body) {
  Record record;
  if (record.parse(body) == Record::Outcome::parsed) {
    const Value root = record.root();
    for (const Value& message : {root["error"]["message"], root["message"]}) {
      if (!message.text().empty()) return base::excerpt(message.text(), kMostExcerpt);
    }
  }
  return base::excerpt(base::trimmed(body), kMostExcerpt);
}

base::ErrorKind kind_of(int status) {
  switch (status) {
    case 401:
      return base::ErrorKind::unauthorized;
    case 403:
      return base::ErrorKind::forbidden;
    case 404:
      return base::ErrorKind::not_found;
    default:
      return base::ErrorKind::rejected;
  }
}

std::optional<base::Error> fault_of(const Call& call, const HttpAnswer& answer) {
  if (answer.fault) return base::Error{answer.fault->kind, name_of(call) + ": " + answer.fault->message};
  if (is_success(answer.head.status)) return std::nullopt;
  const std::string message = message_in(answer.error_body);
  return base::Error{kind_of(answer.head.status), name_of(call) + ": " + std::to_string(answer.head.status) +
                                                      (message.empty() ? "" : " \"" + message + "\"")};
}

// The Date header has whole seconds, cut off: the next whole second is what fits a clock that is right.
std::optional<milliseconds> skew_of(std::string_view date, base::TimePoint sent, base::TimePoint received) {
  const auto server = parse_http_date(date);
  if (!server) return std::nullopt;
  return std::chrono::ceil<std::chrono::seconds>(*server - (sent + (received - sent) / 2));
}

// Retry-After: seconds, or a date of the server's own clock.
std::optional<milliseconds> parse_retry_after(const HttpHead& head, base::TimePoint now) {
  std::uint32_t seconds = 0;
  const char* end = head.retry_after.data() + head.retry_after.size();
  const auto [rest, fault] = std::from_chars(head.retry_after.data(), end, seconds);
  if (fault == std::errc() && rest == end) return std::chrono::seconds(seconds);
  const auto date = parse_http_date(head.retry_after);
  if (!date) return std::nullopt;
  return std::max(milliseconds{}, *date - parse_http_date(head.date).value_or(now));
}

milliseconds random_up_to(milliseconds most) {
  thread_local std::minstd_rand engine{std::random_device{}()};
  return milliseconds(
      std::uniform_int_distribution<std::int64_t>(0, std::max<std::int64_t>(0, most.count()))(engine));
}

// False when it was stopped.
bool wait(milliseconds duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, stop, duration, [] { return false; });
  return !stop.stop_requested();
}

// A connection that was given less time than connections have, since the call's own is over, says nothing of
// the server. libcurl counts whole milliseconds.
bool ran_out_of_time(const Answer& answer, milliseconds given, milliseconds usual, milliseconds taken) {
  return answer.fault && answer.fault->kind == base::ErrorKind::unreachable && given < usual &&
         taken + milliseconds(1) >= given;
}

Answer cancelled(const Call& call) {
  return {.head = {}, .fault = base::Error{base::ErrorKind::cancelled, name_of(call) + ": cancelled"}};
}

}  // namespace

struct Transport::Attempt {
  Answer answer;
  Progress progress = Progress::not_connected;
};

Transport::Transport(const ServerOptions& options, Observer observer, const base::Clock& clock)
    : options_(options), observer_(std::move(observer)), clock_(clock), http_(options) {}

Answer Transport::send(const Call& call, const BodySink& sink, const Bounds& bounds) {
  for (unsigned tried = 0;; ++tried) {
    if (bounds.stop.stop_requested()) return cancelled(call);
    Attempt attempt = send_once(call, sink, bounds);
    const auto pause = wait_before_retry(call, attempt, tried);
    if (!pause || steady_clock::now() + *pause >= bounds.deadline) return std::move(attempt.answer);
    if (!wait(*pause, bounds.stop)) return cancelled(call);
  }
}

Transport::Attempt Transport::send_once(const Call& call, const BodySink& sink, const Bounds& bounds) {
  const HttpRequest request{.method = call.method,
                            .path = path_of(call) + (call.query.empty() ? "" : "?" + call.query),
                            .body = call.body,
                            .cookies = call.cookies,
                            .timeout = timeout(bounds),
                            .once = call.once};
  const base::TimePoint sent = clock_.now();
  const auto begin = steady_clock::now();
  HttpAnswer http = http_.exchange(request, sink, bounds.stop);
  const auto taken = std::chrono::duration_cast<milliseconds>(steady_clock::now() - begin);
  observer_.request_done({.server = options_.name,
                          .endpoint = call.endpoint,
                          .status = http.fault ? 0 : http.head.status,
                          .duration = steady_clock::now() - begin});
  Attempt attempt{.answer = {.head = {}, .fault = fault_of(call, http)}, .progress = http.progress};
  if (ran_out_of_time(attempt.answer, request.timeout,
                      std::min(options_.connect_timeout, options_.request_timeout), taken))
    attempt.answer.fault->kind = base::ErrorKind::timeout;
  attempt.answer.clock_skew = skew_of(http.head.date, sent, clock_.now());
  attempt.answer.head = std::move(http.head);
  attempt.answer.sent = http.sent;
  return attempt;
}

std::optional<milliseconds> Transport::wait_before_retry(const Call& call, const Attempt& attempt,
                                                         unsigned tried) const {
  if (!attempt.answer.fault || tried >= options_.retries) return std::nullopt;
  const bool lost = attempt.answer.fault->kind == base::ErrorKind::unreachable;
  const bool reads = call.method == Method::get;
  const int status = attempt.answer.head.status;
  const bool busy = reads && attempt.progress == Progress::answered && (status == 429 || status == 503);
  const bool unconnected = lost && attempt.progress == Progress::not_connected;
  const bool unanswered = lost && reads && attempt.progress == Progress::not_answered;
  if (!busy && !unconnected && !unanswered) return std::nullopt;
  if (busy) {
    if (const auto told = parse_retry_after(attempt.answer.head, clock_.now()))
      return std::min(*told, options_.most_retry_wait);
  }
  const auto doubled = options_.retry_wait * (std::int64_t{1} << std::min(tried, 20U));
  return random_up_to(std::min(doubled, options_.most_retry_wait));
}

milliseconds Transport::timeout(const Bounds& bounds) const {
  const auto left = std::chrono::duration_cast<milliseconds>(bounds.deadline - steady_clock::now());
  return std::clamp(left, milliseconds(1), options_.request_timeout);
}

std::string name_of(const Call& call) { return std::string(verb_of(call.method)) + " " + path_of(call); }

}  // namespace vprotect
