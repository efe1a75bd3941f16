#include "web/waiting_room.h"

#include <gtest/gtest.h>

#include <deque>

namespace web {
namespace {

TEST(WaitingRoom, HasEightSeatsAndGivesThemOnWhenTheyAreLeft) {
  WaitingRoom room;
  std::deque<WaitingRoom::Seat> seats;
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(seats.emplace_back(room).is_taken());
  EXPECT_FALSE(WaitingRoom::Seat(room).is_taken());
  EXPECT_FALSE(WaitingRoom::Seat(room).is_taken());
  seats.pop_back();

  EXPECT_TRUE(WaitingRoom::Seat(room).is_taken());
}

}  // namespace
}  // namespace web
