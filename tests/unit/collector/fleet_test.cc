#include "collector/fleet.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "support/fake_api.h"
#include "support/fake_ledger.h"
#include "support/manual_clock.h"
#include "support/wait.h"

namespace {

using namespace std::chrono_literals;
using collector::Fleet;
using collector::Member;
using support::FakeServer;
using support::kNoon;

domain::Vm vm(std::string_view guid, std::string_view project) {
  domain::Vm vm;
  vm.id = domain::VmId(guid);
  vm.name = guid;
  vm.project.name = base::SharedText(project);
  return vm;
}

// Intervals of a few milliseconds: the collectors poll on, and the test waits for the snapshot that it wants.
const collector::Options kFast{.interval = 5ms, .tasks_interval = 5ms, .slow_interval = 5ms};
const collector::FleetOptions kTicking{.tick = 5ms, .derive = {.stale_after = 15min}};

Member member(std::string name, FakeServer& server, collector::TenantOptions tenants = {}) {
  return {.name = std::move(name), .options = kFast, .tenants = std::move(tenants), .connect = [&server] {
            return std::make_unique<support::FakeApi>(server);
          }};
}

std::vector<Member> members(Member first) {
  std::vector<Member> result;
  result.push_back(std::move(first));
  return result;
}

class Snapshots {
 public:
  Fleet::Publish publish() {
    return [this](base::Shared<domain::Snapshot> snapshot) {
      const std::lock_guard lock(mutex_);
      latest_ = std::move(snapshot);
      changed_.notify_all();
    };
  }

  // The first snapshot from now on of which `wanted` is true; null when none came within the limit.
  base::Shared<domain::Snapshot> wait_for(const std::function<bool(const domain::Snapshot&)>& wanted) {
    std::unique_lock lock(mutex_);
    const bool came = changed_.wait_for(lock, 20s, [&] { return latest_ && wanted(*latest_); });
    return came ? latest_ : nullptr;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  base::Shared<domain::Snapshot> latest_;
};

bool has_vm(const domain::ServerState& server, std::string_view guid) {
  const auto is_it = [&](const domain::Vm& vm) { return vm.id == domain::VmId(guid); };
  return std::any_of(server.vms->begin(), server.vms->end(), is_it);
}

const base::Error kRefused{base::ErrorKind::unreachable, "GET /virtual-machines: refused"};

bool is_up(const domain::Snapshot& snapshot) { return snapshot.servers[0].up; }
bool is_down(const domain::Snapshot& snapshot) { return !is_up(snapshot); }

TEST(Fleet, TheFirstSnapshotHasEveryResourceTried) {
  FakeServer server;
  server.edit([](auto& c) { c.vms = {vm("a", "finance")}; });
  support::ManualClock clock(kNoon);
  Snapshots snapshots;
  support::FakeLedger ledger;
  const Fleet fleet(members(member("prod", server)), kTicking, ledger, clock, snapshots.publish());
  const auto first = snapshots.wait_for([](const domain::Snapshot&) { return true; });
  ASSERT_TRUE(first);
  for (const domain::SourceState& source : first->servers.at(0).sources)
    EXPECT_EQ(source.health.last_attempt, kNoon);
  EXPECT_EQ(first->servers[0].vms->at(0).tenant.view(), "finance");
}

TEST(Fleet, KeepsTheLastVmsWhileTheServerIsUnreachableAndLetsAgesGrow) {
  FakeServer server;
  domain::Vm machine = vm("a", "finance");
  machine.last_backup = kNoon - 2h;
  server.edit([&](auto& c) { c.vms = {machine}; });
  support::ManualClock clock(kNoon);
  Snapshots snapshots;
  support::FakeLedger ledger;
  const Fleet fleet(members(member("prod", server)), kTicking, ledger, clock, snapshots.publish());
  ASSERT_TRUE(snapshots.wait_for(is_up));
  server.edit([](auto& c) { c.failure = kRefused; });
  ASSERT_TRUE(snapshots.wait_for(is_down));
  clock.advance(10min);
  const auto later =
      snapshots.wait_for([](const domain::Snapshot& s) { return s.taken_at == kNoon + 10min; });
  ASSERT_TRUE(later);
  EXPECT_EQ(later->servers[0].vm_states.at(0).age, 130min);
}

TEST(Fleet, DropsDataThatIsOlderThanStaleAfter) {
  FakeServer server;
  server.edit([](auto& c) { c.vms = {vm("a", "finance")}; });
  support::ManualClock clock(kNoon);
  Snapshots snapshots;
  support::FakeLedger ledger;
  const Fleet fleet(members(member("prod", server)), kTicking, ledger, clock, snapshots.publish());
  ASSERT_TRUE(snapshots.wait_for(is_up));
  server.edit([](auto& c) { c.failure = kRefused; });
  ASSERT_TRUE(snapshots.wait_for(is_down));
  clock.advance(16min);
  EXPECT_TRUE(snapshots.wait_for([](const domain::Snapshot& s) { return s.servers[0].vms->empty(); }));
}

TEST(Fleet, AResourceThatHangsDelaysNoOtherAndEndsWhenTheFleetDoes) {
  FakeServer server;
  server.edit([](auto& c) { c.hangs_at_tasks = true; });
  support::ManualClock clock(kNoon);
  Snapshots snapshots;
  support::FakeLedger ledger;
  const Fleet fleet(members(member("prod", server)), kTicking, ledger, clock, snapshots.publish());
  clock.advance(Fleet::first_snapshot_wait);
  ASSERT_TRUE(snapshots.wait_for(is_up));
  server.edit([](auto& c) { c.vms = {vm("new", "finance")}; });
  EXPECT_TRUE(snapshots.wait_for([](const domain::Snapshot& s) { return has_vm(s.servers[0], "new"); }));
}

TEST(Fleet, AServerThatFailsLeavesTheOthersAlone) {
  FakeServer good;
  FakeServer bad;
  good.edit([](auto& c) { c.vms = {vm("a", "finance")}; });
  bad.edit([](auto& c) {
    c.failure = base::Error{base::ErrorKind::unauthorized, "POST /session/login: 401"};
  });
  support::ManualClock clock(kNoon);
  Snapshots snapshots;
  std::vector<Member> both = members(member("good", good));
  both.push_back(member("bad", bad));
  support::FakeLedger ledger;
  const Fleet fleet(both, kTicking, ledger, clock, snapshots.publish());
  const auto snapshot = snapshots.wait_for([](const domain::Snapshot& s) { return s.servers.size() == 2; });
  ASSERT_TRUE(snapshot);
  EXPECT_TRUE(snapshot->servers[0].up);
  EXPECT_FALSE(snapshot->servers[1].up);
  EXPECT_EQ(snapshot->servers[1].sources[0].health.error->message, "POST /session/login: 401");
}

TEST(Fleet, AReplacedCollectorGoesOnWithTheDataItsPredecessorRead) {
  FakeServer before;
  FakeServer after;
  before.edit([](auto& c) { c.vms = {vm("a", "finance")}; });
  after.edit([](auto& c) { c.failure = kRefused; });
  support::ManualClock clock(kNoon);
  Snapshots snapshots;
  support::FakeLedger ledger;
  Fleet fleet(members(member("prod", before)), kTicking, ledger, clock, snapshots.publish());
  ASSERT_TRUE(snapshots.wait_for(is_up));
  Member successor = member("prod", after);
  successor.keep = Member::Keep::data;
  fleet.replace(members(std::move(successor)), kTicking);
  const auto snapshot = snapshots.wait_for(is_down);
  ASSERT_TRUE(snapshot);
  EXPECT_TRUE(has_vm(snapshot->servers[0], "a"));
}

TEST(Fleet, NewTenantsHoldAtOnceForTheDataThatIsKept) {
  FakeServer before;
  FakeServer after;
  before.edit([](auto& c) { c.vms = {vm("a", "finance")}; });
  after.edit([](auto& c) { c.failure = kRefused; });
  support::ManualClock clock(kNoon);
  Snapshots snapshots;
  support::FakeLedger ledger;
  Fleet fleet(members(member("prod", before)), kTicking, ledger, clock, snapshots.publish());
  ASSERT_TRUE(snapshots.wait_for(is_up));
  Member successor = member("prod", after, {.rules = {{"money", {"finance"}}}, .filter = ""});
  successor.keep = Member::Keep::data;
  fleet.replace(members(std::move(successor)), kTicking);
  const auto snapshot = snapshots.wait_for(is_down);
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->servers[0].vms->at(0).tenant.view(), "money");
}

TEST(Fleet, AServerThatLeavesTheConfigurationLeavesTheSnapshot) {
  FakeServer kept;
  FakeServer gone;
  support::ManualClock clock(kNoon);
  Snapshots snapshots;
  std::vector<Member> both = members(member("kept", kept));
  both.push_back(member("gone", gone));
  support::FakeLedger ledger;
  Fleet fleet(both, kTicking, ledger, clock, snapshots.publish());
  Member same = member("kept", kept);
  same.keep = Member::Keep::everything;
  fleet.replace(members(std::move(same)), kTicking);
  const auto snapshot = snapshots.wait_for([](const domain::Snapshot& s) { return s.servers.size() == 1; });
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->servers[0].name, "kept");
}

const collector::TenantOptions kFiltered{.rules = {{"finance", {"p1"}}, {"hr", {"p2"}}},
                                         .filter = "project-uuid"};

std::string tenant_of(const domain::ServerState& server, std::string_view guid) {
  for (const domain::Vm& vm : *server.vms) {
    if (vm.id == domain::VmId(guid)) return vm.tenant.str();
  }
  return "(no such VM)";
}

TEST(TenantFilter, TellsTheTenantsOfAListThatDoesNotNameProjects) {
  FakeServer server;
  server.edit([](auto& c) {
    c.vms = {vm("a", ""), vm("b", ""), vm("c", ""), vm("d", "")};
    c.vms_of_project = {{"p1", {vm("a", ""), vm("d", "")}}, {"p2", {vm("b", ""), vm("d", "")}}};
  });
  support::ManualClock clock(kNoon);
  Snapshots snapshots;
  support::FakeLedger ledger;
  const Fleet fleet(members(member("prod", server, kFiltered)), kTicking, ledger, clock, snapshots.publish());
  const auto snapshot = snapshots.wait_for(is_up);
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(tenant_of(snapshot->servers[0], "a"), "finance");
  EXPECT_EQ(tenant_of(snapshot->servers[0], "b"), "hr");
  EXPECT_EQ(tenant_of(snapshot->servers[0], "c"), "unassigned");
  EXPECT_EQ(tenant_of(snapshot->servers[0], "d"), "unassigned") << "two tenants were given it";
  EXPECT_EQ(snapshot->servers[0].tenant_filter_effective, true);
}

TEST(TenantFilter, ThatIsIgnoredGivesNobodyTheVmsOfOthers) {
  FakeServer server;
  server.edit([](auto& c) {
    c.vms = {vm("a", "")};
    c.ignores_filter = true;
  });
  support::ManualClock clock(kNoon);
  Snapshots snapshots;
  support::FakeLedger ledger;
  const Fleet fleet(members(member("prod", server, kFiltered)), kTicking, ledger, clock, snapshots.publish());
  const auto snapshot = snapshots.wait_for(is_up);
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(tenant_of(snapshot->servers[0], "a"), "unassigned");
  EXPECT_EQ(snapshot->servers[0].tenant_filter_effective, false);
}

TEST(Fleet, RemembersInTheLedgerWhatTheServerListed) {
  FakeServer server;
  server.edit([](FakeServer::Content& content) {
    content.vms = {vm("a", "finance")};
    domain::Task failed;
    failed.id = domain::TaskId("t");
    failed.type = base::SharedText("EXPORT");
    failed.state = base::SharedText("FAILED");
    failed.entity = domain::VmId("a");
    content.tasks = {failed};
    domain::Backup backup;
    backup.id = domain::BackupId("b");
    backup.vm = domain::VmId("a");
    backup.status = domain::BackupStatus::failed;
    backup.backup_time = support::kNoon - 1h;
    content.backups = {backup};
  });
  const support::ManualClock clock(support::kNoon);
  Snapshots snapshots;
  support::FakeLedger ledger;
  const Fleet fleet(members(member("prod", server)), kTicking, ledger, clock, snapshots.publish());
  const auto snapshot = snapshots.wait_for([](const domain::Snapshot& s) {
    const domain::Memory& memory = s.servers[0].memory;
    return memory.tasks && !memory.tasks->empty() && memory.backup_failures &&
           !memory.backup_failures->empty() && memory.sightings && !memory.sightings->empty();
  });
  ASSERT_NE(snapshot, nullptr);
  const domain::TaskGroupId exports{base::SharedText("finance"), base::SharedText("EXPORT")};
  EXPECT_EQ(snapshot->servers[0].memory.tasks->at(exports).failures, 1U);
  EXPECT_EQ(snapshot->servers[0].vm_states.at(0).backup_failures, 1U);
  EXPECT_EQ(ledger.sightings("prod")->at(domain::VmId("a")).first_seen, support::kNoon);
  EXPECT_EQ(ledger.days("prod")->at(domain::VmId("a"))->days, (std::vector<domain::DayResults>{{0, 1}}));
}

TEST(Fleet, TellsHowCompleteAReadWas) {
  FakeServer server;
  server.edit([](FakeServer::Content& content) {
    content.failure = content.backup_failure =
        base::Error{base::ErrorKind::incomplete, "GET /tasks: 9 of 10 rows"};
  });
  const support::ManualClock clock(support::kNoon);
  Snapshots snapshots;
  support::FakeLedger ledger;
  const Fleet fleet(members(member("prod", server)), kTicking, ledger, clock, snapshots.publish());
  const auto snapshot = snapshots.wait_for([](const domain::Snapshot& s) {
    const auto& sources = s.servers[0].sources;
    return std::all_of(sources.begin(), sources.end(),
                       [](const auto& source) { return source.health.incomplete_reads > 1; });
  });
  EXPECT_NE(snapshot, nullptr);
}

domain::Backup success(std::string_view guid, std::string_view vm, std::uint64_t size) {
  domain::Backup backup;
  backup.id = domain::BackupId(guid);
  backup.vm = domain::VmId(vm);
  backup.status = domain::BackupStatus::success;
  backup.backup_time = support::kNoon - 1h;
  backup.size = domain::Bytes{size};
  return backup;
}

bool knows_backups(const domain::Snapshot& snapshot) {
  return snapshot.servers[0].history_backups.has_value();
}

TEST(Fleet, TellsTheBackupsOfOneVmOfOneServer) {
  FakeServer server;
  server.edit([](FakeServer::Content& content) {
    content.backups = {success("1", "a", 7), success("2", "b", 8)};
  });
  const support::ManualClock clock(support::kNoon);
  Snapshots snapshots;
  support::FakeLedger ledger;
  const Fleet fleet(members(member("prod", server)), kTicking, ledger, clock, snapshots.publish());
  ASSERT_TRUE(snapshots.wait_for(knows_backups));
  const auto runs = fleet.backups_of("prod", domain::VmId("a"));
  ASSERT_EQ(runs.value().size(), 1U);
  EXPECT_EQ(runs->front().id, domain::BackupId("1"));
  EXPECT_EQ(fleet.sizes_of("prod", domain::VmId("b"), 9), std::vector{domain::Bytes{8}});
  EXPECT_EQ(fleet.backups_of("prod", domain::VmId("unheard of")), std::vector<domain::BackupRun>());
  EXPECT_EQ(fleet.backups_of("lab", domain::VmId("a")), std::nullopt);
  EXPECT_EQ(fleet.sizes_of("lab", domain::VmId("a"), 9), std::nullopt);
}

// From when on a collector asks for backups first that follows one which has read them all, a minute later.
base::TimePoint first_asked_by_successor(Member::Keep keep, const domain::Shard& shard = {}) {
  FakeServer before;
  FakeServer after;
  for (FakeServer* server : {&before, &after}) server->edit([](auto& c) { c.vms = {vm("a", "finance")}; });
  support::ManualClock clock(kNoon);
  Snapshots snapshots;
  support::FakeLedger ledger;
  Member first = member("prod", before);
  first.options.interval = 1h;
  first.options.shard = shard;
  Fleet fleet(members(std::move(first)), kTicking, ledger, clock, snapshots.publish());
  EXPECT_TRUE(snapshots.wait_for(knows_backups));
  clock.advance(1min);
  Member successor = member("prod", after);
  successor.options.shard = shard;
  successor.keep = keep;
  fleet.replace(members(std::move(successor)), kTicking);
  std::vector<vprotect::BackupRange> ranges;
  EXPECT_TRUE(support::eventually([&] {
    after.edit([&](auto& c) { ranges = c.ranges; });
    return !ranges.empty();
  }));
  return ranges.at(0).from;
}

TEST(Fleet, AReplacedCollectorReadsTheWholeHistoryAgainOnlyWhereOtherBackupsMayBeSeen) {
  const base::TimePoint news = kNoon - kFast.backups_overlap;
  const base::TimePoint newest_day = kNoon + 1min - 24h;  // of the whole history
  EXPECT_EQ(first_asked_by_successor(Member::Keep::data), news);
  EXPECT_EQ(first_asked_by_successor(Member::Keep::data, {.index = 1, .count = 3}), news);
  EXPECT_EQ(first_asked_by_successor(Member::Keep::all_but_backups), newest_day);
  EXPECT_EQ(first_asked_by_successor(Member::Keep::nothing), newest_day);
}

TEST(Fleet, BackupsAreNotKnownUntilAnotherAccountHasReadThem) {
  FakeServer before;
  FakeServer after;
  before.edit([](auto& c) { c.backups = {success("1", "a", 7)}; });
  after.edit([](auto& c) { c.backup_failure = kRefused; });
  const support::ManualClock clock(kNoon);
  Snapshots snapshots;
  support::FakeLedger ledger;
  Fleet fleet(members(member("prod", before)), kTicking, ledger, clock, snapshots.publish());
  ASSERT_TRUE(snapshots.wait_for(knows_backups));
  Member successor = member("prod", after);
  successor.keep = Member::Keep::all_but_backups;
  fleet.replace(members(std::move(successor)), kTicking);
  EXPECT_EQ(fleet.backups_of("prod", domain::VmId("a")), std::nullopt);
  EXPECT_TRUE(snapshots.wait_for([](const auto& snapshot) { return !knows_backups(snapshot); }));
}

TEST(Fleet, DoesNotKnowTheBackupsOfAServerThatDoesNotTellThem) {
  FakeServer server;
  server.edit([](FakeServer::Content& content) { content.failure = content.backup_failure = kRefused; });
  const support::ManualClock clock(support::kNoon);
  Snapshots snapshots;
  support::FakeLedger ledger;
  const Fleet fleet(members(member("prod", server)), kTicking, ledger, clock, snapshots.publish());
  ASSERT_TRUE(snapshots.wait_for(is_down));
  EXPECT_EQ(fleet.backups_of("prod", domain::VmId("a")), std::nullopt);
}

TEST(Fleet, TellsBackupsWhileItsMembersAreReplaced) {
  FakeServer server;
  server.edit([](FakeServer::Content& content) { content.backups = {success("1", "a", 7)}; });
  const support::ManualClock clock(support::kNoon);
  Snapshots snapshots;
  support::FakeLedger ledger;
  Fleet fleet(members(member("prod", server)), kTicking, ledger, clock, snapshots.publish());
  {
    const std::jthread asking([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        const auto runs = fleet.backups_of("prod", domain::VmId("a"));
        EXPECT_TRUE(!runs || runs->size() == 1U);
      }
    });
    for (const auto keep :
         {Member::Keep::nothing, Member::Keep::data, Member::Keep::everything, Member::Keep::nothing}) {
      Member again = member("prod", server);
      again.keep = keep;
      fleet.replace(members(std::move(again)), kTicking);
    }
  }
  EXPECT_TRUE(snapshots.wait_for(
      [&](const domain::Snapshot&) { return fleet.backups_of("prod", domain::VmId("a")).has_value(); }));
}

}  // namespace
