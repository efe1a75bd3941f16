#include "base/periodic_task.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <latch>

namespace {

using namespace std::chrono_literals;
using base::PeriodicTask;

TEST(PeriodicTask, RunsAtOnceAndThenAfterEachInterval) {
  std::latch thrice(3);
  std::atomic<int> left = 3;
  const PeriodicTask task(1ms, [&](const std::stop_token&) {
    if (left-- > 0) thrice.count_down();
  });
  thrice.wait();
}

TEST(PeriodicTask, RunsAgainAtOnceWhenAsked) {
  std::latch first(1);
  std::latch second(1);
  std::atomic<int> runs = 0;
  PeriodicTask task(24h, [&](const std::stop_token&) {
    if (++runs == 1) first.count_down();
    if (runs == 2) second.count_down();
  });
  first.wait();
  task.run_now();
  second.wait();
}

TEST(PeriodicTask, WaitsForItsFirstDelay) {
  std::atomic<int> runs = 0;
  {
    const PeriodicTask task(
        1ms, [&](const std::stop_token&) { ++runs; }, 24h);
  }
  EXPECT_EQ(runs, 0);
}

TEST(PeriodicTask, LetsOtherThreadsGoFirst) {
  constexpr int kNicest = 19;
  const int ours = ::getpriority(PRIO_PROCESS, 0);
  std::latch done(1);
  std::atomic<int> jobs = 0;
  const PeriodicTask task(24h, [&](const std::stop_token&) {
    jobs = ::getpriority(PRIO_PROCESS, 0);
    done.count_down();
  });
  done.wait();
  EXPECT_EQ(jobs, std::min(ours + 10, kNicest));
  EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), ours);
}

TEST(PeriodicTask, TellsARunningJobToStop) {
  std::latch started(1);
  const PeriodicTask task(1h, [&](const std::stop_token& stop) {
    started.count_down();
    std::latch stopped(1);
    const std::stop_callback on_stop(stop, [&] { stopped.count_down(); });
    stopped.wait();
  });
  started.wait();
}  // the destructor would hang if the job were not told

}  // namespace
