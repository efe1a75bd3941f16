#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "web/front_options.h"

namespace web {

// Holds at most `burst`, and gets one every `interval`. One thread.
class TokenBucket {
 public:
  // Absent when one was taken; otherwise how long until there is one.
  std::optional<std::chrono::milliseconds> take(const RateLimit& limit, base::TimePoint now);
  void give_back(const RateLimit& limit) { full_at_ -= limit.interval; }

 private:
  base::TimePoint full_at_ = base::TimePoint::min();
};

// A bucket for each source of requests; of too many, the one longest unused is forgotten. Any thread.
class SourceLimits {
 public:
  SourceLimits(RateLimit limit, std::size_t most_sources) : limit_(limit), most_sources_(most_sources) {}

  // As TokenBucket's.
  std::optional<std::chrono::milliseconds> take(const std::string& source, base::TimePoint now);
  void give_back(const std::string& source);

 private:
  struct Entry {
    std::string source;
    TokenBucket bucket;
  };

  const RateLimit limit_;
  const std::size_t most_sources_;
  std::mutex mutex_;
  std::list<Entry> by_use_;                                              // latest first; guarded by mutex_
  std::unordered_map<std::string, std::list<Entry>::iterator> entries_;  // guarded by mutex_
};

// Whose requests an address counts among: an IPv6 host has a whole /64 to ask from.
std::string source_of(const std::string& address);

}  // namespace web
