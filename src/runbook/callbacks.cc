#include "runbook/callbacks.h"

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "base/log.h"

namespace runbook {
namespace {

constexpr std::chrono::seconds kFirstPause{1};  // doubles
constexpr std::size_t kMostUrl = 2000;

// What follows must not change the host that the target names: "https://a.example" is no
// "https://a.example.evil".
bool may_follow(const std::string& target, const std::string& url) {
  if (url.size() == target.size() || target.back() == '/') return true;
  const char next = url[target.size()];
  return next == '/' || next == '?';
}

}  // namespace

const CallbackTarget* target_of(const std::vector<CallbackTarget>& targets, const std::string& url) {
  const bool is_plain = url.size() <= kMostUrl && std::all_of(url.begin(), url.end(), [](unsigned char c) {
                          return c > ' ' && c < 0x7f && c != '\\';
                        });
  if (!is_plain || url.find("/..") != url.npos) return nullptr;
  const auto found = std::find_if(targets.begin(), targets.end(), [&](const CallbackTarget& target) {
    return url.starts_with(target.url) && may_follow(target.url, url);
  });
  return found == targets.end() ? nullptr : &*found;
}

std::string signature_of(const CallbackTarget& target, const std::string& body) {
  return "sha256=" + base::to_hex(base::hmac_of(target.key.reveal(), body));
}

Callbacks::Callbacks(Send send)
    : send_(std::move(send)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Callbacks::add(const CallbackTarget& target, const std::string& url, std::string body) {
  std::string signature = signature_of(target, body);
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() < most_waiting) {
      waiting_.push_back({url, std::move(body), std::move(signature)});
      changed_.notify_one();
      return;
    }
  }
  base::log::error("a callback was dropped: too many wait", {{"url", url}});
}

void Callbacks::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    Message message;
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [this] { return !waiting_.empty(); })) return;
      message = std::move(waiting_.front());
      waiting_.pop_front();
    }
    send(message, stop);
  }
}

void Callbacks::send(const Message& message, const std::stop_token& stop) {
  auto pause = kFirstPause;
  for (int attempt = 1; !stop.stop_requested(); ++attempt) {
    if (send_(message.url, message.body, message.signature)) return;
    if (attempt == most_attempts) break;
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, pause, [] { return false; });
    pause *= 2;
  }
  base::log::error("a callback was not taken", {{"url", message.url}});
}

}  // namespace runbook
