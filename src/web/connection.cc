#include "web/connection.h"

#include <sys/socket.h>

namespace web {

void ClientWait::reset() {
  since_ = 0;
  before_ = 0;
}

void ClientWait::begin(SteadyTime now) { since_ = now.time_since_epoch().count(); }

void ClientWait::end(SteadyTime now) {
  before_ += current(now).count();
  since_ = 0;
}

SteadyClock::duration ClientWait::current(SteadyTime now) const {
  const SteadyClock::rep since = since_;
  return since == 0 ? SteadyClock::duration::zero() : now.time_since_epoch() - SteadyClock::duration(since);
}

SteadyClock::duration ClientWait::total(SteadyTime now) const {
  return SteadyClock::duration(before_) + current(now);
}

ssize_t Connection::receive(char* data, std::size_t size) {
  return tls ? tls->receive(data, size) : ::recv(socket.get(), data, size, MSG_DONTWAIT);
}

ssize_t Connection::send(std::string_view bytes) {
  return tls ? tls->send(bytes)
             : ::send(socket.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void Connection::end_sending() {
  if (tls) tls->end_sending();
  ::shutdown(socket.get(), SHUT_WR);
}

void Connection::cut() const { ::shutdown(socket.get(), SHUT_RDWR); }

}  // namespace web
