#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "runbook/options.h"

namespace runbook {

// Sends what became of operations to who asked for it, on a thread of its own: each a few times, with growing
// pauses, then it is given up with a line in the log. What is not sent when we stop is lost: the journal has
// it.
class Callbacks {
 public:
  using Send =
      std::function<bool(const std::string& url, const std::string& body, const std::string& signature)>;

  explicit Callbacks(Send send);
  ~Callbacks() = default;
  Callbacks(const Callbacks&) = delete;
  Callbacks& operator=(const Callbacks&) = delete;

  // Signs with the key of the target; too many at once are dropped, with a line in the log. Any thread.
  void add(const CallbackTarget& target, const std::string& url, std::string body);

  static constexpr std::size_t most_waiting = 1000;
  static constexpr int most_attempts = 5;

 private:
  struct Message {
    std::string url;
    std::string body;
    std::string signature;
  };

  void run(const std::stop_token& stop);
  void send(const Message& message, const std::stop_token& stop);

  const Send send_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Message> waiting_;  // guarded by mutex_
  std::jthread thread_;          // last member: stopped and joined first
};

// The target that the URL belongs to; null: it may not be called.
const CallbackTarget* target_of(const std::vector<CallbackTarget>& targets, const std::string& url);

// "sha256=" and the HMAC of the body in hexadecimal.
std::string signature_of(const CallbackTarget& target, const std::string& body);

}  // namespace runbook
