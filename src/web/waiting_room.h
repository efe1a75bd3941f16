#pragma once

#include <atomic>

namespace web {

// Answers that wait hold a serving thread each: so many may at once, and who comes later is answered at once.
// Any thread.
class WaitingRoom {
 public:
  // One answer's, as long as it lives. The room outlives it.
  class Seat {
   public:
    explicit Seat(WaitingRoom& room) : room_(room), is_taken_(room.asked_.fetch_add(1) < kSeats) {}
    ~Seat() { room_.asked_.fetch_sub(1); }
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

    bool is_taken() const { return is_taken_; }  // false: there was none

   private:
    WaitingRoom& room_;
    const bool is_taken_;
  };

  static constexpr int kSeats = 8;  // of the 32 serving threads

 private:
  std::atomic<int> asked_{0};
};

}  // namespace web
