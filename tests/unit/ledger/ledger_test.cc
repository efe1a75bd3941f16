#include "ledger/ledger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "unit/ledger/rig.h"

// What the interface promises, of each database.
namespace {

using namespace std::chrono_literals;
using ledger::Database;
using ledger_test::contents;
using ledger_test::failure;
using ledger_test::group;
using ledger_test::last_known;
using ledger_test::task;
using ledger_test::task_id;
using ledger_test::vm;
using support::kNoon;
using Seen = std::pair<domain::VmId, domain::Sighting>;

class LedgerTest : public ledger_test::OnEachDatabase {
 protected:
  void SetUp() override {
    OnEachDatabase::SetUp();
    if (!IsSkipped()) reopen();
  }

  ledger::Ledger& ledger() { return *ledger_; }

  void close() { ledger_.reset(); }

  void reopen() {
    close();
    ledger_ = ledger_test::open(url());
  }

  domain::TaskCounters count(const std::vector<ledger::EndedTask>& tasks, base::TimePoint now = kNoon) {
    const auto counters = ledger_->count("prod", tasks, now);
    EXPECT_TRUE(counters);
    return counters ? *counters : domain::TaskCounters();
  }

  domain::FailureCounters count(const std::vector<ledger::FailedBackup>& backups) {
    const auto counters = ledger_->count("prod", backups, kNoon);
    EXPECT_TRUE(counters);
    return counters ? *counters : domain::FailureCounters();
  }

 private:
  std::shared_ptr<ledger::Ledger> ledger_;
};

INSTANTIATE_TEST_SUITE_P(, LedgerTest, testing::Values(Database::sqlite, Database::postgresql),
                         ledger_test::name_of);

TEST_P(LedgerTest, ANewOneIsEmpty) {
  EXPECT_EQ(*ledger().sightings("prod"), domain::Sightings());
  EXPECT_TRUE(ledger().tasks("prod")->counted.empty());
  EXPECT_EQ(ledger().tasks("prod")->counters, domain::TaskCounters());
  EXPECT_TRUE(ledger().backup_failures("prod")->counted.empty());
  EXPECT_EQ(ledger().backup_failures("prod")->counters, domain::FailureCounters());
  EXPECT_EQ(ledger().backup_failures("prod")->counted_from, std::nullopt);
  EXPECT_EQ(ledger().days("prod")->size(), 0);
}

TEST_P(LedgerTest, KeepsSightings) {
  const domain::Sightings seen{{vm("a"), {kNoon, std::nullopt}}, {vm("b"), {kNoon - 1h, kNoon}}};
  ASSERT_TRUE(ledger().note("prod", std::vector<Seen>(seen.begin(), seen.end())));
  reopen();
  EXPECT_EQ(*ledger().sightings("prod"), seen);
}

TEST_P(LedgerTest, AKnownVmKeepsTheEarlierFirstSeen) {
  ASSERT_TRUE(ledger().note("prod", {{vm("a"), {kNoon, kNoon}}, {vm("b"), {kNoon, std::nullopt}}}));
  ASSERT_TRUE(ledger().note("prod", {{vm("a"), {kNoon + 1h, std::nullopt}}, {vm("b"), {kNoon - 1h, kNoon}}}));
  const domain::Sightings expected{{vm("a"), {kNoon, std::nullopt}}, {vm("b"), {kNoon - 1h, kNoon}}};
  EXPECT_EQ(*ledger().sightings("prod"), expected);
}

TEST_P(LedgerTest, OfAVmThatIsNotedTwiceAtOnceTheLastHoldsAndTheEarlierFirstSeen) {
  ASSERT_TRUE(ledger().note("prod", {{vm("a"), {kNoon, kNoon}}, {vm("a"), {kNoon + 1h, std::nullopt}}}));
  EXPECT_EQ(*ledger().sightings("prod"), (domain::Sightings{{vm("a"), {kNoon, std::nullopt}}}));
}

TEST_P(LedgerTest, KeepsWhatWasLastKnownOfAVm) {
  const domain::Sightings seen{{vm("a"), {kNoon, std::nullopt, last_known("web", "finance", "Gold")}},
                               {vm("b"), {kNoon, kNoon, last_known("", "", "")}},
                               {vm("c"), {kNoon, kNoon, nullptr}}};
  ASSERT_TRUE(ledger().note("prod", std::vector<Seen>(seen.begin(), seen.end())));
  reopen();
  EXPECT_EQ(contents(*ledger().sightings("prod")), contents(seen));
}

TEST_P(LedgerTest, WhatWasLastKnownIsReplacedByWhatIsToldAndElseStays) {
  ASSERT_TRUE(
      ledger().note("prod", {{vm("a"), {kNoon, std::nullopt, last_known("web", "finance", "Gold")}}}));
  ASSERT_TRUE(ledger().note("prod", {{vm("a"), {kNoon, kNoon, nullptr}}}));
  EXPECT_EQ(*ledger().sightings("prod")->at(vm("a")).last, *last_known("web", "finance", "Gold"));
  ASSERT_TRUE(ledger().note("prod", {{vm("a"), {kNoon, kNoon, last_known("web-01", "hr", "")}}}));
  EXPECT_EQ(*ledger().sightings("prod")->at(vm("a")).last, *last_known("web-01", "hr", ""));
}

TEST_P(LedgerTest, OfAVmThatIsNotedTwiceAtOnceTheLastThatIsToldIsKnown) {
  ASSERT_TRUE(ledger().note("prod", {{vm("a"), {kNoon, kNoon, last_known("old", "", "")}},
                                     {vm("a"), {kNoon, kNoon, last_known("new", "", "")}},
                                     {vm("a"), {kNoon, kNoon, nullptr}}}));
  EXPECT_EQ(*ledger().sightings("prod")->at(vm("a")).last, *last_known("new", "", ""));
}

TEST_P(LedgerTest, KeepsTheNewestRestoreOfEachVm) {
  const domain::VmId a("a"), b("b");
  ASSERT_TRUE(ledger().note_restores("prod", {{a, kNoon}, {b, kNoon}}));
  ASSERT_TRUE(ledger().note_restores("lab", {{domain::VmId("c"), kNoon}}));
  ASSERT_TRUE(ledger().note_restores("prod", {}));
  EXPECT_EQ(*ledger().last_restores("prod"), (domain::LastRestores{{a, kNoon}, {b, kNoon}}));
  ASSERT_TRUE(ledger().note_restores("prod", {{a, kNoon - 1h}, {b, kNoon + 2h}}));
  EXPECT_EQ(*ledger().last_restores("prod"), (domain::LastRestores{{a, kNoon}, {b, kNoon + 2h}}));
}

TEST_P(LedgerTest, OddNamesOfVmsAreKept) {
  const std::string odd = "'; DROP TABLE ledger_vms; --\n\xF0\x9F\x92\xBE\"";
  const auto said = [&](const std::string& name) {
    EXPECT_TRUE(ledger().note("prod", {{vm("a"), {kNoon, kNoon, last_known(name, name, name)}}}));
    return *ledger().sightings("prod")->at(vm("a")).last;
  };
  EXPECT_EQ(said(odd), *last_known(odd, odd, odd));
  EXPECT_EQ(said("a\xFF"), *last_known("a\xEF\xBF\xBD", "a\xEF\xBF\xBD", "a\xEF\xBF\xBD"));
  EXPECT_EQ(said(std::string(3000, 'x')).name.size(), 500U);
}

// As version 1 of the tables was.
TEST_P(LedgerTest, AnOlderOneGetsTheColumnsThatItLacksAndKeepsItsRows) {
  close();
  ledger_test::drop_journal(url());
  for (const char* column : {"name", "tenant", "policy"})
    ledger_test::execute(url(), std::string("ALTER TABLE ledger_vms DROP COLUMN ") + column);
  ledger_test::execute(url(), "DELETE FROM ledger_migrations WHERE number > 1");
  ledger_test::execute(url(), "INSERT INTO ledger_vms (server, id, first_seen) VALUES ('prod', 'a', 7)");
  reopen();
  const base::TimePoint seven(7ms);
  EXPECT_EQ(contents(*ledger().sightings("prod")), contents({{vm("a"), {seven, std::nullopt, nullptr}}}));
  ASSERT_TRUE(ledger().note("prod", {{vm("a"), {kNoon, kNoon, last_known("web", "finance", "Gold")}}}));
  EXPECT_EQ(contents(*ledger().sightings("prod")),
            contents({{vm("a"), {seven, kNoon, last_known("web", "finance", "Gold")}}}));
}

TEST_P(LedgerTest, KeepsTimesBefore1970) {
  const base::TimePoint long_ago(-1ms);
  ASSERT_TRUE(ledger().note("prod", {{vm("a"), {long_ago, long_ago}}}));
  EXPECT_EQ(*ledger().sightings("prod"), (domain::Sightings{{vm("a"), {long_ago, long_ago}}}));
}

TEST_P(LedgerTest, ForgetsAllThatIsKeptOfAVm) {
  const auto strip = std::make_shared<const domain::DayStrip>();
  for (const char* name : {"a", "b"}) {
    ASSERT_TRUE(ledger().note("prod", {{vm(name), {kNoon, std::nullopt}}}));
    ASSERT_TRUE(ledger().note("prod", {{vm(name), strip}}));
    count({failure(std::string("of ") + name, name, kNoon)});
  }
  ASSERT_TRUE(ledger().forget("prod", std::vector{vm("a")}));
  EXPECT_EQ(*ledger().sightings("prod"), (domain::Sightings{{vm("b"), {kNoon, std::nullopt}}}));
  EXPECT_EQ(ledger().backup_failures("prod")->counters, (domain::FailureCounters{{vm("b"), {1, kNoon}}}));
  const auto days = ledger().days("prod");
  EXPECT_EQ(days->size(), 1);
  EXPECT_TRUE(days->contains(vm("b")));
}

TEST_P(LedgerTest, CountsTasksByTenantAndType) {
  auto other = task("3");
  other.tenant = base::SharedText("hr");
  const domain::TaskCounters expected{{group("finance", "EXPORT"), {2, 1, kNoon}},
                                      {group("finance", "STORE"), {1, 0, kNoon}},
                                      {group("hr", "EXPORT"), {1, 0, kNoon}}};
  EXPECT_EQ(count({task("1"), task("2", true), other, task("4", false, "STORE")}), expected);
  EXPECT_EQ(ledger().tasks("prod")->counters, expected);
}

TEST_P(LedgerTest, CountsATaskOnceHoweverOftenItComes) {
  count({task("1"), task("1")});
  EXPECT_EQ(count({task("1")}), (domain::TaskCounters{{group("finance", "EXPORT"), {1, 0, kNoon}}}));
}

TEST_P(LedgerTest, CountsATaskOnceMoreWhenItTurnsOutToHaveFailed) {
  count({task("1"), task("2")});
  const domain::TaskCounters expected{{group("finance", "EXPORT"), {2, 1, kNoon}}};
  EXPECT_EQ(count({task("1", true)}), expected);
  EXPECT_EQ(count({task("1", true)}), expected);
  EXPECT_EQ(count({task("1")}), expected) << "a failure stays one";
  const std::unordered_map<domain::TaskId, bool> counted{{task_id("1"), true}, {task_id("2"), false}};
  EXPECT_EQ(ledger().tasks("prod")->counted, counted);
}

TEST_P(LedgerTest, OfATaskThatComesTwiceAtOnceTheFailureCounts) {
  EXPECT_EQ(count({task("1", true), task("1")}),
            (domain::TaskCounters{{group("finance", "EXPORT"), {1, 1, kNoon}}}));
}

TEST_P(LedgerTest, ReturnsOnlyTheGroupsThatWereAskedAbout) {
  count({task("1"), task("2", false, "STORE")});
  EXPECT_EQ(count({task("3", false, "STORE")}),
            (domain::TaskCounters{{group("finance", "STORE"), {2, 0, kNoon}}}));
}

TEST_P(LedgerTest, CountersAndTheirCreationSurviveAReopening) {
  count({task("1")}, kNoon);
  reopen();
  const domain::TaskCounters expected{{group("finance", "EXPORT"), {2, 1, kNoon}}};
  EXPECT_EQ(count({task("1"), task("2", true)}, kNoon + 1h), expected);
  reopen();
  EXPECT_EQ(ledger().tasks("prod")->counters, expected);
}

TEST_P(LedgerTest, AForgottenTaskStaysInTheCounters) {
  count({task("1"), task("2", true)});
  ASSERT_TRUE(ledger().forget("prod", std::vector{task_id("1"), task_id("unknown")}));
  const auto book = ledger().tasks("prod");
  EXPECT_EQ(book->counted, (std::unordered_map<domain::TaskId, bool>{{task_id("2"), true}}));
  EXPECT_EQ(book->counters, (domain::TaskCounters{{group("finance", "EXPORT"), {2, 1, kNoon}}}));
}

TEST_P(LedgerTest, CountsFailedBackupsByVm) {
  const domain::FailureCounters expected{{vm("a"), {2, kNoon}}, {vm("b"), {1, kNoon}}};
  EXPECT_EQ(count({failure("1", "a", kNoon), failure("2", "a", kNoon + 1h), failure("3", "b", kNoon)}),
            expected);
  reopen();
  const auto book = ledger().backup_failures("prod");
  EXPECT_EQ(book->counters, expected);
  const std::unordered_map<domain::BackupId, base::TimePoint> counted{
      {domain::BackupId("1"), kNoon}, {domain::BackupId("2"), kNoon + 1h}, {domain::BackupId("3"), kNoon}};
  EXPECT_EQ(book->counted, counted);
}

TEST_P(LedgerTest, CountsAFailedBackupOnceHoweverOftenItComes) {
  count({failure("1", "a", kNoon), failure("1", "a", kNoon)});
  EXPECT_EQ(count({failure("1", "a", kNoon), failure("2", "b", kNoon)}),
            (domain::FailureCounters{{vm("a"), {1, kNoon}}, {vm("b"), {1, kNoon}}}));
}

TEST_P(LedgerTest, CountsNoBackupFromBeforeWhatWasForgotten) {
  count({failure("old", "a", kNoon - 1ms), failure("new", "a", kNoon)});
  ASSERT_TRUE(ledger().forget_failures_before("prod", kNoon));
  reopen();
  EXPECT_EQ(count({failure("old", "a", kNoon - 1ms), failure("older", "b", kNoon - 2h)}),
            (domain::FailureCounters{{vm("a"), {2, kNoon}}}));
  const auto book = ledger().backup_failures("prod");
  EXPECT_EQ(book->counted_from, kNoon);
  EXPECT_EQ(book->counted,
            (std::unordered_map<domain::BackupId, base::TimePoint>{{domain::BackupId("new"), kNoon}}));
}

TEST_P(LedgerTest, CountsABackupOfTheVeryMomentFromWhichItCounts) {
  ASSERT_TRUE(ledger().forget_failures_before("prod", kNoon));
  EXPECT_EQ(count({failure("1", "a", kNoon)}), (domain::FailureCounters{{vm("a"), {1, kNoon}}}));
}

TEST_P(LedgerTest, WhatWasForgottenStaysForgotten) {
  ASSERT_TRUE(ledger().forget_failures_before("prod", kNoon));
  ASSERT_TRUE(ledger().forget_failures_before("prod", kNoon - 1h));
  EXPECT_EQ(ledger().backup_failures("prod")->counted_from, kNoon);
}

domain::DayStrip strip(std::vector<domain::DayResults> days) {
  return {std::chrono::floor<std::chrono::days>(kNoon), std::move(days)};
}

TEST_P(LedgerTest, KeepsDays) {
  const domain::DayStrip days = strip({{1, 0}, {0, 0}, {65535, 65535}, {0, 2}});
  const std::pair noted(vm("a"), std::make_shared<const domain::DayStrip>(days));
  const std::pair nothing(vm("b"), std::make_shared<const domain::DayStrip>(strip({})));
  ASSERT_TRUE(ledger().note(
      "prod", std::vector<std::pair<domain::VmId, base::Shared<domain::DayStrip>>>{noted, nothing}));
  reopen();
  const auto kept = ledger().days("prod");
  ASSERT_EQ(kept->size(), 2);
  EXPECT_EQ(*kept->at(vm("a")), days);
  EXPECT_EQ(*kept->at(vm("b")), strip({}));
}

TEST_P(LedgerTest, ReplacesDays) {
  ASSERT_TRUE(ledger().note("prod", {{vm("a"), std::make_shared<const domain::DayStrip>(strip({{1, 0}}))}}));
  const domain::DayStrip later{strip({}).begin + std::chrono::days(1), {{0, 3}, {2, 0}}};
  ASSERT_TRUE(ledger().note("prod", {{vm("a"), std::make_shared<const domain::DayStrip>(later)}}));
  EXPECT_EQ(*ledger().days("prod")->at(vm("a")), later);
}

TEST_P(LedgerTest, ServersDoNotMix) {
  count({task("1")});
  count({failure("1", "a", kNoon)});
  ASSERT_TRUE(ledger().note("prod", {{vm("a"), {kNoon, std::nullopt}}}));
  ASSERT_TRUE(ledger().forget_failures_before("lab", kNoon + 1h));
  ASSERT_TRUE(ledger().forget("lab", std::vector{vm("a")}));
  ASSERT_TRUE(ledger().forget("lab", std::vector{task_id("1")}));
  EXPECT_EQ(ledger().count("lab", std::vector{task("1")}, kNoon)->at(group("finance", "EXPORT")).finished, 1);
  EXPECT_EQ(*ledger().sightings("lab"), domain::Sightings());
  EXPECT_EQ(ledger().sightings("prod")->size(), 1);
  EXPECT_EQ(ledger().tasks("prod")->counted.size(), 1);
  EXPECT_EQ(ledger().backup_failures("prod")->counted_from, std::nullopt);
  EXPECT_EQ(ledger().backup_failures("prod")->counters.size(), 1);
}

TEST_P(LedgerTest, AnEmptyBatchChangesNothing) {
  EXPECT_EQ(count(std::vector<ledger::EndedTask>()), domain::TaskCounters());
  EXPECT_EQ(count(std::vector<ledger::FailedBackup>()), domain::FailureCounters());
  EXPECT_TRUE(ledger().note("prod", std::vector<Seen>()));
  EXPECT_TRUE(ledger().forget("prod", std::vector<domain::VmId>()));
  EXPECT_TRUE(ledger().forget("prod", std::vector<domain::TaskId>()));
  EXPECT_EQ(*ledger().sightings("prod"), domain::Sightings());
}

TEST_P(LedgerTest, OddTextIsKeptAsItIs) {
  int number = 0;
  for (const std::string_view text :
       {"", "it's \"odd\" :p0 ? $1 %s \\ ; --", "\xF0\x9F\x92\xBE", "a\nb\t\x01", " a ", "A"}) {
    const auto kept = count({task(std::to_string(++number), false, text)});
    EXPECT_EQ(kept, (domain::TaskCounters{{group("finance", text), {1, 0, kNoon}}}));
  }
}

TEST_P(LedgerTest, OddTextThatCannotBeKeptIsReplaced) {
  using namespace std::string_view_literals;
  const domain::TaskCounters kept{{group("finance", "a\uFFFD\uFFFDb"), {1, 0, kNoon}}};
  EXPECT_EQ(count({task("1", false,
                        "a\0\xFF"
                        "b"sv)}),
            kept);
  EXPECT_EQ(ledger().tasks("prod")->counters, kept);
}

TEST_P(LedgerTest, TextOfAnyLengthIsKeptApart) {
  const std::string text(100000, 'x');
  count({task("1", false, text + "1"), task("2", false, text + "2")});
  EXPECT_EQ(count({task("3", false, text + "1")}).begin()->second.finished, 2);
  EXPECT_EQ(ledger().tasks("prod")->counters.size(), 2);
}

TEST_P(LedgerTest, OddTextIsAnIdLikeAnyOther) {
  using namespace std::string_view_literals;
  const auto odd = domain::TaskId("no uuid \0 \xFF '"sv);
  for (int time = 0; time < 2; ++time) {
    const auto counters =
        ledger().count("o'server", {{odd, base::SharedText(), base::SharedText(), false}}, kNoon);
    EXPECT_EQ(*counters, (domain::TaskCounters{{group("", ""), {1, 0, kNoon}}}));
  }
  ASSERT_TRUE(ledger().forget("o'server", std::vector{odd}));
  EXPECT_TRUE(ledger().tasks("o'server")->counted.empty());
}

// More rows than one statement takes, and not a multiple of them.
constexpr int kMany = 1203;

std::vector<ledger::EndedTask> many_tasks(int begin, int end) {
  std::vector<ledger::EndedTask> tasks;
  for (int number = begin; number < end; ++number) {
    tasks.push_back(task(std::to_string(number), number % 3 == 0, "TYPE " + std::to_string(number % 5)));
  }
  return tasks;
}

domain::TaskCounter sum(const domain::TaskCounters& counters) {
  domain::TaskCounter all;
  for (const auto& [_, counter] : counters) {
    all.finished += counter.finished;
    all.failures += counter.failures;
  }
  return all;
}

TEST_P(LedgerTest, CountsManyTasksAtOnce) {
  count(many_tasks(0, 700));
  const domain::TaskCounter all = sum(count(many_tasks(0, kMany)));
  EXPECT_EQ(all.finished, kMany);
  EXPECT_EQ(all.failures, kMany / 3);
  EXPECT_EQ(ledger().tasks("prod")->counted.size(), kMany);
}

TEST_P(LedgerTest, CountsFailuresOfManyVmsAtOnce) {
  std::vector<ledger::FailedBackup> backups;
  backups.reserve(kMany);
  for (int number = 0; number < kMany; ++number) {
    backups.push_back(failure(std::to_string(number), std::to_string(number % 1000), kNoon));
  }
  const auto counters = count(backups);
  EXPECT_EQ(counters.size(), 1000);
  EXPECT_EQ(counters.at(vm("0")).count, 2);
  EXPECT_EQ(counters.at(vm("999")).count, 1);
  EXPECT_EQ(count(backups), counters);
}

TEST_P(LedgerTest, NotesAndForgetsManyVmsAtOnce) {
  std::vector<Seen> seen;
  std::vector<domain::VmId> ids;
  for (int number = 0; number < kMany; ++number) {
    ids.push_back(vm(std::to_string(number)));
    seen.push_back({ids.back(), {kNoon + std::chrono::milliseconds(number), std::nullopt}});
  }
  ASSERT_TRUE(ledger().note("prod", seen));
  EXPECT_EQ(*ledger().sightings("prod"), domain::Sightings(seen.begin(), seen.end()));
  ASSERT_TRUE(ledger().forget("prod", std::vector(ids.begin() + 1, ids.end())));
  EXPECT_EQ(*ledger().sightings("prod"), (domain::Sightings{{vm("0"), {kNoon, std::nullopt}}}));
}

TEST_P(LedgerTest, ABatchThatFailsHalfWayLeavesNothing) {
  close();
  ledger_test::execute(url(), "DROP TABLE ledger_task_counters");  // written after the tasks
  reopen();
  EXPECT_FALSE(ledger().count("prod", many_tasks(0, kMany), kNoon));
  EXPECT_TRUE(ledger().sightings("prod")) << "what is whole still works";
  close();
  EXPECT_EQ(ledger_test::number_of(url(), "SELECT count(*) FROM ledger_tasks"), 0);
}

TEST_P(LedgerTest, DaysThatCannotBeReadAreAnError) {
  close();
  ledger_test::execute(url(), "INSERT INTO ledger_days VALUES ('prod', 'a', 1, '1;nonsense;')");
  reopen();
  const auto days = ledger().days("prod");
  ASSERT_FALSE(days);
  EXPECT_NE(days.error().message.find(": the days of VM a cannot be read"), std::string::npos);
}

TEST_P(LedgerTest, OneOfANewerVersionIsRefused) {
  close();
  ledger_test::execute(url(), "INSERT INTO ledger_migrations VALUES (7)");
  EXPECT_EQ(ledger_test::refusal(url()),
            "cannot open the ledger " + ledger_test::location(url()).text +
                ": it was written by a newer version: schema 7, this program knows 3");
}

TEST_P(LedgerTest, ManyThreadsCountEachTaskOnce) {
  const auto tasks = many_tasks(0, kMany);
  ledger_test::at_once(6, [&](int) { EXPECT_TRUE(ledger().count("prod", tasks, kNoon)); });
  EXPECT_EQ(sum(ledger().tasks("prod")->counters).finished, kMany);
}

}  // namespace
