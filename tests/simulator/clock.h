#pragma once

#include <chrono>

#include "model.h"

namespace simulator {

// The simulator's own time. It runs `speed` times as fast as the world's, and stands still at speed 0.
// Not for several threads at once.
class SimulatedClock {
 public:
  SimulatedClock(TimePoint start, double speed);

  TimePoint now() const;
  void set(TimePoint time);
  void advance(Millis by);
  void run_at(double speed);
  double speed() const { return speed_; }

 private:
  TimePoint base_;
  std::chrono::steady_clock::time_point since_;
  double speed_;
};

TimePoint world_time();

}  // namespace simulator
