#include "web/token_bucket.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace web {

using std::chrono::milliseconds;

std::optional<milliseconds> TokenBucket::take(const RateLimit& limit, base::TimePoint now) {
  const milliseconds whole = limit.interval * static_cast<milliseconds::rep>(limit.burst);
  // Never longer than from empty to full, wherever the clock jumps.
  const base::TimePoint full_at = std::clamp(full_at_, now, now + whole);
  const milliseconds missing = full_at + limit.interval - now - whole;
  if (missing > milliseconds::zero()) return missing;
  full_at_ = full_at + limit.interval;
  return std::nullopt;
}

std::optional<milliseconds> SourceLimits::take(const std::string& source, base::TimePoint now) {
  const std::lock_guard lock(mutex_);
  const auto known = entries_.find(source);
  if (known != entries_.end()) {
    by_use_.splice(by_use_.begin(), by_use_, known->second);
    return by_use_.front().bucket.take(limit_, now);
  }
  by_use_.push_front({source, {}});
  entries_.emplace(source, by_use_.begin());
  if (by_use_.size() > most_sources_) {
    entries_.erase(by_use_.back().source);
    by_use_.pop_back();
  }
  return by_use_.front().bucket.take(limit_, now);
}

void SourceLimits::give_back(const std::string& source) {
  const std::lock_guard lock(mutex_);
  const auto known = entries_.find(source);
  if (known != entries_.end()) known->second->bucket.give_back(limit_);
}

std::string source_of(const std::string& address) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  if (::inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return address;
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  return std::string(text.data()) + "/64";
}

}  // namespace web
