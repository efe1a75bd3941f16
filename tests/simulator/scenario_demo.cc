#include <array>
#include <utility>

#include "chance.h"
#include "engine.h"
#include "scenario.h"

namespace simulator {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr Bytes kGiB = Bytes{1} << 30U;
constexpr Millis kEndOfDay = hours(24) - minutes(1);

enum PolicyId : Id { kGold = 1, kSilver, kBronze, kContinuous, kPaused, kStopped };

void build_infrastructure(Model& model, TimePoint now) {
  model.projects = {{"finance"}, {"web-shop"}, {"research"}, {"human resources"}, {"źródło \"R&D\""}};
  model.managers = {{"https://keystone.example:5000/v3", "OPENSTACK", "OpenStack"},
                    {"https://ovirt.example/ovirt-engine/api", "RHV", "oVirt/RHV/OLVM"}};
  model.hypervisors = {{"compute-01", 1}, {"compute-02", 1}, {"compute-03", 1}, {"ovirt-host-a", 2}};
  model.nodes = {
      {.name = "node-1", .address = "10.0.0.21", .staging_total = 2048 * kGiB, .staging_used = 180 * kGiB},
      {.name = "node-2", .address = "10.0.0.22", .staging_total = 2048 * kGiB, .staging_used = 240 * kGiB},
      {.name = "node-3",
       .address = "10.0.0.23",
       .staging_total = 1024 * kGiB,
       .staging_used = 900 * kGiB,
       .died_at = now - hours(5)}};
  model.destinations = {
      {"xfs-main", "SYNTHETICXFS", "File system (synthetic)", 6 * 1024 * kGiB, 40 * 1024 * kGiB, true},
      {"s3-archive", "S3", "S3", 2 * 1024 * kGiB, std::nullopt, false}};
}

void build_plans(Model& model, TimePoint lively_since) {
  model.policies = {{"Gold", true, 80, 1},    {"Silver", true, 50, 1},         {"Bronze", true, 30},
                    {"Continuous", true, 60}, {"Paused for migration", false}, {"Weekly (stopped)"}};
  for (Id policy = 1; policy <= model.policies.size(); ++policy) {
    model.rules.push_back(
        {.name = "Default", .policy = policy, .destination = 1, .keep_days = policy == kBronze ? 7 : 30});
  }
  at(model.rules, kGold).secondary = 2;
  model.schedules = {
      {.name = "Gold nightly", .hour = hours(1), .rules = {kGold}},
      {.name = "Gold Sunday full",
       .backup_type = BackupType::full,
       .hour = hours(3),
       .days = 0b1000000,
       .rules = {kGold}},
      {.name = "Silver weekdays", .hour = hours(22), .days = 0b0011111, .rules = {kSilver}},
      {.name = "Bronze first and third Saturday",
       .backup_type = BackupType::full,
       .hour = hours(4),
       .days = 0b0100000,
       .occurrences = 0b00101,
       .rules = {kBronze}},
      {.name = "Every two minutes",
       .execution = Execution::interval,
       .window = minutes(10),
       .interval_end = kEndOfDay,
       .frequency = minutes(2),
       .rules = {kContinuous},
       .created = lively_since},
      {.name = "Continuous, twice a day",
       .execution = Execution::interval,
       .interval_end = kEndOfDay,
       .frequency = hours(12),
       .rules = {kContinuous}},
      {.name = "Silver every ten minutes",
       .execution = Execution::interval,
       .window = minutes(30),
       .interval_end = kEndOfDay,
       .frequency = minutes(10),
       .rules = {kSilver},
       .created = lively_since},
      {.name = "Paused nightly", .hour = hours(2), .rules = {kPaused}},
      {.name = "Stopped weekly", .active = false, .hour = hours(2), .days = 0b1000000, .rules = {kStopped}}};
}

struct Group {
  std::string_view name;
  unsigned count;
  std::optional<Id> project, policy;
};

const std::array kGroups{Group{"erp-db", 6, 1, kGold},           Group{"ledger", 6, 1, kSilver},
                         Group{"shop-web", 8, 2, kSilver},       Group{"shop-cache", 4, 2, kBronze},
                         Group{"orders", 4, 2, kContinuous},     Group{"lab", 10, 3, kBronze},
                         Group{"hr-app", 4, 4, kGold},           Group{"payroll", 3, 4, kContinuous},
                         Group{"moving", 3, 4, kPaused},         Group{"archive", 2, 1, kStopped},
                         Group{"scratch", 5, 3, std::nullopt},   Group{"próba", 3, 5, kSilver},
                         Group{"orphan", 2, std::nullopt, kGold}};

std::string numbered(std::string_view name, unsigned n) {
  return std::string(name) + (n < 10 ? "-0" : "-") + std::to_string(n);
}

Behaviour behaviour_of(std::uint64_t seed, Id vm) {
  const unsigned luck = percent(seed, vm, 99);
  if (luck < 8) return Behaviour::flaky;
  return luck < 14 ? Behaviour::partial : Behaviour::healthy;
}

void build_vms(Model& model, std::uint64_t seed) {
  for (const Group& group : kGroups) {
    for (unsigned n = 1; n <= group.count; ++n) {
      Vm& vm =
          model.add(Vm{.name = numbered(group.name, n), .project = group.project, .policy = group.policy});
      vm.hypervisor = vm.id % model.hypervisors.size() + 1;
      vm.disk = (4 + mixed(seed, vm.id, 3) % 120) * kGiB;
      vm.behaviour = behaviour_of(seed, vm.id);
      if (is_scheduled(model, vm)) vm.up_to_date = false;
    }
  }
}

Vm& called(Model& model, std::string_view name) {
  for (Vm& vm : model.vms) {
    if (vm.name == name) return vm;
  }
  return model.vms.front();
}

// What every real inventory has: names that are hard to print, twins, and machines nobody looks after.
void make_odd(Model& model) {
  called(model, "erp-db-02").behaviour = Behaviour::failing;
  called(model, "orders-02").behaviour = Behaviour::failing;
  called(model, "payroll-02").behaviour = Behaviour::partial;
  called(model, "lab-07").name = "lab \"seven\"\n(do not delete)";
  called(model, "lab-08").name = "C:\\lab\\08";
  called(model, "shop-web-08").name = "shop-web-07";
  called(model, "próba-03").name = "テスト \U0001F4BE";
}

void age(Model& model, TimePoint from, TimePoint until, std::uint64_t seed) {
  Engine engine(model, seed, from);
  engine.advance_to(until);
}

void retire(Model& model) {
  for (const std::string_view name : {"ledger-06", "shop-cache-04"}) called(model, name).present = false;
}

}  // namespace

Model demo_scenario(TimePoint now, std::uint64_t seed) {
  Model model;
  const TimePoint start = now - days(14), retirement = now - days(4), pause = now - days(2);
  build_infrastructure(model, now);
  build_plans(model, now - hours(1));
  build_vms(model, seed);
  make_odd(model);
  at(model.policies, kPaused).active = true;
  at(model.schedules, 9).active = true;
  age(model, start, retirement, seed);
  retire(model);
  age(model, retirement, pause, seed);
  at(model.policies, kPaused).active = false;
  at(model.schedules, 9).active = false;
  judge_again(model);
  age(model, pause, now, seed);
  return model;
}

}  // namespace simulator
