#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "ledger/journal.h"
#include "runbook/runbook.h"
#include "web/problem.h"
#include "web/router.h"
#include "web/token_bucket.h"
#include "web/waiting_room.h"

// What the routes share that change something, or show what was changed.
namespace web {

inline constexpr std::size_t kMostKey = 255;  // characters of an idempotency key

// References outlive it. Any thread.
class Changes {
 public:
  Changes(runbook::Runbook& runbook, ledger::Journal& journal, const base::Clock& clock)
      : runbook_(runbook), journal_(journal), clock_(clock) {}

  runbook::Runbook& runbook() { return runbook_; }
  ledger::Journal& journal() { return journal_; }

  // No answer waits from now on: the server is about to stop.
  void stop_waiting() { runbook_.stop_waiting(); }

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

// How long the answer may wait, for Query::duration.
Parameter about_wait(const std::string& about);

// What it answers is of the moment, and kept nowhere.
Handler unstored(Handler handler);
// Likewise, with 429 for whoever asks too often.
Handler limited(Changes& changes, Handler handler);

void answer_json(int status, std::string body, httplib::Response& response);
Problem unavailable(std::string why);  // 503, and when to come again; `why` is a sentence
Problem no_journal();                  // likewise: it cannot be read or written; its log says more
Problem no_operation();                // 404

// `{"dry_run":..,"duplicate":..,` and the members of the operation; 409 when nothing was begun.
void answer_decided(Changes& changes, const Asked& asked, const runbook::Answer& answer,
                    std::chrono::milliseconds wait, httplib::Response& response);
void answer_rejected(const runbook::Rejection& rejection, httplib::Response& response);

// What such a route may answer.
std::vector<Outcome> decided_outcomes();

}  // namespace web
