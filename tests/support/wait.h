#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

namespace support {

// What a test allows another process for: generous, since it is only reached when something is broken.
inline constexpr std::chrono::seconds kPatience{30};

// Asks again and again until the condition holds; false when it did not in time. Asks at least once, and ever
// less often: whoever asks without a pause takes the processor from what it waits for.
// For what happens in another process; within this one, wait on a condition variable.
template <class Condition>
bool eventually(Condition condition, std::chrono::milliseconds at_most = kPatience) {
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  std::chrono::milliseconds pause{5};
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 3 / 2, std::chrono::milliseconds{200});
  }
  return true;
}

}  // namespace support
