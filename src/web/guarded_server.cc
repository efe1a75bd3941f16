#include "web/guarded_server.h"

#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "base/log.h"

namespace web {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kReadAtOnce = 16UL * 1024;
constexpr int kAcceptAtOnce = 64;
constexpr milliseconds kAcceptPause{100};  // when there are no file descriptors left
// A client that was refused while it still sends may read why; then the connection goes, whether it read or
// not.
constexpr milliseconds kLinger{1000};
constexpr std::size_t kMostDiscarded = 4UL * 1024 * 1024;
// How long a client may keep a worker from a request that waits; shared by all requests that wait.
constexpr milliseconds kPatience{1000};
constexpr milliseconds kLeastPatience{20};
constexpr milliseconds kStallAtStop{250};  // a client that reads nothing for so long does not delay a stop
constexpr milliseconds kStopTick{20};

// The server may take half of the descriptors that the process may have; polling the vendor needs some too.
std::size_t connections_within_limits(std::size_t wanted) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY) return wanted;
  return std::clamp<std::size_t>(files.rlim_cur / 2, 1, std::max<std::size_t>(wanted, 1));
}

Admission admission_by(const Router& router) {
  return [&router](const RequestHead& head) -> std::optional<Problem> {
    const auto found = router.find(head.method, head.path());
    if (const auto* problem = std::get_if<Problem>(&found)) return *problem;
    const bool takes_body = head.method == "POST" || head.method == "PUT" || head.method == "PATCH";
    if (!takes_body && head.has_body()) return Problem{.status = 400, .detail = "No body is taken here."};
    return std::nullopt;
  };
}

Fd checked(int fd, const char* what) {
  if (fd < 0) throw std::system_error(errno, std::generic_category(), what);
  return Fd(fd);
}

bool control(const Fd& epoll, int operation, int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  return ::epoll_ctl(epoll.get(), operation, fd, &event) == 0;
}

bool watch(const Fd& epoll, int fd) { return control(epoll, EPOLL_CTL_ADD, fd, EPOLLIN); }

void unwatch(const Fd& epoll, int fd) { ::epoll_ctl(epoll.get(), EPOLL_CTL_DEL, fd, nullptr); }

void log_odd(const Connection& connection, std::string_view what) {
  base::log::debug(what, {{"client", connection.peer.address}});
}

}  // namespace

GuardedServer::GuardedServer(const Options& options, std::vector<Route> routes, Gate& gate)
    : options_(options),
      router_(std::move(routes)),
      gate_(gate),
      admission_(admission_by(router_)),
      most_connections_(connections_within_limits(options.most_connections)),
      most_held_(32 * (options.most_head + options.most_body)),
      listener_(listen_on(options.host, options.port)),
      port_(local_end(listener_).port),
      epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wake_(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")),
      engine_(options_, router_, gate_) {
  for (const int fd : {listener_.get(), wake_.get()}) {
    if (!watch(epoll_, fd)) throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
  pool_ = std::make_unique<WorkerPool>(
      std::max(options_.threads, 1U), [this](Connection& connection) { engine_.serve(connection); },
      [this] { wake(); });
  thread_ = std::jthread([this] { run(); });
}

GuardedServer::~GuardedServer() { stop(); }

void GuardedServer::stop() {
  std::call_once(joined_, [this] {
    engine_.close_after_answers();
    stopping_ = true;
    wake();
    thread_.join();
    pool_.reset();
    connections_.clear();
  });
}

void GuardedServer::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof(one));  // full: it is awake
}

void GuardedServer::run() {
  while (!stopped(SteadyClock::now())) {
    wait_for_events();
    if (stopping_ && listener_.valid()) begin_stop();
    take_back_served();
    const SteadyTime now = SteadyClock::now();
    if (now >= next_deadline_) expire(now);
    relieve_workers(now);
    if (stopping_) cut_stalled(now);
  }
  for (const auto& [fd, connection] : connections_) connection->cut();
}

void GuardedServer::wait_for_events() {
  std::array<epoll_event, 64> events{};
  const int count = ::epoll_wait(epoll_.get(), events.data(), events.size(), wait_limit(SteadyClock::now()));
  for (int i = 0; i < count; ++i) handle(events[static_cast<std::size_t>(i)]);
}

// Milliseconds until something must be looked at though nothing happens; -1: there is no such thing.
int GuardedServer::wait_limit(SteadyTime now) const {
  SteadyTime next = next_deadline_;
  if (accept_after_ > now) next = std::min(next, accept_after_);
  if (stopping_) next = std::min(next, now + kStopTick);
  if (serving_ > 0 && pool_->queue(now).length > 0) next = std::min(next, now + kLeastPatience);
  if (next == SteadyTime::max()) return -1;
  const auto left = std::chrono::ceil<milliseconds>(next - now);
  return static_cast<int>(std::clamp<milliseconds::rep>(left.count(), 0, 60'000));
}

void GuardedServer::handle(const epoll_event& event) {
  if (event.data.fd == listener_.get()) return accept_some();
  if (event.data.fd == wake_.get()) {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t taken = ::read(wake_.get(), &count, sizeof(count));
    return;
  }
  const auto found = connections_.find(event.data.fd);
  if (found == connections_.end()) return;  // closed since the event
  Connection& connection = *found->second;
  if (connection.phase == Phase::lingering) return discard_from(connection);
  if (connection.phase != Phase::serving) read_from(connection);
}

void GuardedServer::accept_some() {
  for (int i = 0; i < kAcceptAtOnce; ++i) {
    auto [socket, peer] = accept_from(listener_);
    if (socket.valid()) {
      welcome(std::move(socket), std::move(peer));
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      if (!evict_one()) return pause_accepting();
    } else if (errno != ECONNABORTED && errno != EINTR) {
      return;
    }
  }
}

void GuardedServer::welcome(Fd socket, Endpoint peer) {
  if (connections_.size() >= most_connections_ && !evict_one()) {
    base::log::debug("connection refused: every other one is being served", {{"client", peer.address}});
    return;
  }
  const int fd = socket.get();
  auto connection = std::make_unique<Connection>(
      std::move(socket), std::move(peer),
      ReadLimits{.most_head = options_.most_head, .most_body = options_.most_body}, admission_);
  if (const auto tls = gate_.protection()->tls)
    connection->tls = std::make_unique<TlsSession>(tls, connection->socket);
  enter(*connection, Phase::waiting, options_.head_timeout);
  if (!watch(epoll_, fd)) return;
  connections_.emplace(fd, std::move(connection));
}

void GuardedServer::pause_accepting() {
  base::log::debug("no file descriptor for another connection");
  unwatch(epoll_, listener_.get());
  accept_after_ = SteadyClock::now() + kAcceptPause;
  next_deadline_ = std::min(next_deadline_, accept_after_);
}

// Closes the connection that has been in its phase longest; false when all are being served.
bool GuardedServer::evict_one() {
  Connection* oldest = nullptr;
  for (const auto& [fd, connection] : connections_) {
    if (connection->phase == Phase::serving) continue;
    if (oldest == nullptr || connection->since < oldest->since) oldest = connection.get();
  }
  if (oldest == nullptr) return false;
  log_odd(*oldest, "connection closed: too many");
  close(*oldest);
  return true;
}

void GuardedServer::read_from(Connection& connection) {
  std::array<char, kReadAtOnce> bytes;
  const ssize_t count = connection.receive(bytes.data(), bytes.size());
  if (connection.tls) wait_for_handshake(connection);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) return connection.tls ? end_tls(connection) : close(connection);
  connection.reader.feed({bytes.data(), static_cast<std::size_t>(count)});
  proceed(connection);
}

// Level-triggered: what the handshake waits for must be what wakes us.
void GuardedServer::wait_for_handshake(Connection& connection) {
  if (connection.waits_to_send == connection.tls->waits_to_send()) return;
  connection.waits_to_send = connection.tls->waits_to_send();
  const std::uint32_t events = connection.waits_to_send ? EPOLLOUT : EPOLLIN;
  const int error = errno;
  control(epoll_, EPOLL_CTL_MOD, connection.socket.get(), events);
  errno = error;
}

// A client whose handshake failed may read why: as the alert that TLS has sent, or, when it took the port for
// one without TLS, in words that it understands.
void GuardedServer::end_tls(Connection& connection) {
  const bool met_plain_http = connection.tls->met_plain_http();
  if (!connection.tls->is_broken()) return close(connection);
  connection.tls.reset();
  if (!met_plain_http) return linger(connection);
  refuse(connection, {.problem = {.status = 400, .detail = "This port speaks HTTPS."}, .shape = {}});
}

void GuardedServer::proceed(Connection& connection) {
  for (;;) {
    auto next = connection.reader.next();
    if (auto* request = std::get_if<Request>(&next)) return serve(connection, std::move(*request));
    const auto* refusal = std::get_if<Refusal>(&next);
    if (refusal == nullptr) return wait_for_more(connection);
    if (!refuse(connection, *refusal)) return;
  }
}

void GuardedServer::wait_for_more(Connection& connection) {
  if (connection.reader.take_continue()) connection.send("HTTP/1.1 100 Continue\r\n\r\n");
  const Phase phase = connection.reader.in_body() ? Phase::reading_body
                      : connection.reader.empty() ? Phase::waiting
                                                  : Phase::reading_head;
  // The deadline is that of the whole head, or body: another byte does not move it.
  if (phase == connection.phase && phase != Phase::waiting) return account(connection);
  enter(connection, phase, phase == Phase::waiting ? options_.idle_timeout : options_.head_timeout);
  account(connection);
}

void GuardedServer::serve(Connection& connection, Request request) {
  unwatch(epoll_, connection.socket.get());
  connection.phase = Phase::serving;
  connection.since = SteadyClock::now();
  connection.request = std::move(request);
  if (connection.tls && !connection.certificate)
    connection.certificate = connection.tls->client_certificate();
  connection.wait.reset();
  ++serving_;
  pool_->submit(connection);
}

// False when the connection is not for reading any more.
bool GuardedServer::refuse(Connection& connection, const Refusal& refusal) {
  log_odd(connection, refusal.problem.detail);
  AnswerShape shape = refusal.shape;
  shape.closing = shape.closing || stopping_;
  Problem problem = refusal.problem;
  const auto protection = gate_.protection();  // a reload may drop it meanwhile
  const auto& headers = protection->front.headers;
  problem.headers.insert(problem.headers.end(), headers.begin(), headers.end());
  const std::string answer = to_answer(problem, shape);
  if (connection.send(answer) != static_cast<ssize_t>(answer.size())) {
    close(connection);
    return false;
  }
  if (shape.closing) linger(connection);
  return !shape.closing;
}

void GuardedServer::take_back_served() {
  for (Connection* connection : pool_->take_served()) {
    --serving_;
    take_back(*connection);
  }
}

void GuardedServer::take_back(Connection& connection) {
  if (connection.outcome == Connection::Outcome::cut || !watch(epoll_, connection.socket.get())) {
    log_odd(connection, "answer cut: the client did not take it");
    abort_on_close(connection.socket);
    return close(connection);
  }
  if (connection.outcome == Connection::Outcome::close || stopping_) return linger(connection);
  proceed(connection);
}

void GuardedServer::enter(Connection& connection, Phase phase, milliseconds at_most) {
  connection.phase = phase;
  connection.since = SteadyClock::now();
  connection.deadline = connection.since + at_most;
  next_deadline_ = std::min(next_deadline_, connection.deadline);
}

// Says that nothing more will come, and waits a little for the client to say the same: closing a socket with
// unread bytes would take the answer from the client.
void GuardedServer::linger(Connection& connection) {
  connection.end_sending();
  enter(connection, Phase::lingering, kLinger);
}

void GuardedServer::discard_from(Connection& connection) {
  std::array<char, kReadAtOnce> bytes;
  const ssize_t count = connection.receive(bytes.data(), bytes.size());
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) return close(connection);
  connection.discarded += static_cast<std::size_t>(count);
  if (connection.discarded > kMostDiscarded) close(connection);
}

void GuardedServer::close(Connection& connection) {
  held_ -= connection.held;
  connections_.erase(connection.socket.get());  // the last use of its socket: epoll forgets it by itself
}

// Keeps the sum of what unserved requests hold; the largest goes when it is too much.
void GuardedServer::account(Connection& connection) {
  held_ += connection.reader.size() - connection.held;
  connection.held = connection.reader.size();
  if (held_ <= most_held_) return;
  Connection* largest = &connection;
  for (const auto& [fd, other] : connections_) {
    if (other->phase != Phase::serving && other->held > largest->held) largest = other.get();
  }
  log_odd(*largest, "connection closed: incomplete requests hold too much memory");
  close(*largest);
}

void GuardedServer::expire(SteadyTime now) {
  if (accept_after_ != SteadyTime::min() && accept_after_ <= now && listener_.valid()) {
    accept_after_ = SteadyTime::min();
    if (!watch(epoll_, listener_.get())) accept_after_ = now + kAcceptPause;
  }
  next_deadline_ = accept_after_ > now ? accept_after_ : SteadyTime::max();
  std::vector<Connection*> expired;
  for (const auto& [fd, connection] : connections_) {
    if (connection->phase == Phase::serving) continue;
    if (connection->deadline <= now) {
      expired.push_back(connection.get());
    } else {
      next_deadline_ = std::min(next_deadline_, connection->deadline);
    }
  }
  for (Connection* connection : expired) expire(*connection);
}

void GuardedServer::expire(Connection& connection) {
  const bool in_request = connection.phase == Phase::reading_head || connection.phase == Phase::reading_body;
  if (!in_request) return close(connection);
  refuse(connection, {.problem = {.status = 408, .detail = "The request did not arrive in time."}});
}

// Requests wait for a worker while clients keep workers waiting: the longer the queue, the less of that.
void GuardedServer::relieve_workers(SteadyTime now) {
  if (serving_ == 0) return;
  const WorkerPool::Queue queue = pool_->queue(now);
  const auto rounds = static_cast<milliseconds::rep>(1 + queue.length / std::max(options_.threads, 1U));
  const milliseconds patience = std::max(kLeastPatience, kPatience / rounds);
  if (queue.length == 0 || queue.longest_wait < patience) return;
  for (const auto& [fd, connection] : connections_) {
    if (connection->phase != Phase::serving || connection->wait.total(now) < patience) continue;
    connection->cut();
  }
}

void GuardedServer::begin_stop() {
  stop_deadline_ = SteadyClock::now() + options_.stop_timeout;
  listener_.reset();
  std::vector<Connection*> unserved;
  for (const auto& [fd, connection] : connections_) {
    if (connection->phase != Phase::serving && connection->phase != Phase::lingering) {
      unserved.push_back(connection.get());
    }
  }
  for (Connection* connection : unserved) close(*connection);
}

void GuardedServer::cut_stalled(SteadyTime now) {
  for (const auto& [fd, connection] : connections_) {
    if (connection->wait.current(now) >= kStallAtStop) connection->cut();
  }
}

bool GuardedServer::stopped(SteadyTime now) const {
  if (!stopping_ || listener_.valid()) return false;
  return serving_ == 0 || now >= stop_deadline_;
}

}  // namespace web
