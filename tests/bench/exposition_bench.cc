// What an exposition costs, step by step: exposition_bench [VMs [step]]
//
// Prints CPU time per step. With a step's name only the snapshot is made and that step is run, once, for
//   valgrind --tool=callgrind --toggle-collect='exposition::Page::write*' exposition_bench 1000 write

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/snapshot.h"
#include "exposition/page.h"
#include "exposition/publisher.h"
#include "exposition/self_metrics.h"
#include "made_up.h"

namespace {

using namespace std::chrono_literals;
using base::SharedText;
using bench::scattered;
using bench::uuid;
using domain::Coverage;
using exposition::Format;
using exposition::Page;

constexpr base::TimePoint kNow{1767268800123ms};

std::vector<SharedText> texts(std::string_view prefix, int count) {
  std::vector<SharedText> result;
  result.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) result.emplace_back(std::string(prefix) + std::to_string(i));
  return result;
}

// One in 64 names needs escapes or is not ASCII.
std::string name(std::uint64_t i) {
  static constexpr std::array<std::string_view, 6> kRoles{"web",   "erp-db",     "mail",
                                                          "build", "fileserver", "kube-worker"};
  const std::string plain = std::string(kRoles[i % kRoles.size()]) + "-" + std::to_string(i);
  return i % 64 == 0 ? plain + " \"old\" \xC3\xBC" : plain;
}

struct Words {
  std::vector<SharedText> tenants = texts("tenant-", 200);
  std::vector<SharedText> policies = texts("Gold policy ", 12);
  std::vector<SharedText> hypervisors = texts("compute-", 60);
  std::vector<SharedText> clusters = texts("az-", 6);
  SharedText platform{"OPENSTACK"};
};

domain::Vm vm(std::uint64_t i, std::uint64_t count, const Words& words) {
  domain::Vm vm;
  vm.id = domain::VmId(uuid(i, 1));
  vm.uuid = domain::PlatformId(uuid(i, 3));
  vm.name = name(i);
  vm.tenant = words.tenants[i * words.tenants.size() / count];
  vm.platform = words.platform;
  vm.hypervisor.name = words.hypervisors[scattered(i, 5) % words.hypervisors.size()];
  vm.cluster.name = words.clusters[scattered(i, 6) % words.clusters.size()];
  vm.policy.name = words.policies[scattered(i, 7) % words.policies.size()];
  vm.present = i % 50 != 0;
  vm.up_to_date = i % 20 != 0;
  vm.restorable = true;
  vm.warnings = i % 30 == 0;
  return vm;
}

domain::PhaseTime length(std::uint64_t i, std::uint64_t salt) {
  return domain::PhaseTime(scattered(i, salt) % 7200000);
}

domain::BackupRun run(std::uint64_t i, base::TimePoint at, bool failed) {
  domain::BackupRun run{.at = at, .type = domain::BackupType::incremental};
  run.status = failed ? domain::BackupStatus::failed : domain::BackupStatus::success;
  if (failed) run.failure = domain::FailureClass::destination_space;
  run.duration = length(i, 11);
  run.phases = {.queued_export = length(i, 12),
                .exporting = length(i, 13),
                .queued_store = length(i, 14),
                .storing = length(i, 15)};
  return run;
}

base::Shared<domain::BackupSummary> history(std::uint64_t i, base::TimePoint at, bool failed) {
  domain::BackupSummary summary;
  summary.last_attempt = run(i, at, failed);
  summary.last_success = run(i, at - 1h, false);
  summary.full_size_ratio = static_cast<double>(scattered(i, 16) % 4096) / 2048;
  summary.incremental_size_ratio = static_cast<double>(scattered(i, 17) % 1'000'003) / 271'828;
  return std::make_shared<const domain::BackupSummary>(std::move(summary));
}

void judge(domain::VmState& state, std::uint64_t i) {
  state.overdue = i % 25 == 0;
  state.coverage = *state.overdue ? Coverage::overdue : i % 20 == 0 ? Coverage::failing : Coverage::covered;
  state.due = *state.last_success + 31h;
  state.rpo_target = i % 3 == 0 ? 24h : 72h;
  state.backup_failures = scattered(i, 18) % 40;
}

domain::VmState state(std::uint64_t i) {
  const std::chrono::milliseconds age(scattered(i, 8) % 86400000);
  domain::VmState state;
  state.protection = i % 20 == 0 ? domain::Protection::not_protected : domain::Protection::is_protected;
  state.last_success = kNow - age;
  state.last_full = kNow - age - std::chrono::days{i % 7};
  state.age = age;
  state.last_size = domain::Bytes{scattered(i, 9) % 20'000'000'000};
  state.last_full_size = domain::Bytes{scattered(i, 10) % 800'000'000'000};
  state.last_attempt = kNow - age;
  state.last_attempt_success = i % 20 != 0;
  state.last_duration = std::chrono::milliseconds(scattered(i, 11) % 7200000);
  state.consecutive_failures = i % 20 == 0 ? 3 : 0;
  state.history = history(i, kNow - age, i % 20 == 0);
  judge(state, i);
  return state;
}

template <class T>
base::Shared<std::vector<T>> none() {
  return std::make_shared<const std::vector<T>>();
}

base::Shared<domain::Snapshot> snapshot(std::uint64_t count) {
  const Words words;
  domain::ServerState server{.name = "prod", .up = true};
  std::vector<domain::Vm> vms;
  for (std::uint64_t i = 0; i < count; ++i) vms.push_back(vm(i, count, words));
  domain::sort_for_exposition(vms);
  for (std::uint64_t i = 0; i < count; ++i) server.vm_states.push_back(state(i));
  server.vms = std::make_shared<const std::vector<domain::Vm>>(std::move(vms));
  server.tasks = none<domain::Task>();
  server.schedules = none<domain::Schedule>();
  server.policies = none<domain::Policy>();
  server.rules = none<domain::Rule>();
  server.nodes = none<domain::Node>();
  server.destinations = none<domain::Destination>();
  domain::Snapshot made{.taken_at = kNow, .servers = {}};
  made.servers.push_back(std::move(server));
  return std::make_shared<const domain::Snapshot>(std::move(made));
}

double cpu_milliseconds(const std::function<void()>& work) {
  const std::clock_t begin = std::clock();
  work();
  return static_cast<double>(std::clock() - begin) * 1000 / CLOCKS_PER_SEC;
}

struct Text {
  std::size_t bytes = 0;
  std::size_t series = 0;
};

Text measured(const Page& page) {
  Text text;
  char previous = '\n';
  page.write(Format::text, {}, [&](std::string_view piece) {
    for (const char c : piece) {
      if (previous == '\n' && c != '#') ++text.series;
      previous = c;
    }
    text.bytes += piece.size();
    return true;
  });
  return text;
}

bool to_nowhere(std::string_view /*piece*/) { return true; }

void print(const char* step, double milliseconds, std::size_t series) {
  std::printf("%-28s %9.1f ms %8.1f ns/series\n", step, milliseconds,
              milliseconds * 1e6 / static_cast<double>(series));
}

void run_all(const base::Shared<domain::Snapshot>& all) {
  std::unique_ptr<Page> page;
  const double labels = cpu_milliseconds([&] { page = std::make_unique<Page>(all, nullptr); });
  const Text text = measured(*page);
  std::printf("%zu series, %zu bytes of text\n", text.series, text.bytes);
  print("labels", labels, text.series);
  const Page again(all, page.get());
  print("labels, same list of VMs", cpu_milliseconds([&] { const Page p(all, page.get()); }), text.series);
  print("series of each family", cpu_milliseconds([&] { static_cast<void>(again.counts()); }), text.series);
  print("count", cpu_milliseconds([&] { static_cast<void>(again.length(Format::text)); }), text.series);
  print("write to nowhere", cpu_milliseconds([&] { page->write(Format::text, {}, to_nowhere); }),
        text.series);
  print("OpenMetrics to nowhere", cpu_milliseconds([&] { page->write(Format::openmetrics, {}, to_nowhere); }),
        text.series);
  print("one tenant to nowhere",
        cpu_milliseconds([&] { page->write(Format::text, {.scope = {{{"tenant-7"}}}}, to_nowhere); }),
        text.series);
  print("write and compress", cpu_milliseconds([&] { static_cast<void>(page->deflated(Format::text)); }),
        text.series);
  const std::size_t packed = page->deflated(Format::text).length;
  std::printf("%zu bytes of gzip, ratio %.2f\n", packed,
              static_cast<double>(text.bytes) / static_cast<double>(packed));
}

// A scrape through the publisher, the exporter's own metrics included, with the page made already.
void run_scrapes(const base::Shared<domain::Snapshot>& all) {
  exposition::SelfMetrics self("bench");
  exposition::Publisher publisher(self);
  publisher.publish(all);
  for (const exposition::Encoding encoding : {exposition::Encoding::identity, exposition::Encoding::gzip}) {
    static_cast<void>(publisher.body(Format::text, encoding));
    std::size_t length = 0;
    const double milliseconds = cpu_milliseconds([&] {
      const auto body = publisher.body(Format::text, encoding);
      body->write(to_nowhere);
      length = body->length;
    });
    std::printf("%-28s %9.1f ms %zu bytes\n",
                encoding == exposition::Encoding::gzip ? "ready scrape, gzip" : "ready scrape, plain",
                milliseconds, length);
  }
}

void run_step(std::string_view step, const base::Shared<domain::Snapshot>& all) {
  const Page page(all, nullptr);
  if (step == "write") page.write(Format::text, {}, to_nowhere);
  if (step == "compress") static_cast<void>(page.deflated(Format::text));
  if (step == "series") std::printf("%zu\n", measured(page).series);
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> options(arguments + 1, arguments + count);
  const auto all = snapshot(options.empty() ? 100'000 : std::strtoull(options[0].c_str(), nullptr, 10));
  if (options.size() > 1) {
    run_step(options[1], all);
    return 0;
  }
  run_all(all);
  run_scrapes(all);
  return 0;
}
