#include "collector/portion.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "collector/backup_book.h"
#include "collector/backup_reader.h"
#include "collector/sightings_book.h"
#include "collector/task_book.h"
#include "domain/snapshot.h"
#include "support/fake_api.h"
#include "support/fake_ledger.h"
#include "support/manual_clock.h"

// What several exporters that share the tenants of one server do with what is the others'. Of "prod", shard 1
// of 3 has "finance", shard 2 "research", shard 0 what is of no tenant.
namespace {

using namespace std::chrono_literals;
using collector::Portion;
using domain::Shard;
using domain::VmId;
using support::FakeLedger;
using support::FakeServer;
using support::kNoon;

constexpr Shard kNobodys{.index = 0, .count = 3};
constexpr Shard kFinance{.index = 1, .count = 3};
constexpr Shard kResearch{.index = 2, .count = 3};
constexpr auto kKeep = 35 * 24h;

domain::Vm vm(std::string_view guid, std::string_view tenant) {
  domain::Vm vm;
  vm.id = VmId(guid);
  vm.tenant = base::SharedText(tenant);
  return vm;
}

using Vms = std::vector<domain::Vm>;

// One list of the server's VMs as a shard sees it.
struct Part {
  Part(const Shard& shard, Vms listed, const Part* before = nullptr)
      : portion(shard, "prod", listed, before == nullptr ? nullptr : &before->portion),
        vms(std::move(listed)) {
    domain::sort_for_exposition(vms);
  }

  base::Shared<Vms> list() const { return std::make_shared<const Vms>(vms); }

  Portion portion;
  Vms vms;
};

Vms both() { return {vm("a", "finance"), vm("b", "research")}; }
Vms both_of_finance() { return {vm("a", "finance"), vm("b", "finance")}; }

domain::Task task(std::string_view guid, std::string_view entity) {
  domain::Task task;
  task.id = domain::TaskId(guid);
  task.type = base::SharedText("EXPORT");
  task.state = base::SharedText("FINISHED");
  task.entity = VmId(entity);
  return task;
}

domain::Backup backup(std::string_view guid, std::string_view of, base::TimePoint at) {
  domain::Backup backup;
  backup.id = domain::BackupId(guid);
  backup.vm = VmId(of);
  backup.status = domain::BackupStatus::success;
  backup.backup_time = at;
  return backup;
}

std::vector<std::string> guids_of(const auto& by_vm) {
  std::vector<std::string> guids;
  guids.reserve(by_vm.size());
  for (const auto& entry : by_vm) guids.push_back(entry.first.text());
  std::sort(guids.begin(), guids.end());
  return guids;
}

using Guids = std::vector<std::string>;

TEST(Portion, TakesTheVmsOfOtherShardsOutOfTheList) {
  const Part part(kFinance, both());
  EXPECT_EQ(part.vms, (Vms{vm("a", "finance")}));
  EXPECT_TRUE(part.portion.has(VmId("a")));
  EXPECT_TRUE(part.portion.is_of_other(VmId("b")));
  EXPECT_FALSE(part.portion.has(VmId("c")) || part.portion.is_of_other(VmId("c")));
}

TEST(Portion, HasTheTasksOfItsVmsAndOneShardThoseOfNone) {
  const auto tasks_of = [](const Shard& shard) {
    const Part part(shard, both());
    Guids guids;
    for (const std::string entity : {"a", "b", "not listed", ""}) {
      if (part.portion.has(task("1", entity))) guids.push_back(entity);
    }
    return guids;
  };
  EXPECT_EQ(tasks_of(kNobodys), (Guids{"not listed", ""}));
  EXPECT_EQ(tasks_of(kFinance), Guids{"a"});
  EXPECT_EQ(tasks_of(kResearch), Guids{"b"});
  EXPECT_EQ(tasks_of(Shard{}), (Guids{"a", "b", "not listed", ""}));
}

TEST(Portion, KnowsThatVmsCameFromAnotherShardOrWentThere) {
  const Part first(kFinance, both());
  const Part same(kFinance, both(), &first);
  const Part more(kFinance, both_of_finance(), &same);
  const Part fewer(kFinance, both(), &more);
  const Part one_new(kFinance, {vm("a", "finance"), vm("b", "research"), vm("c", "finance")}, &fewer);
  const auto passed = [](const Part& part) {
    return std::pair(part.portion.arrivals(), part.portion.departures());
  };
  using Passed = std::pair<std::uint64_t, std::uint64_t>;
  EXPECT_EQ(passed(same), Passed(0, 0));
  EXPECT_EQ(passed(more), Passed(1, 0));
  EXPECT_EQ(passed(fewer), Passed(1, 1));
  EXPECT_EQ(passed(one_new), Passed(1, 1)) << "a VM that nobody had is new";
}

TEST(Portion, AVmThatIsNotListedAnyMoreStaysWhoseItWas) {
  const Part first(kNobodys, both());
  const Part empty(kNobodys, {}, &first);
  const Part still(kNobodys, {}, &empty);
  EXPECT_TRUE(still.portion.is_of_other(VmId("b")));
  EXPECT_FALSE(still.portion.has(task("1", "b")));
}

TEST(Portion, KnowsWhichVmsCameWithLaterLists) {
  const Part first(kFinance, both());
  const Part more(kFinance, both_of_finance(), &first);
  const Part same(kFinance, both_of_finance(), &more);
  EXPECT_EQ(same.portion.arrived_after(0), std::vector{VmId("b")});
  EXPECT_EQ(same.portion.arrived_after(1), std::vector<VmId>{});
  EXPECT_EQ(Part(kFinance, both(), &same).portion.arrived_after(0), std::vector<VmId>{}) << "it went again";
}

TEST(ShardedTaskBook, CountsAndShowsItsTenantsOnlyAlsoWithASharedLedger) {
  FakeLedger ledger;
  const std::vector<domain::Task> tasks{task("1", "a"), task("2", "b"), task("3", "")};
  const auto counted_by = [&](const Shard& shard) {
    const Part part(shard, both());
    collector::TaskBook book(ledger, "prod", shard);
    std::map<std::string, std::uint64_t> finished;
    const auto counters = book.note(tasks, part.vms, kNoon, part.portion);
    for (const auto& [group, counter] : *counters)
      finished[std::string(group.tenant.view())] = counter.finished;
    return finished;
  };
  using Finished = std::map<std::string, std::uint64_t>;
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(counted_by(kFinance), (Finished{{"finance", 1}}));
    EXPECT_EQ(counted_by(kResearch), (Finished{{"research", 1}}));
    EXPECT_EQ(counted_by(kNobodys), (Finished{{"unassigned", 1}}));
  }
}

TEST(ShardedTaskBook, DoesNotForgetThatAnotherShardHasCountedATask) {
  FakeLedger ledger;
  const std::vector<domain::Task> tasks{task("1", "b")};
  const Part others(kResearch, both());
  collector::TaskBook(ledger, "prod", kResearch).note(tasks, others.vms, kNoon, others.portion);
  const Part part(kFinance, both());
  collector::TaskBook book(ledger, "prod", kFinance);
  for (const auto later : {0h, 20h, 40h}) book.note(tasks, part.vms, kNoon + later, part.portion);
  EXPECT_EQ(ledger.tasks("prod")->counted.size(), 1U);
}

TEST(ShardedSightings, TakeNoVmOfAnotherShardForGoneWithASharedLedger) {
  FakeLedger ledger;
  for (int round = 0; round < 2; ++round) {
    for (const Shard& shard : {kFinance, kResearch}) {
      const Part part(shard, both());
      collector::SightingsBook book(ledger, "prod", kKeep, shard);
      const auto seen = book.note(part.list(), kNoon, {}, part.portion);
      EXPECT_EQ(guids_of(*seen), Guids{shard == kFinance ? "a" : "b"});
    }
  }
  EXPECT_EQ(ledger.sightings("prod")->at(VmId("a")).gone_since, std::nullopt);
  EXPECT_EQ(ledger.sightings("prod")->at(VmId("b")).gone_since, std::nullopt);
}

TEST(ShardedSightings, ShowAVmThatIsGoneInTheShardOfItsLastTenant) {
  FakeLedger ledger;
  for (const Shard& shard : {kFinance, kResearch}) {
    const Part part(shard, both());
    collector::SightingsBook(ledger, "prod", kKeep, shard).note(part.list(), kNoon, {}, part.portion);
  }
  for (const Shard& shard : {kFinance, kResearch}) {
    const Part part(shard, {vm("a", "finance")});
    collector::SightingsBook book(ledger, "prod", kKeep, shard);
    const auto seen = book.note(part.list(), kNoon + 1h, {}, part.portion);
    EXPECT_EQ(seen->contains(VmId("b")), shard == kResearch);
  }
}

TEST(ShardedSightings, LetAVmPassToAnotherShardWithWhatIsKnownOfIt) {
  FakeLedger ledger;
  const Part finance(kFinance, both());
  const Part research(kResearch, both());
  collector::SightingsBook of_finance(ledger, "prod", kKeep, kFinance);
  collector::SightingsBook of_research(ledger, "prod", kKeep, kResearch);
  of_finance.note(finance.list(), kNoon, {}, finance.portion);
  of_research.note(research.list(), kNoon, {}, research.portion);

  const Part more(kFinance, both_of_finance(), &finance);
  const Part none(kResearch, both_of_finance(), &research);
  const auto with_it = of_finance.note(more.list(), kNoon + 1h, {}, more.portion);
  const auto without = of_research.note(none.list(), kNoon + 1h, {}, none.portion);

  EXPECT_EQ(with_it->at(VmId("b")), (domain::Sighting{.first_seen = kNoon, .gone_since = {}, .last = {}}));
  EXPECT_EQ(guids_of(*without), Guids{});
  const auto written = ledger.sightings("prod")->at(VmId("b"));
  EXPECT_EQ(written.gone_since, std::nullopt);
  EXPECT_EQ(written.last->tenant.view(), "finance");
}

class ShardedBackups : public testing::Test {
 protected:
  ShardedBackups() {
    server_.edit([](auto& content) {
      content.backups = {backup("1", "a", kNoon - 30h), backup("2", "b", kNoon - 30h),
                         backup("3", "not listed", kNoon - 30h)};
    });
  }

  Guids read(const Part& part, base::TimePoint at) {
    const auto reading = reader_.read(at, std::make_shared<const Portion>(part.portion));
    EXPECT_TRUE(reading);
    rows_ = reading->rows;
    arrivals_ = reading->arrivals;
    return guids_of(*reading->summaries);
  }

  FakeServer server_;
  support::FakeApi api_{server_};
  collector::BackupReader reader_{api_, {.history = 3 * 24h, .backups_overlap = 2h, .history_refresh = 6h}};
  std::uint64_t rows_ = 0;
  std::uint64_t arrivals_ = 0;
};

TEST_F(ShardedBackups, AreKeptOfAllVmsThatAreNotAnotherShards) {
  EXPECT_EQ(read(Part(kFinance, both()), kNoon), (Guids{"a", "not listed"}));
  EXPECT_EQ(rows_, 3U) << "as the server lists them";
}

TEST_F(ShardedBackups, AreReadAgainWhenAVmCameFromAnotherShardThoughNotAtOnce) {
  const Part first(kFinance, both());
  const Part more(kFinance, both_of_finance(), &first);
  EXPECT_EQ(read(first, kNoon), (Guids{"a", "not listed"}));
  EXPECT_EQ(read(more, kNoon + 9min), (Guids{"a", "not listed"}));
  EXPECT_EQ(arrivals_, 0U);
  EXPECT_EQ(read(more, kNoon + 10min), (Guids{"a", "b", "not listed"}));
  EXPECT_EQ(arrivals_, 1U);
}

TEST_F(ShardedBackups, OfAVmThatIsListedLaterAreThere) {
  const Part none(kFinance, {});
  const Part first(kFinance, both(), &none);
  EXPECT_EQ(read(none, kNoon), (Guids{"a", "b", "not listed"}));
  EXPECT_EQ(read(first, kNoon + 1min), (Guids{"a", "not listed"}));
}

TEST_F(ShardedBackups, AreForgottenOfAVmThatWentToAnotherShard) {
  const Part first(kFinance, both_of_finance());
  EXPECT_EQ(read(first, kNoon), (Guids{"a", "b", "not listed"}));
  EXPECT_EQ(read(Part(kFinance, both(), &first), kNoon + 1min), (Guids{"a", "not listed"}));
}

TEST_F(ShardedBackups, StayWhileAVmIsNotListedForAMoment) {
  const Part first(kFinance, both_of_finance());
  const Part gap(kFinance, {vm("a", "finance")}, &first);
  read(first, kNoon);
  EXPECT_EQ(read(gap, kNoon + 1min), (Guids{"a", "b", "not listed"}));
}

TEST(ShardedBackupBook, HoldsNothingOfTheVmsOfOtherShardsUntilTheyCome) {
  FakeLedger ledger;
  const Part others(kResearch, both());
  collector::BackupBook(ledger, "prod", kKeep)
      .note({{.id = domain::BackupId("1"), .vm = VmId("b"), .at = kNoon - 1h}}, {}, kNoon, others.portion);
  const Part first(kFinance, both());
  collector::BackupBook book(ledger, "prod", kKeep);
  book.note({}, {}, kNoon, first.portion);
  EXPECT_EQ(guids_of(*book.failures()), Guids{});
  const Part more(kFinance, both_of_finance(), &first);
  book.note({}, {}, kNoon, more.portion);
  EXPECT_EQ(guids_of(*book.failures()), Guids{"b"});
}

}  // namespace
