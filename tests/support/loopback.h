#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>

namespace support {

// A TCP socket of 127.0.0.1, closed at the end of its life.
class LoopbackSocket {
 public:
  LoopbackSocket() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "socket");
  }
  LoopbackSocket(const LoopbackSocket&) = delete;
  LoopbackSocket& operator=(const LoopbackSocket&) = delete;
  ~LoopbackSocket() { close(fd_); }

  int fd() const { return fd_; }

  // Port 0 is one that the kernel chooses. False: errno says why.
  bool bind(std::uint16_t port) const {
    const sockaddr_in address = loopback(port);
    return ::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  bool connect(std::uint16_t port) const {
    const sockaddr_in address = loopback(port);
    return ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }

  std::uint16_t port() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::system_error(errno, std::generic_category(), "getsockname");
    }
    return ntohs(address.sin_port);
  }

 private:
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }

  int fd_;
};

// A port nobody listens at. Another process may take it before it is used: where the program under test
// can choose a port itself and say which (port 0 and a port file), let it.
inline std::uint16_t free_port() {
  const LoopbackSocket socket;
  if (!socket.bind(0)) throw std::system_error(errno, std::generic_category(), "bind 127.0.0.1:0");
  return socket.port();
}

// The status of a GET over plain HTTP; absent when there was none within two seconds.
inline std::optional<int> http_status(std::uint16_t port, const std::string& path) {
  const LoopbackSocket socket;
  const timeval patience{.tv_sec = 2, .tv_usec = 0};
  setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket.fd(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const std::string request = "GET " + path + " HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n";
  if (!socket.connect(port)) return std::nullopt;
  if (send(socket.fd(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return std::nullopt;
  std::string line(12, '\0');  // "HTTP/1.1 200"
  if (recv(socket.fd(), line.data(), line.size(), MSG_WAITALL) != static_cast<ssize_t>(line.size()))
    return std::nullopt;
  int status = 0;
  const auto [end, error] = std::from_chars(line.data() + 9, line.data() + 12, status);
  if (!line.starts_with("HTTP/1.") || error != std::errc{} || end != line.data() + 12) return std::nullopt;
  return status;
}

}  // namespace support
