#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

#include "base/clock.h"
#include "ledger/journal.h"
#include "runbook/runbook.h"
#include "web/problem.h"
#include "web/router.h"
#include "web/token_bucket.h"

// What the routes share that change something, or show what was changed.
namespace web {

// Answers that wait hold a serving thread each: so many may, and who comes later is answered at once.
class WaitingRoom {
 public:
  class Seat {
   public:
    explicit Seat(WaitingRoom& room) : room_(room), taken_(room.seats_.fetch_add(1) < most) {}
    ~Seat() { room_.seats_.fetch_sub(1); }
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;
    bool is_taken() const { return taken_; }

   private:
    WaitingRoom& room_;
    const bool taken_;
  };

  static constexpr int most = 8;

 private:
  std::atomic<int> seats_{0};
};

// References outlive it. Any thread.
class Changes {
 public:
  Changes(runbook::Runbook& runbook, ledger::Journal& journal, const base::Clock& clock)
      : runbook_(runbook), journal_(journal), clock_(clock) {}

  runbook::Runbook& runbook() { return runbook_; }
  ledger::Journal& journal() { return journal_; }

  // The rate limit of all that may change something: how long until one may pass; absent: it may.
  std::optional<std::chrono::seconds> wait_for_turn();
  // The operation once the server has answered, or once it has ended; when no seat is left, or the time is
  // over, as it is.
  base::Result<std::optional<domain::Operation>> wait(const std::string& operation,
                                                      const domain::Scope& scope,
                                                      std::chrono::milliseconds at_most, bool until_end);

 private:
  runbook::Runbook& runbook_;
  ledger::Journal& journal_;
  const base::Clock& clock_;
  WaitingRoom room_;
  std::mutex mutex_;
  TokenBucket bucket_;  // guarded by mutex_
};

runbook::Actor actor_of(const Asked& asked);

// The header Idempotency-Key; a fault where it is not 1 to 255 printable ASCII characters.
std::string idempotency_key(const httplib::Request& request, std::vector<Fault>& faults);

// How long the parameter `wait` asks for; a fault where it is no duration up to `most`.
std::chrono::milliseconds wait_parameter(const httplib::Request& request, std::chrono::milliseconds otherwise,
                                         std::chrono::milliseconds most, std::vector<Fault>& faults);
Parameter about_wait(const std::string& about);

void answer_json(int status, std::string body, httplib::Response& response);
// 429 for whoever asks too often.
bool is_limited(Changes& changes, httplib::Response& response);
Problem unavailable(const std::string& why);  // 503, and when to come again
Problem no_operation();                       // 404

// `{"dry_run":..,"duplicate":..,` and the members of the operation.
void answer_decided(Changes& changes, const Asked& asked, const runbook::Answer& answer,
                    std::chrono::milliseconds wait, httplib::Response& response);
void answer_rejected(const runbook::Rejection& rejection, httplib::Response& response);

// What such a route may answer.
std::vector<Outcome> decided_outcomes();

}  // namespace web
