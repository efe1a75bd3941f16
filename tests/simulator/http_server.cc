#include "http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "http_wire.h"

namespace simulator {
namespace {

constexpr std::size_t kMostConnections = 256;

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

sockaddr_in address_of(const std::string& host, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) {
    throw std::runtime_error("listen address " + host + " is not an IPv4 address");
  }
  return address;
}

int listening_socket(const std::string& host, int port) {
  const sockaddr_in address = address_of(host, port);
  const int one = 1;
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) fail("socket");
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(socket, 128) != 0) {
    const int error = errno;
    ::close(socket);
    errno = error;
    fail("listen on " + host + ":" + std::to_string(port));
  }
  return socket;
}

int port_of(int socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) fail("getsockname");
  return ntohs(address.sin_port);
}

void reset(int socket) {
  const linger at_once{1, 0};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

// TLS writes with write(2), which raises a signal when the peer has gone.
void ignore_broken_pipes() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace

HttpServer::HttpServer(const std::string& host, int port, std::unique_ptr<StreamFactory> streams,
                       Handler handler)
    : listener_(listening_socket(host, port)),
      host_(host),
      streams_(std::move(streams)),
      handler_(std::move(handler)),
      port_(port_of(listener_)) {
  start();
}

HttpServer::~HttpServer() { stop_listening(); }

void HttpServer::start() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = false;
  }
  acceptor_ = std::thread([this, listener = listener_] { accept_loop(listener); });
}

void HttpServer::listen_again() {
  if (listener_ >= 0) return;
  listener_ = listening_socket(host_, port_);
  start();
}

void HttpServer::stop_listening() {
  if (listener_ < 0) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const Connection& each : connections_) {
      if (!each.done) ::shutdown(each.socket, SHUT_RDWR);
    }
  }
  wake_.notify_all();
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(std::exchange(listener_, -1));
  for (Connection& each : connections_) each.thread.join();
  connections_.clear();
}

void HttpServer::accept_loop(int listener) {
  ignore_broken_pipes();
  while (true) {
    const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket >= 0) {
      add_connection(socket);
    } else if (errno != EINTR && errno != ECONNABORTED && !pause(Millis(10))) {
      return;
    }
  }
}

void HttpServer::add_connection(int socket) {
  const int one = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  reap();
  const std::lock_guard lock(mutex_);
  if (stopping_ || connections_.size() >= kMostConnections) {
    ::close(socket);
    return;
  }
  Connection& connection = connections_.emplace_back();
  connection.socket = socket;
  connection.thread = std::thread([this, &connection] { serve(connection); });
}

void HttpServer::reap() {
  std::list<Connection> ended;
  {
    const std::lock_guard lock(mutex_);
    for (auto it = connections_.begin(); it != connections_.end();) {
      const auto each = it++;
      if (each->done) ended.splice(ended.end(), connections_, each);
    }
  }
  for (Connection& each : ended) each.thread.join();
}

void HttpServer::serve(Connection& connection) {
  ignore_broken_pipes();
  if (const auto stream = streams_->open(connection.socket)) converse(*stream, connection.socket);
  const std::lock_guard lock(mutex_);
  connection.done = true;
  ::close(connection.socket);
}

void HttpServer::converse(Stream& stream, int socket) {
  std::string pending;
  while (const auto request = next_request(stream, pending)) {
    if (!answer(stream, socket, *request)) return;
  }
}

bool HttpServer::answer(Stream& stream, int socket, const Request& request) {
  Response response = handler_(request);
  if (response.later) {
    if (!pause(response.delivery.delay)) return false;
    response = response.later();
  }
  const bool kept = lower(request.header("connection")) != "close";
  if (!kept) response.headers.emplace_back("Connection", "close");
  return deliver(stream, socket, response) && kept;
}

bool HttpServer::deliver(Stream& stream, int socket, const Response& response) {
  const Delivery& delivery = response.delivery;
  if (delivery.delay > Millis::zero() && !pause(delivery.delay)) return false;
  if (delivery.reset) reset(socket);
  if (delivery.reset || delivery.close) return false;
  std::string_view body = response.body;
  if (delivery.cut_after) body = body.substr(0, *delivery.cut_after);
  const std::string head = head_of(response);
  if (delivery.drip > Millis::zero()) {
    if (!stream.write(head) || !drip(stream, body, delivery.drip)) return false;
  } else if (!stream.write(head) || !stream.write(body)) {
    return false;
  }
  return fill(stream, delivery.filler) && !delivery.cut_after && delivery.filler != kEndless;
}

bool HttpServer::drip(Stream& stream, std::string_view bytes, Millis each) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (!pause(each) || !stream.write(bytes.substr(i, 1))) return false;
  }
  return true;
}

bool HttpServer::fill(Stream& stream, std::uint64_t bytes) {
  const std::string blanks(64 * 1024, ' ');
  while (bytes > 0) {
    const std::uint64_t part = std::min<std::uint64_t>(bytes, blanks.size());
    if (!stream.write(std::string_view(blanks).substr(0, part))) return false;
    if (bytes != kEndless) bytes -= part;
  }
  return true;
}

bool HttpServer::pause(Millis time) {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, time, [&] { return stopping_; });
}

}  // namespace simulator
