#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "web/request_reader.h"
#include "web/shown_certificate.h"
#include "web/socket.h"
#include "web/tls.h"

namespace web {

using SteadyClock = std::chrono::steady_clock;
using SteadyTime = SteadyClock::time_point;

// How long an answer has waited for its client to read. One thread waits, any thread may ask.
class ClientWait {
 public:
  void reset();
  void begin(SteadyTime now);
  void end(SteadyTime now);

  SteadyClock::duration current(SteadyTime now) const;  // since the client last took something; zero: it does
  SteadyClock::duration total(SteadyTime now) const;

 private:
  std::atomic<SteadyClock::rep> since_{0};  // zero: not waiting
  std::atomic<SteadyClock::rep> before_{0};
};

// One client. The polling thread owns it; while it is `serving`, one worker borrows it and the polling thread
// touches its wait and its socket's shutdown only.
struct Connection {
  enum class Phase { waiting, reading_head, reading_body, serving, lingering };
  enum class Outcome { keep, close, cut };  // of an answer: cut when the client did not take all of it

  Connection(Fd its_socket, Endpoint its_peer, ReadLimits limits, const Admission& admission)
      : socket(std::move(its_socket)), peer(std::move(its_peer)), reader(limits, admission) {}

  // The only two places where bytes pass. As recv(2) and send(2), never blocking.
  ssize_t receive(char* data, std::size_t size);
  ssize_t send(std::string_view bytes);
  void end_sending();
  void cut() const;  // of the socket alone: also while a worker has the rest

  const Fd socket;
  const Endpoint peer;
  std::unique_ptr<TlsSession> tls;  // null: plain HTTP

  Phase phase = Phase::waiting;
  SteadyTime since;     // when the phase began
  SteadyTime deadline;  // when the phase is over at the latest; of no meaning while serving
  RequestReader reader;
  std::size_t held = 0;        // bytes of memory that are on this connection's account
  bool waits_to_send = false;  // the TLS handshake, and so does epoll
  std::size_t discarded = 0;   // bytes thrown away while lingering

  std::optional<ShownCertificate> certificate;  // of TLS, from the first request on: it stays the same

  std::optional<Request> request;  // of the worker, while serving
  Outcome outcome = Outcome::close;
  ClientWait wait;
};

}  // namespace web
