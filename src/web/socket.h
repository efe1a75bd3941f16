#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace web {

// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd();

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  void reset() { *this = Fd(); }

 private:
  int fd_ = -1;
};

// One end of a connection, from the socket itself: what headers say of addresses is hearsay.
struct Endpoint {
  std::string address;
  int port = 0;
};

// A listening socket that shares its port with nobody. An empty host stands for every address.
// Throws std::runtime_error: "cannot listen on 0.0.0.0:9777: Address already in use".
Fd listen_on(const std::string& host, int port);

Endpoint local_end(const Fd& socket);
// The next connection that waits, not blocking and without Nagle's delay; invalid, with errno, when there is
// none.
std::pair<Fd, Endpoint> accept_from(const Fd& listener);

// Closing it throws away what was not sent yet, and the peer is told so.
void abort_on_close(const Fd& socket);

}  // namespace web
