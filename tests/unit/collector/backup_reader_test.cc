#include "collector/backup_reader.h"

#include <gtest/gtest.h>

#include <thread>

#include "support/fake_api.h"
#include "support/manual_clock.h"

namespace {

using namespace std::chrono_literals;
using collector::BackupReader;
using domain::BackupStatus;
using support::FakeApi;
using support::FakeServer;
using support::kNoon;

domain::Backup backup(std::string_view guid, base::TimePoint at,
                      BackupStatus status = BackupStatus::success) {
  domain::Backup backup;
  backup.id = domain::BackupId(guid);
  backup.vm = domain::VmId("vm-1");
  backup.status = status;
  backup.backup_time = at;
  return backup;
}

const collector::Options kOptions{.history = 3 * 24h, .backups_overlap = 2h, .history_refresh = 6h};

base::Shared<collector::Portion> all() { return std::make_shared<const collector::Portion>(); }

std::vector<vprotect::BackupRange> ranges_asked(FakeServer& server) {
  std::vector<vprotect::BackupRange> ranges;
  server.edit([&](FakeServer::Content& content) { ranges.swap(content.ranges); });
  return ranges;
}

// At each call of backups(), until the failure is reset.
void time_out(FakeServer& server) {
  server.edit([](auto& c) {
    c.backup_failure = base::Error{base::ErrorKind::timeout, "GET /backups: timed out"};
  });
}

domain::BackupSummary summary(const base::Result<collector::BackupReading>& reading) {
  return *reading.value().summaries->at(domain::VmId("vm-1"));
}

TEST(BackupReader, ReadsTheWindowInSlicesFromTheNewestOn) {
  FakeServer server;
  FakeApi api(server);
  server.edit([](auto& c) { c.backups = {backup("old", kNoon - 60h), backup("new", kNoon - 1h)}; });
  BackupReader reader(api, kOptions);
  const auto reading = reader.read(kNoon, all());
  EXPECT_EQ(reading->rows, 2U);
  const auto ranges = ranges_asked(server);
  ASSERT_EQ(ranges.size(), 3U);
  EXPECT_EQ(ranges[0].to, std::nullopt);
  EXPECT_EQ(ranges[2].from, kNoon - 72h);
  EXPECT_EQ(ranges[2].to, kNoon - 48h);
}

TEST(BackupReader, ThenAsksOnlyForNewsWithOverlap) {
  FakeServer server;
  FakeApi api(server);
  BackupReader reader(api, kOptions);
  reader.read(kNoon, all()).value();
  ranges_asked(server);
  reader.read(kNoon + 1min, all()).value();
  const auto ranges = ranges_asked(server);
  ASSERT_EQ(ranges.size(), 1U);
  EXPECT_EQ(ranges[0].from, kNoon - 2h);
  EXPECT_EQ(ranges[0].to, std::nullopt);
}

TEST(BackupReader, AsksInTheServersTime) {
  FakeServer server;
  FakeApi api(server);
  server.edit([](auto& c) { c.clock_skew = -5h; });
  BackupReader reader(api, kOptions);
  reader.read(kNoon, all()).value();
  reader.read(kNoon + 1min, all()).value();
  ranges_asked(server);
  reader.read(kNoon + 2min, all()).value();
  EXPECT_EQ(ranges_asked(server).at(0).from, kNoon + 1min - 5h - 2h);
}

TEST(BackupReader, ReadsTheWindowOfAServerWhoseClockIsFarAway) {
  constexpr base::TimePoint kLongAgo = kNoon - 300 * 24h;
  FakeServer server;
  FakeApi api(server);
  server.edit([&](auto& c) {
    c.clock_skew = kLongAgo - kNoon;
    c.backups = {backup("1", kLongAgo - 60h)};
  });
  BackupReader reader(api, kOptions);
  const auto reading = reader.read(kNoon, all());
  EXPECT_EQ(summary(reading).last_success->at, kLongAgo - 60h);
}

TEST(BackupReader, AsksFromTheOldestUnfinishedRowOn) {
  FakeServer server;
  FakeApi api(server);
  server.edit([](auto& c) { c.backups = {backup("slow", kNoon - 20h, BackupStatus::in_progress)}; });
  BackupReader reader(api, kOptions);
  reader.read(kNoon, all()).value();
  ranges_asked(server);
  server.edit([](auto& c) { c.backups = {backup("slow", kNoon - 20h, BackupStatus::success)}; });
  EXPECT_EQ(summary(reader.read(kNoon + 1min, all())).last_success->at, kNoon - 20h);
  EXPECT_EQ(ranges_asked(server).at(0).from, kNoon - 22h);
}

TEST(BackupReader, AServerThatIgnoresTheRangeIsAskedOnceForAll) {
  FakeServer server;
  FakeApi api(server);
  server.edit([](auto& c) {
    c.ignores_range = true;
    c.backups = {backup("old", kNoon - 60h), backup("new", kNoon - 1h)};
  });
  BackupReader reader(api, kOptions);
  EXPECT_EQ(reader.read(kNoon, all())->history, 2U);
  EXPECT_EQ(ranges_asked(server).size(), 2U);
}

TEST(BackupReader, AnErrorKeepsTheSlicesThatAreIn) {
  FakeServer server;
  FakeApi api(server);
  BackupReader reader(api, kOptions);
  time_out(server);
  EXPECT_EQ(reader.read(kNoon, all()).error().kind, base::ErrorKind::timeout);
  server.edit([](auto& c) { c.backup_failure.reset(); });
  ranges_asked(server);
  EXPECT_TRUE(reader.read(kNoon + 1min, all()));
  EXPECT_EQ(ranges_asked(server).size(), 3U);
}

std::size_t requests_of_a_successor(std::chrono::milliseconds history) {
  FakeServer server;
  FakeApi api(server);
  BackupReader first(api, kOptions);
  first.read(kNoon, all()).value();
  collector::Options options = kOptions;
  options.history = history;
  BackupReader second(api, options, first.take_held());
  ranges_asked(server);
  second.read(kNoon + 1min, all()).value();
  return ranges_asked(server).size();
}

TEST(BackupReader, GoesOnWithWhatAnotherOneHeldUnlessItIsToReachFurtherBack) {
  EXPECT_EQ(requests_of_a_successor(kOptions.history), 1U);
  EXPECT_EQ(requests_of_a_successor(kOptions.history - 24h), 1U);
  EXPECT_EQ(requests_of_a_successor(kOptions.history + 24h), 4U);
}

TEST(BackupReader, TellsTheBackupsThatAnotherOneHeldWhileItReachesFurtherBack) {
  FakeServer server;
  FakeApi api(server);
  server.edit([](auto& c) { c.backups = {backup("new", kNoon - 1h)}; });
  BackupReader first(api, kOptions);
  first.read(kNoon, all()).value();
  collector::Options longer = kOptions;
  longer.history += 24h;
  time_out(server);
  BackupReader second(api, longer, first.take_held());
  EXPECT_FALSE(second.read(kNoon + 1min, all()));
  BackupReader third(api, longer, second.take_held());
  EXPECT_EQ(third.runs_of(domain::VmId("vm-1")).value().size(), 1U);
  EXPECT_EQ(second.runs_of(domain::VmId("vm-1")), std::nullopt) << "handed on";
}

TEST(BackupReader, MissesNothingOfTheTimeForWhichAWindowWasInterrupted) {
  FakeServer server;
  FakeApi api(server);
  BackupReader reader(api, kOptions);
  server.edit([](auto& c) { c.fails_after = 1; });
  EXPECT_FALSE(reader.read(kNoon, all()));
  server.edit([](auto& c) {
    c.fails_after.reset();
    c.backups = {backup("meanwhile", kNoon + 1h)};
  });
  EXPECT_EQ(summary(reader.read(kNoon + 5h, all())).last_success->at, kNoon + 1h);
}

TEST(BackupReader, ForgetsWhatTheServerNoLongerHasWhenTheWindowIsReadAgain) {
  FakeServer server;
  FakeApi api(server);
  server.edit([](auto& c) { c.backups = {backup("kept", kNoon - 10h), backup("purged", kNoon - 1h)}; });
  BackupReader reader(api, kOptions);
  reader.read(kNoon, all()).value();
  server.edit([](auto& c) { c.backups.pop_back(); });
  EXPECT_EQ(summary(reader.read(kNoon + 1min, all())).last_success->at, kNoon - 1h);
  EXPECT_EQ(summary(reader.read(kNoon + 6h, all())).last_success->at, kNoon - 10h);
}

TEST(BackupReader, AWindowThatCannotBeReadAgainIsNoReasonToGiveUpTheNews) {
  FakeServer server;
  FakeApi api(server);
  server.edit([](auto& c) { c.backups = {backup("known", kNoon - 1h)}; });
  BackupReader reader(api, kOptions);
  reader.read(kNoon, all()).value();
  time_out(server);
  EXPECT_FALSE(reader.read(kNoon + 7h, all()));
  server.edit([](auto& c) { c.backup_failure.reset(); });
  EXPECT_EQ(reader.read(kNoon + 7h + 1min, all())->rows, 1U);
}

TEST(BackupReader, TellsTheBackupsOfAVmOnceItHasReadTheWindow) {
  FakeServer server;
  FakeApi api(server);
  server.edit([](auto& c) { c.backups = {backup("old", kNoon - 60h), backup("new", kNoon - 1h)}; });
  const domain::VmId vm("vm-1");
  BackupReader reader(api, kOptions);
  EXPECT_EQ(reader.runs_of(vm), std::nullopt);
  EXPECT_EQ(reader.sizes_of(vm, 9), std::nullopt);
  reader.read(kNoon, all()).value();
  ASSERT_EQ(reader.runs_of(vm).value().size(), 2U);
  EXPECT_EQ(reader.runs_of(vm)->front().at, kNoon - 1h);
  EXPECT_TRUE(reader.runs_of(domain::VmId("other")).value().empty());
}

TEST(BackupReader, AWindowThatIsNotCompleteTellsNoBackups) {
  FakeServer server;
  FakeApi api(server);
  time_out(server);
  BackupReader reader(api, kOptions);
  EXPECT_FALSE(reader.read(kNoon, all()));
  EXPECT_EQ(reader.runs_of(domain::VmId("vm-1")), std::nullopt);
}

TEST(BackupReader, TellsTheBackupsOfAVmWhileItReads) {
  FakeServer server;
  FakeApi api(server);
  BackupReader reader(api, kOptions);
  reader.read(kNoon, all()).value();
  const std::jthread asking([&](const std::stop_token& stop) {
    const domain::VmId vm("vm-1");
    for (std::size_t before = 0; !stop.stop_requested();) {
      const std::size_t now = reader.runs_of(vm).value().size();
      EXPECT_GE(now, before);
      EXPECT_LE(reader.sizes_of(vm, 3).value().size(), 3U);
      before = now;
    }
  });
  for (int i = 1; i < 50; ++i) {
    server.edit([&](auto& c) {
      c.backups.push_back(backup(std::to_string(i), kNoon - 72h + i * 20h));
      c.backups.back().size = domain::Bytes{7};
    });
    reader.read(kNoon + i * 1min, all()).value();
  }
  EXPECT_EQ(reader.sizes_of(domain::VmId("vm-1"), 3), std::vector(3, domain::Bytes{7}));
}

}  // namespace
