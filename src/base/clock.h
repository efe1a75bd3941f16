#pragma once

#include <chrono>

namespace base {

// A moment of the world's clock, in the vendor's resolution: milliseconds since 1970 UTC.
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

// Where the present comes from; tests hand in a clock of their own. Every method may be called by any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
};

class SystemClock final : public Clock {
 public:
  TimePoint now() const override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace base
