#include "web/schedule_body.h"

#include <gtest/gtest.h>

#include <chrono>

namespace web {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using runbook::ScheduleWish;

struct Read {
  ScheduleWish wish;
  std::vector<std::string> faults;  // their places
};

Read read(const char* body) {
  const json object = json::parse(body);
  std::vector<Fault> faults;
  const Object members(object, "", faults, schedule_members());
  Read result{.wish = read_schedule(members, faults), .faults = {}};
  for (const Fault& fault : faults) result.faults.push_back(fault.parameter);
  return result;
}

using Places = std::vector<std::string>;

TEST(ScheduleBody, ReadsBothFormsOfATime) {
  const auto ours = read(R"({"type":"FULL","at":"01:30Z","days":["monday","Friday"],"months":["january"],
                             "occurrences":["first","last"],"window":"4h"})");
  const auto vendors = read(
      R"({"backupType":{"name":"FULL"},"executionType":"TIME","hour":5400000,"daysOfWeek":["MONDAY",{"name":"FRIDAY"}],
               "months":["JANUARY"],"dayOfWeekOccurrences":[{"name":"FIRST_IN_MONTH"},"LAST_IN_MONTH"],
               "startWindowLength":14400000})");
  for (const Read& read : {ours, vendors}) {
    EXPECT_EQ(read.faults, Places());
    EXPECT_EQ(read.wish.type, domain::BackupType::full);
    EXPECT_EQ(read.wish.hour, 1h + 30min);
    EXPECT_EQ(read.wish.days, (std::vector{std::chrono::Monday, std::chrono::Friday}));
    EXPECT_EQ(read.wish.months, std::vector{std::chrono::January});
    EXPECT_EQ(read.wish.occurrences, (std::vector{domain::Occurrence::first, domain::Occurrence::last}));
    EXPECT_EQ(read.wish.window, 4h);
  }
}

TEST(ScheduleBody, ReadsBothFormsOfAnInterval) {
  const domain::Interval interval{6h, 20h, 2h};
  EXPECT_EQ(read(R"({"every":"2h","from":"06:00Z","to":"20:00Z"})").wish.interval, interval);
  EXPECT_EQ(read(R"({"executionType":{"name":"INTERVAL"},"hour":0,
                     "interval":{"startHour":21600000,"endHour":72000000,"frequency":7200000}})")
                .wish.interval,
            interval);
  EXPECT_EQ(read(R"({"every":"10m"})").wish.interval, (domain::Interval{0h, 23h + 59min, 10min}));
}

TEST(ScheduleBody, LeavesAbsentWhatIsNotSaid) {
  const auto nothing = read("{}");
  EXPECT_EQ(nothing.faults, Places());
  EXPECT_EQ(nothing.wish.hour, std::nullopt);
  EXPECT_EQ(nothing.wish.days, std::nullopt);
  EXPECT_EQ(read(R"({"days":[]})").wish.days, std::vector<std::chrono::weekday>());
}

TEST(ScheduleBody, NamesWhatCannotBeMeant) {
  EXPECT_EQ(read(R"({"at":"01:30Z","hour":5400000})").faults, Places{"hour"});
  EXPECT_EQ(read(R"({"at":"01:30Z","every":"2h"})").faults, Places{"every"});
  EXPECT_EQ(read(R"({"at":"01:30Z","from":"00:00Z"})").faults, Places{"from"});
  EXPECT_EQ(read(R"({"days":["moonday"]})").faults, Places{"days"});
  EXPECT_EQ(read(R"({"occurrences":["fifth"]})").faults, Places{"occurrences"});
  EXPECT_EQ(read(R"({"interval":{"startHour":0,"endHour":1,"frequency":120}})").faults,
            Places{"interval.frequency"});
  EXPECT_EQ(read(R"({"hour":1,"interval":{"startHour":0,"endHour":1,"frequency":60000}})").faults,
            Places{"executionType"});
  for (const char* at : {"24:00Z", "1:30Z", "01:30", "01:60Z", "01-30Z", "0x:30Z"})
    EXPECT_EQ(read((R"({"at":")" + std::string(at) + R"("})").c_str()).faults, Places{"at"}) << at;
}

}  // namespace
}  // namespace web
