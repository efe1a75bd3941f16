#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "exposition/body.h"

namespace exposition {

// Which bodies are worth making before anybody asks: those that were asked for during the last snapshots.
// Any thread.
class Demand {
 public:
  static constexpr std::uint64_t kRememberedSnapshots = 10;

  void asked(Format format, Encoding encoding) { last_asked(format, encoding) = published_.load(); }
  void published() { ++published_; }

  // For the snapshot that is about to be published.
  bool is_wanted(Format format, Encoding encoding) {
    const std::uint64_t when = last_asked(format, encoding);
    return when > 0 && published_ - when < kRememberedSnapshots;
  }

 private:
  static constexpr std::size_t kEncodings = 2;
  static constexpr std::size_t kFormats = 2;

  std::atomic<std::uint64_t>& last_asked(Format format, Encoding encoding) {
    return last_asked_[static_cast<std::size_t>(format) * kEncodings + static_cast<std::size_t>(encoding)];
  }

  std::atomic<std::uint64_t> published_{0};                                     // snapshots so far
  std::array<std::atomic<std::uint64_t>, kFormats * kEncodings> last_asked_{};  // counted so; 0: never
};

}  // namespace exposition
