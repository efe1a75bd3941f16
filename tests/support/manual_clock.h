#pragma once

#include <atomic>
#include <chrono>

#include "base/clock.h"

namespace support {

// A clock that stands still until it is told otherwise. Any thread.
class ManualClock final : public base::Clock {
 public:
  explicit ManualClock(base::TimePoint now) : now_(now) {}

  base::TimePoint now() const override { return now_; }
  void set(base::TimePoint now) { now_ = now; }
  void advance(std::chrono::milliseconds by) { now_ = now_.load() + by; }

 private:
  std::atomic<base::TimePoint> now_;
};

// 2026-01-01 12:00 UTC, a Thursday.
inline constexpr base::TimePoint kNoon =
    std::chrono::sys_days{std::chrono::year{2026} / 1 / 1} + std::chrono::hours{12};

}  // namespace support
