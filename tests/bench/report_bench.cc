// What a report costs: report_bench [VMs]
//
// Prints the CPU time of the JSON of one tenant of 1,000 VMs, among all and alone, and of the CSV of all VMs
// with the memory that writing it took. With "json" as the number of VMs only the first is done, once, for
//   valgrind --tool=callgrind report_bench json

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/snapshot.h"
#include "made_up.h"
#include "report/report.h"
#include "report/writers.h"

namespace {

using namespace std::chrono_literals;
using base::SharedText;
using bench::scattered;

constexpr base::TimePoint kNow{1767268800123ms};
constexpr std::uint64_t kOfTenant = 1000;
constexpr int kDays = 35;

const SharedText kPolicies[]{SharedText("Gold"), SharedText("Silver"), SharedText("Bronze")};

domain::Vm vm(std::uint64_t i) {
  domain::Vm vm;
  vm.id = domain::VmId(bench::uuid(i, 1));
  vm.uuid = domain::PlatformId(bench::uuid(i, 3));
  vm.name = "fileserver-" + std::to_string(i) + (i % 64 == 0 ? " \"old\" \xC3\xBC" : "");
  vm.tenant = SharedText("tenant-" + std::to_string(i / kOfTenant));
  vm.platform = SharedText("OPENSTACK");
  vm.hypervisor.name = SharedText("compute-" + std::to_string(scattered(i, 5) % 60));
  vm.policy.name = kPolicies[i % 3];
  vm.present = i % 50 != 0;
  vm.up_to_date = i % 20 != 0;
  vm.restorable = true;
  return vm;
}

base::Shared<domain::BackupSummary> summary(std::uint64_t i) {
  const base::TimePoint at = kNow - std::chrono::milliseconds(scattered(i, 8) % 86400000);
  domain::BackupSummary summary;
  summary.last_success = domain::BackupRun{
      .at = at - 1h, .status = domain::BackupStatus::success, .size = {scattered(i, 9) % 20'000'000'000}};
  summary.last_attempt = summary.last_full = summary.last_success;
  summary.stored = {10 * summary.last_success->size.count};
  summary.restorable = 10;
  if (i % 20 == 0) {
    summary.last_attempt = domain::BackupRun{.at = at, .status = domain::BackupStatus::failed};
    summary.consecutive_failures = 3;
    summary.last_failure = std::make_shared<const domain::FailureNote>(domain::FailureNote{
        .at = at,
        .since = at - 48h,
        .failure = domain::FailureClass::connection,
        .text = SharedText("Unable to connect to hypervisor compute-" + std::to_string(i % 60) +
                           ": connection timed out after 30000 ms")});
  }
  return std::make_shared<const domain::BackupSummary>(std::move(summary));
}

base::Shared<domain::DayStrip> strip(std::uint64_t i) {
  domain::DayStrip strip{.begin = std::chrono::floor<std::chrono::days>(kNow) - std::chrono::days(kDays - 1),
                         .days = std::vector<domain::DayResults>(kDays)};
  for (std::size_t day = 0; day < kDays; ++day)
    strip.days[day] = {.successes = static_cast<std::uint16_t>(scattered(i, day) % 10 != 0),
                       .failures = static_cast<std::uint16_t>(scattered(i, day) % 10 == 0)};
  return std::make_shared<const domain::DayStrip>(std::move(strip));
}

template <class T>
domain::Source<T> just_read(T data) {
  domain::Source<T> source{.data = std::make_shared<const T>(std::move(data))};
  source.health.success = true;
  source.health.last_attempt = source.health.last_success = kNow - 30s;
  return source;
}

void add_plans(domain::Inventory& inventory) {
  std::vector<domain::Policy> policies;
  std::vector<domain::Schedule> schedules;
  for (const SharedText& name : kPolicies) {
    policies.push_back({.id = domain::PolicyId(name.view()), .name = name.str(), .active = true});
    domain::Schedule nightly{.id = domain::ScheduleId(name.view()), .name = "Nightly", .active = true};
    nightly.execution = domain::Execution::time;
    nightly.hour = 1h;
    nightly.policies = {{.guid = name, .name = name}};
    schedules.push_back(nightly);
  }
  inventory.policies = just_read(policies);
  inventory.schedules = just_read(schedules);
  inventory.rules = just_read(std::vector<domain::Rule>());
  inventory.plans = std::make_shared<const domain::Plans>(policies, std::vector<domain::Rule>(), schedules);
}

domain::Snapshot snapshot(std::uint64_t count) {
  domain::Inventory inventory;
  inventory.server = "prod";
  std::vector<domain::Vm> vms;
  domain::BackupSummaries summaries;
  domain::DayStrips days;
  domain::Sightings sightings;
  for (std::uint64_t i = 0; i < count; ++i) {
    vms.push_back(vm(i));
    summaries.emplace(vms.back().id, summary(i));
    days.emplace(vms.back().id, strip(i));
    sightings[vms.back().id].first_seen = kNow - std::chrono::days(i % 100);
  }
  domain::sort_for_exposition(vms);
  add_plans(inventory);
  inventory.vms = just_read(std::move(vms));
  inventory.backups = just_read(std::move(summaries));
  inventory.memory.days = std::make_shared<const domain::DayStrips>(std::move(days));
  inventory.memory.sightings = std::make_shared<const domain::Sightings>(std::move(sightings));
  return domain::derive({inventory}, {}, kNow);
}

double cpu_milliseconds(const std::function<void()>& work) {
  const std::clock_t begin = std::clock();
  work();
  return static_cast<double>(std::clock() - begin) * 1000 / CLOCKS_PER_SEC;
}

long peak_kilobytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

using Writer = report::Pieces (*)(const base::Shared<report::Report>&);

// What is written is dropped piece by piece, as a socket would.
std::size_t write_to_nowhere(const domain::Snapshot& all, const domain::Scope& scope, Writer writer) {
  report::View view(all, report::last_week(kNow), {});
  const report::Pieces pieces =
      writer(std::make_shared<const report::Report>(report_on(view, {.scope = scope})));
  std::size_t bytes = 0;
  for (std::string piece; pieces(piece); piece.clear()) bytes += piece.size();
  return bytes;
}

void json_of_one_tenant(const domain::Snapshot& all, int times) {
  double best = 1e9;
  std::size_t bytes = 0;
  for (int i = 0; i < times; ++i)
    best = std::min(
        best, cpu_milliseconds([&] { bytes = write_to_nowhere(all, {{{"tenant-0"}}}, report::json_of); }));
  std::printf("JSON of %llu VMs of %zu %9.1f ms %zu bytes\n", static_cast<unsigned long long>(kOfTenant),
              all.servers.front().vms->size(), best, bytes);
}

void csv_of_all(const domain::Snapshot& all, std::size_t count) {
  std::size_t bytes = 0;
  const long before = peak_kilobytes();
  const double spent = cpu_milliseconds([&] { bytes = write_to_nowhere(all, {}, report::csv_of); });
  std::printf("CSV of %zu VMs  %9.1f ms %zu bytes, peak memory grew by %ld KiB\n", count, spent, bytes,
              peak_kilobytes() - before);
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view option = count > 1 ? arguments[1] : "100000";
  if (option == "json") {
    json_of_one_tenant(snapshot(kOfTenant), 1);
    return 0;
  }
  const std::uint64_t vms = std::strtoull(option.data(), nullptr, 10);
  const domain::Snapshot all = snapshot(vms);
  csv_of_all(all, vms);
  json_of_one_tenant(all, 10);
  json_of_one_tenant(snapshot(kOfTenant), 10);
  return 0;
}
