#pragma once

#include <httplib.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "web/connection.h"

namespace web {

// What cpp-httplib reads a request from and writes its answer to: the request is in memory, and the answer
// must be taken by the client within one time for all of it.
class AnswerStream final : public httplib::Stream {
 public:
  AnswerStream(Connection& connection, std::string_view request, std::chrono::milliseconds write_timeout)
      : connection_(connection), request_(request), write_timeout_(write_timeout) {}

  // Sends what is left of the answer; false when the client did not take all of it.
  bool finish();

  bool is_readable() const override { return !request_.empty(); }
  bool is_writable() const override { return !failed_; }
  ssize_t read(char* data, std::size_t size) override;
  ssize_t write(const char* data, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return connection_.socket.get(); }

 private:
  bool send_all(std::string_view bytes);
  bool wait_for_client();

  Connection& connection_;
  std::string_view request_;  // what was not read yet
  const std::chrono::milliseconds write_timeout_;
  std::optional<SteadyTime> deadline_;  // from the first byte of the answer on
  std::string small_;                   // pieces that are sent together
  bool failed_ = false;
};

}  // namespace web
