#include "web/answer_stream.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace web {
namespace {

constexpr std::size_t kSmall = 4096;

}  // namespace

bool AnswerStream::finish() {
  if (failed_ || !send_all(small_)) return false;
  small_.clear();
  return true;
}

ssize_t AnswerStream::read(char* data, std::size_t size) {
  const std::size_t taken = std::min(size, request_.size());
  std::memcpy(data, request_.data(), taken);
  request_.remove_prefix(taken);
  return static_cast<ssize_t>(taken);
}

ssize_t AnswerStream::write(const char* data, std::size_t size) {
  if (small_.size() + size <= kSmall) {
    small_.append(data, size);
    return static_cast<ssize_t>(size);
  }
  return finish() && send_all({data, size}) ? static_cast<ssize_t>(size) : -1;
}

bool AnswerStream::send_all(std::string_view bytes) {
  if (!deadline_) deadline_ = SteadyClock::now() + write_timeout_;
  while (!bytes.empty() && !failed_) {
    const ssize_t sent = connection_.send(bytes);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      failed_ = !wait_for_client();
    } else if (errno != EINTR) {
      failed_ = true;
    }
  }
  return !failed_;
}

bool AnswerStream::wait_for_client() {
  const SteadyTime begin = SteadyClock::now();
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline_ - begin);
  if (left.count() <= 0) return false;
  pollfd wanted{.fd = connection_.socket.get(), .events = POLLOUT, .revents = 0};
  connection_.wait.begin(begin);
  const int ready = ::poll(&wanted, 1, static_cast<int>(left.count()));
  connection_.wait.end(SteadyClock::now());
  return ready > 0 || (ready < 0 && errno == EINTR);
}

void AnswerStream::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip = connection_.peer.address;
  port = connection_.peer.port;
}

void AnswerStream::get_local_ip_and_port(std::string& ip, int& port) const {
  const Endpoint local = local_end(connection_.socket);
  ip = local.address;
  port = local.port;
}

}  // namespace web
