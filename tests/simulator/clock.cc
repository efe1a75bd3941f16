#include "clock.h"

namespace simulator {

SimulatedClock::SimulatedClock(TimePoint start, double speed)
    : base_(start), since_(std::chrono::steady_clock::now()), speed_(speed) {}

TimePoint SimulatedClock::now() const {
  const std::chrono::duration<double, std::milli> passed = std::chrono::steady_clock::now() - since_;
  return base_ + Millis(static_cast<Millis::rep>(passed.count() * speed_));
}

void SimulatedClock::set(TimePoint time) {
  base_ = time;
  since_ = std::chrono::steady_clock::now();
}

void SimulatedClock::advance(Millis by) { base_ += by; }

void SimulatedClock::run_at(double speed) {
  set(now());
  speed_ = speed;
}

TimePoint world_time() { return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()); }

}  // namespace simulator
