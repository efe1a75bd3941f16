#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace support {

// One answer as it came over the wire.
struct Answer {
  int status = 0;                              // 0: there was none
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;

  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

// An HTTP client that says exactly what it is told to: also half of a request, or nonsense. Loopback only.
// Nothing it does takes longer than `patience`.
class RawClient {
 public:
  static constexpr std::chrono::milliseconds kPatience{20'000};

  explicit RawClient(int port, int receive_buffer = 0)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer > 0) {
      ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    }
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  RawClient(RawClient&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), connected_(other.connected_), unread_(std::move(other.unread_)) {}
  RawClient& operator=(RawClient&&) = delete;
  ~RawClient() {
    if (fd_ >= 0) ::close(fd_);
  }

  bool connected() const { return connected_; }

  // False when the server would not take all of it.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
      if (sent < 0 && (errno != EAGAIN || !ready(POLLOUT, kPatience))) return false;
    }
    return true;
  }

  // As send(), but not when the server has said something, or does so within `pause`.
  bool send_unless_answered(std::string_view bytes, std::chrono::milliseconds pause = {}) const {
    return !ready(POLLIN, pause) && send(bytes);
  }

  // Reads nothing; true when the server has thrown the connection away within the patience.
  bool is_cut() const { return ready(0, kPatience); }

  // The next answer; without a body when it is to HEAD.
  Answer receive(bool to_head = false) {
    Answer answer;
    const auto end = find_or_read("\r\n\r\n");
    if (!end) return answer;
    parse_head(unread_.substr(0, *end + 2), answer);
    unread_.erase(0, *end + 4);
    const std::size_t length =
        to_head ? 0 : std::strtoul(answer.header("content-length").c_str(), nullptr, 10);
    while (unread_.size() < length && read_some()) {
    }
    answer.body = unread_.substr(0, length);
    unread_.erase(0, answer.body.size());
    return answer;
  }

  Answer ask(std::string_view request, bool to_head = false) {
    return send(request) ? receive(to_head) : Answer{};
  }

  Answer get(const std::string& target, const std::string& headers = "") {
    return ask("GET " + target + " HTTP/1.1\r\nHost: exporter\r\n" + headers + "\r\n");
  }

  // True when the server closes the connection within the patience.
  bool is_closed() {
    while (read_some()) {
    }
    return ended_;
  }

  void end_of_sending() const { ::shutdown(fd_, SHUT_WR); }

 private:
  bool ready(short events, std::chrono::milliseconds timeout) const {
    pollfd wanted{.fd = fd_, .events = events, .revents = 0};
    return ::poll(&wanted, 1, static_cast<int>(timeout.count())) > 0;
  }

  bool read_some() {
    char bytes[65536];
    if (!ready(POLLIN, kPatience)) return false;
    const ssize_t count = ::recv(fd_, bytes, sizeof(bytes), 0);
    ended_ = count <= 0;
    if (count > 0) unread_.append(bytes, static_cast<std::size_t>(count));
    return count > 0;
  }

  std::optional<std::size_t> find_or_read(std::string_view mark) {
    for (;;) {
      const std::size_t at = unread_.find(mark);
      if (at != std::string::npos) return at;
      if (!read_some()) return std::nullopt;
    }
  }

  static void parse_head(std::string_view head, Answer& answer) {
    answer.status = head.size() > 12 ? std::atoi(std::string(head.substr(9, 3)).c_str()) : 0;
    head.remove_prefix(std::min(head.find("\r\n") + 2, head.size()));
    while (!head.empty()) {
      const std::size_t end = head.find("\r\n");
      const std::string_view line = head.substr(0, end);
      head.remove_prefix(end + 2);
      const std::size_t colon = line.find(':');
      std::string name(line.substr(0, colon));
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
      answer.headers[name] = line.substr(std::min(colon + 2, line.size()));
    }
  }

  int fd_;
  bool connected_ = false;
  bool ended_ = false;
  std::string unread_;
};

// Bytes of memory that this process has now.
inline std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

// Tests of many connections need both ends of each.
inline void raise_file_limit() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace support
