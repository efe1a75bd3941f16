#include "web/socket.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace web {
namespace {

constexpr int kBacklog = 1024;

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

std::string without_brackets(const std::string& host) {
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  return bracketed ? host.substr(1, host.size() - 2) : host;
}

std::string shown(const std::string& host, int port) {
  const std::string bare = without_brackets(host);
  const bool v6 = bare.find(':') != std::string::npos;
  return (v6 ? "[" + bare + "]" : bare) + ":" + std::to_string(port);
}

std::runtime_error cannot_listen(const std::string& host, int port, const std::string& why) {
  return std::runtime_error("cannot listen on " + shown(host, port) + ": " + why);
}

std::string text_of(int error) { return std::generic_category().message(error); }

Addresses resolved(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  const std::string bare = without_brackets(host);
  addrinfo* found = nullptr;
  const int error =
      ::getaddrinfo(bare.empty() ? nullptr : bare.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) throw cannot_listen(host, port, ::gai_strerror(error));
  return {found, &::freeaddrinfo};
}

void set_option(const Fd& socket, int level, int option, int value) {
  ::setsockopt(socket.get(), level, option, &value, sizeof(value));
}

// Invalid, with errno, when the address cannot be had.
Fd listening(const addrinfo& address) {
  Fd socket(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return socket;
  set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1);  // over connections of the past; never SO_REUSEPORT
  const auto* in6 = reinterpret_cast<const sockaddr_in6*>(address.ai_addr);
  // "::" takes IPv4 too.
  const bool any6 = address.ai_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&in6->sin6_addr);
  if (any6) set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (::bind(socket.get(), address.ai_addr, address.ai_addrlen) != 0) return {};
  if (::listen(socket.get(), kBacklog) != 0) return {};
  return socket;
}

// IPv6 first when any address will do, since its socket takes IPv4 as well.
Fd listening_on_one_of(const addrinfo* addresses, bool any) {
  int error = 0;
  for (const int family : {any ? AF_INET6 : AF_INET, any ? AF_INET : AF_INET6}) {
    for (const addrinfo* address = addresses; address != nullptr; address = address->ai_next) {
      if (address->ai_family != family) continue;
      Fd socket = listening(*address);
      if (socket.valid()) return socket;
      error = errno;
      if (error == EADDRINUSE) break;
    }
    if (error == EADDRINUSE) break;
  }
  errno = error;
  return {};
}

Endpoint endpoint_of(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    const auto& in = reinterpret_cast<const sockaddr_in&>(address);
    ::inet_ntop(AF_INET, &in.sin_addr, text, sizeof(text));
    return {text, ntohs(in.sin_port)};
  }
  const auto& in6 = reinterpret_cast<const sockaddr_in6&>(address);
  ::inet_ntop(AF_INET6, &in6.sin6_addr, text, sizeof(text));
  if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr)) return {text + std::strlen("::ffff:"), ntohs(in6.sin6_port)};
  return {text, ntohs(in6.sin6_port)};
}

}  // namespace

Fd::~Fd() {
  if (fd_ >= 0) ::close(fd_);
}

Fd listen_on(const std::string& host, int port) {
  const Addresses addresses = resolved(host, port);
  Fd socket = listening_on_one_of(addresses.get(), host.empty());
  if (!socket.valid()) throw cannot_listen(host, port, text_of(errno));
  return socket;
}

Endpoint local_end(const Fd& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return endpoint_of(address);
}

std::pair<Fd, Endpoint> accept_from(const Fd& listener) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  Fd socket(
      ::accept4(listener.get(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket.valid()) return {};
  set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  return {std::move(socket), endpoint_of(address)};
}

void abort_on_close(const Fd& socket) {
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

}  // namespace web
