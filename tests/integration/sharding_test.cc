// Three exporters that share the tenants of one server, beside one that shows all of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "partial_samples.h"
#include "scenario.h"
#include "support/private_postgres.h"

namespace {

using integration::RunningExporter;
using integration::Samples;
using integration::setup_for;

constexpr std::size_t kVms = 1000;
constexpr int kShards = 3;
constexpr int kVmsWithTasks = 40;

// What each process tells of itself and of its own reading; and what none can tell that has a part only.
bool is_of_the_process(std::string_view sample) {
  constexpr std::array kPrefixes{"process_",
                                 "vprotect_exporter_",
                                 "vprotect_runbook_",
                                 "vprotect_up{",
                                 "vprotect_collector_",
                                 "vprotect_snapshot_timestamp_seconds",
                                 "vprotect_server_clock_skew_seconds",
                                 "vprotect_backup_history_rows",
                                 "vprotect_dashboard_difference_vms"};
  return std::any_of(kPrefixes.begin(), kPrefixes.end(),
                     [&](const char* prefix) { return sample.starts_with(prefix); });
}

bool has_read_everything(const Samples& samples) {
  for (const std::string collector : {"virtual_machines", "backups", "protection", "tasks", "schedules",
                                      "policies", "rules", "nodes", "backup_destinations"}) {
    const auto success = samples.find(integration::collector_success(collector));
    if (success == samples.end() || success->second != "1") return false;
  }
  return true;
}

class Sharding : public testing::Test {
 protected:
  // Tasks of many tenants, and of none.
  Sharding() {
    for (int vm = 1; vm <= kVmsWithTasks; ++vm) {
      server_.add_tasks(integration::vm_guid(vm), simulator::TaskType::export_, simulator::TaskState::failed);
      server_.add_tasks(integration::vm_guid(vm), simulator::TaskType::store, simulator::TaskState::finished,
                        2);
    }
    server_.add_tasks("", simulator::TaskType::inventory_sync, simulator::TaskState::finished);
    start_shards();
  }

  // Instead of those that run; without a storage each has a ledger of its own.
  void start_shards(int count = kShards, const std::string& storage = "") {
    shards_.clear();
    for (int index = 0; index < count; ++index) {
      auto setup = setup_for(server_);
      setup.storage = storage;
      setup.flags = {"--shard=" + std::to_string(index) + "/" + std::to_string(count)};
      shards_.push_back(std::make_unique<RunningExporter>(setup));
    }
  }

  static Samples whole_scrape(RunningExporter& exporter) {
    Samples samples;
    EXPECT_TRUE(support::eventually([&] { return has_read_everything(samples = exporter.scrape()); }));
    return samples;
  }

  std::vector<Samples> scrape_shards() {
    std::vector<Samples> all;
    for (const auto& shard : shards_) all.push_back(whole_scrape(*shard));
    return all;
  }

  simulator::Simulator server_{{.scenario = "bulk", .bulk = {.vms = kVms, .history_days = 3}, .speed = 0}};
  std::vector<std::unique_ptr<RunningExporter>> shards_;
};

// How many have each sample. Those that the process tells of itself are left out.
std::map<std::string, int> owners_of(const std::vector<Samples>& scrapes) {
  std::map<std::string, int> owners;
  for (const Samples& scrape : scrapes) {
    for (const auto& [name, value] : scrape) {
      if (!is_of_the_process(name)) ++owners[name];
    }
  }
  return owners;
}

// Of the samples of one family, added up.
double sum_of(const std::vector<Samples>& scrapes, const std::string& family) {
  double sum = 0;
  for (const Samples& scrape : scrapes) {
    for (const double value : integration::Scrape(scrape).values(family)) sum += value;
  }
  return sum;
}

std::set<std::string> shards_in(const std::vector<Samples>& scrapes) {
  std::set<std::string> names;
  for (const Samples& scrape : scrapes) {
    for (const auto& [name, value] : scrape) {
      if (name.starts_with("vprotect_exporter_shard_info{")) names.insert(name);
    }
  }
  return names;
}

TEST_F(Sharding, ThreeExportersShowTogetherWhatOneDoesAndNothingTwice) {
  RunningExporter one(setup_for(server_));
  const std::vector<Samples> parts = scrape_shards();
  const std::vector<Samples> whole{whole_scrape(one)};

  EXPECT_EQ(owners_of(parts), owners_of(whole));
  EXPECT_EQ(sum_of(whole, "vprotect_vm_info"), kVms);
  for (const std::string family : {"vprotect_tenant_vms", "vprotect_tenant_protected_bytes",
                                   "vprotect_tenant_stored_bytes", "vprotect_backup_history_rows"})
    EXPECT_EQ(sum_of(parts, family), sum_of(whole, family)) << family;
  for (const Samples& part : parts) {
    EXPECT_GT(sum_of({part}, "vprotect_vm_info"), 0);
    EXPECT_EQ(part.at(integration::kUp), "1");
    EXPECT_EQ(part.at(integration::kVmRows), std::to_string(kVms)) << "as the server lists them";
  }
}

TEST_F(Sharding, AListOfVmsThatComesLateChangesNothing) {
  server_.fault({.path = "/virtual-machines", .status = 403});
  start_shards();
  for (const auto& shard : shards_) {
    ASSERT_TRUE(shard->becomes(integration::collector_success("virtual_machines"), "0"));
    ASSERT_TRUE(shard->becomes(integration::collector_success("tasks"), "0"))
        << "it cannot tell which are its own";
  }
  server_.clear_faults();
  RunningExporter one(setup_for(server_));
  const std::vector<Samples> parts = scrape_shards();
  const std::vector<Samples> whole{whole_scrape(one)};

  EXPECT_EQ(owners_of(parts), owners_of(whole));
  for (const std::string family :
       {"vprotect_vm_backup_overdue", "vprotect_vm_consecutive_failures", "vprotect_vm_backup_failures_total",
        "vprotect_tenant_stored_bytes", "vprotect_tasks_finished_total", "vprotect_task_failures_total"})
    EXPECT_EQ(sum_of(parts, family), sum_of(whole, family)) << family;
}

// They count the tasks and backups that the server has listed, each once.
const std::array kCounters{"vprotect_tasks_finished_total", "vprotect_task_failures_total",
                           "vprotect_vm_backup_failures_total"};

TEST_F(Sharding, WithOneLedgerForAllNothingIsCountedAgainWhereATenantMovesTo) {
  if (!support::PrivatePostgres::is_available()) GTEST_SKIP() << "VPROTECT_POSTGRES_BIN is not set";
  const support::PrivatePostgres postgres;
  start_shards(kShards, postgres.url());
  const std::vector<Samples> before = scrape_shards();
  start_shards(kShards - 1, postgres.url());
  const std::vector<Samples> after = scrape_shards();
  RunningExporter one(setup_for(server_));
  const std::vector<Samples> whole{whole_scrape(one)};

  EXPECT_EQ(owners_of(before), owners_of(whole));
  EXPECT_EQ(owners_of(after), owners_of(whole));
  for (const char* counter : kCounters) {
    EXPECT_GT(sum_of(whole, counter), 0) << counter;
    EXPECT_EQ(sum_of(before, counter), sum_of(whole, counter)) << counter;
    EXPECT_EQ(sum_of(after, counter), sum_of(whole, counter)) << counter;
  }
}

TEST_F(Sharding, OneThatIsStoppedIsMissedByItsNumber) {
  const auto name = [](int index) {
    return "vprotect_exporter_shard_info{shard=\"" + std::to_string(index) + "\",shards=\"3\"}";
  };
  EXPECT_EQ(shards_in(scrape_shards()), (std::set<std::string>{name(0), name(1), name(2)}));
  EXPECT_EQ(shards_[1]->process().stop(), 0);
  shards_.erase(shards_.begin() + 1);
  const auto left = scrape_shards();
  EXPECT_EQ(shards_in(left), (std::set<std::string>{name(0), name(2)}));
  EXPECT_EQ(left.front().at("vprotect_exporter_shards"), "3");
  EXPECT_LT(sum_of(left, "vprotect_vm_info"), kVms);
}

}  // namespace
