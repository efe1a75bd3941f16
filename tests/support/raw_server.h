#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/text.h"

namespace support {

// A request as it came over the wire.
struct RawRequest {
  std::string method;
  std::string target;  // "/api/tasks?page=0"
  std::string head;    // everything up to the empty line
  std::string body;
  std::string client_certificate;  // common name of the certificate shown by the client, if any

  std::string path() const { return target.substr(0, target.find('?')); }

  // Of the query; empty when it is not there.
  std::string parameter(std::string_view name) const {
    const std::string query = "&" + target.substr(std::min(target.size(), path().size() + 1));
    const auto at = query.find("&" + std::string(name) + "=");
    if (at == std::string::npos) return {};
    const auto value = at + name.size() + 2;
    return query.substr(value, query.find('&', value) - value);
  }

  std::string header(std::string_view name) const {
    for (std::size_t at = head.find("\r\n"); at != std::string::npos; at = head.find("\r\n", at + 2)) {
      const std::string_view line = std::string_view(head).substr(at + 2, head.find("\r\n", at + 2) - at - 2);
      const auto colon = line.find(':');
      if (colon != line.npos && base::equal_ignoring_case(line.substr(0, colon), name))
        return std::string(base::trimmed(line.substr(colon + 1)));
    }
    return {};
  }
};

// What a scripted server sends back: exactly these bytes.
struct RawReply {
  enum class Then { keep, close, hang };

  std::string bytes;
  Then then = Then::keep;
  std::chrono::milliseconds drip{};  // between single bytes
  bool endless = false;              // the last 1000 bytes again and again
};

// "HTTP/1.1 200 OK" with a length.
inline RawReply http_reply(int status, const std::string& body, const std::string& headers = {}) {
  return {.bytes = "HTTP/1.1 " + std::to_string(status) + " Word\r\nContent-Length: " +
                   std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body};
}

// A TCP server on a free port of the loopback that answers each request with the bytes it is told to. It
// speaks TLS when it is given a context. The handler is called by one thread per connection.
class RawServer {
 public:
  using Handler = std::function<RawReply(const RawRequest&)>;

  explicit RawServer(Handler handler, SSL_CTX* tls = nullptr) : handler_(std::move(handler)), tls_(tls) {
    std::signal(SIGPIPE, SIG_IGN);
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("no port to listen at");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread([this](const std::stop_token& stop) { accept_all(stop); });
  }

  ~RawServer() {
    stop_.request_stop();
    acceptor_.request_stop();
    acceptor_.join();
    connections_.clear();
    for (const int socket : finished_) ::close(socket);
    ::close(listener_);
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url() const {
    return std::string(tls_ != nullptr ? "https" : "http") + "://127.0.0.1:" + std::to_string(port_);
  }
  unsigned connections() const { return accepted_; }

  // What was asked for so far, in order.
  std::vector<RawRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  std::size_t count(std::string_view path) const {
    const auto all = requests();
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [&](const RawRequest& request) { return request.path() == path; }));
  }

 private:
  using Tls = std::unique_ptr<SSL, decltype(&SSL_free)>;

  struct Stream {
    int socket;
    Tls tls;

    long read(char* data, std::size_t size) {
      return tls ? SSL_read(tls.get(), data, static_cast<int>(size)) : ::recv(socket, data, size, 0);
    }
    bool write(std::string_view bytes) {
      while (!bytes.empty()) {
        const long sent = tls ? SSL_write(tls.get(), bytes.data(), static_cast<int>(bytes.size()))
                              : ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
      }
      return true;
    }
  };

  void accept_all(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd waiting{.fd = listener_, .events = POLLIN, .revents = 0};
      if (::poll(&waiting, 1, 20) <= 0) continue;
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) continue;
      ++accepted_;
      connections_.emplace_back([this, socket] { serve(socket); });
    }
  }

  void serve(int socket) {
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    const std::stop_callback cut(stop_.get_token(), [socket] { ::shutdown(socket, SHUT_RDWR); });
    {
      Stream stream{socket, Tls(tls_ != nullptr ? SSL_new(tls_) : nullptr, &SSL_free)};
      if (stream.tls) SSL_set_fd(stream.tls.get(), socket);
      if (!stream.tls || SSL_accept(stream.tls.get()) == 1) talk(stream);
    }
    ::shutdown(socket, SHUT_RDWR);
    char rest = 0;  // a close with unread bytes would reset the connection
    while (::recv(socket, &rest, 1, MSG_DONTWAIT) > 0) continue;
    const std::lock_guard lock(mutex_);
    finished_.push_back(socket);
  }

  void talk(Stream& stream) {
    std::string buffer;
    RawRequest request;
    while (read_request(stream, buffer, request)) {
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      const RawReply reply = handler_(request);
      if (!send(stream, reply) || reply.then == RawReply::Then::close) return;
      if (reply.then == RawReply::Then::hang) {
        while (fill(stream, buffer)) continue;
        return;
      }
    }
  }

  static bool fill(Stream& stream, std::string& buffer) {
    std::vector<char> piece(65536);
    const long size = stream.read(piece.data(), piece.size());
    if (size > 0) buffer.append(piece.data(), static_cast<std::size_t>(size));
    return size > 0;
  }

  static bool read_request(Stream& stream, std::string& buffer, RawRequest& request) {
    std::size_t end = 0;
    while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
      if (!fill(stream, buffer)) return false;
    }
    request = {};
    request.head = buffer.substr(0, end + 2);
    buffer.erase(0, end + 4);
    request.method = request.head.substr(0, request.head.find(' '));
    const auto target = request.method.size() + 1;
    request.target = request.head.substr(target, request.head.find(' ', target) - target);
    std::size_t length = 0;
    const std::string text = request.header("Content-Length");
    std::from_chars(text.data(), text.data() + text.size(), length);
    while (buffer.size() < length) {
      if (!fill(stream, buffer)) return false;
    }
    request.body = buffer.substr(0, length);
    buffer.erase(0, length);
    if (stream.tls) request.client_certificate = peer_name(stream.tls.get());
    return true;
  }

  static std::string peer_name(SSL* tls) {
    const std::unique_ptr<X509, decltype(&X509_free)> peer(SSL_get1_peer_certificate(tls), &X509_free);
    if (!peer) return {};
    std::string name(256, '\0');
    const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(peer.get()), NID_commonName, name.data(),
                                               static_cast<int>(name.size()));
    name.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return name;
  }

  bool send(Stream& stream, const RawReply& reply) {
    if (reply.drip.count() > 0) return drip(stream, reply);
    if (!stream.write(reply.bytes)) return false;
    const std::string tail =
        reply.bytes.substr(reply.bytes.size() - std::min<std::size_t>(1000, reply.bytes.size()));
    while (reply.endless) {
      if (stop_.stop_requested() || !stream.write(tail)) return false;
    }
    return true;
  }

  bool drip(Stream& stream, const RawReply& reply) {
    std::mutex mutex;
    std::condition_variable_any wake;
    for (const char c : reply.bytes) {
      std::unique_lock lock(mutex);
      wake.wait_for(lock, stop_.get_token(), reply.drip, [] { return false; });
      if (stop_.stop_requested() || !stream.write({&c, 1})) return false;
    }
    return true;
  }

  // Constant after construction.
  const Handler handler_;
  SSL_CTX* const tls_;
  int listener_ = -1;
  std::uint16_t port_ = 0;

  std::stop_source stop_;
  std::atomic<unsigned> accepted_ = 0;
  mutable std::mutex mutex_;
  std::vector<RawRequest> requests_;  // guarded by mutex_
  std::vector<int> finished_;  // guarded by mutex_; closed at the end: their numbers are not used again
  std::list<std::jthread> connections_;  // of the acceptor, until it has ended
  std::jthread acceptor_;
};

}  // namespace support
