// What the pieces of a poll and of an exposition cost for each VM, by Google Benchmark:
//
//   pieces_bench --benchmark_filter=Write --benchmark_min_time=2
//
// The argument is the number of VMs; items are VMs.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/shared_text.h"
#include "exposition/page.h"
#include "made_up_inventory.h"
#include "made_up_snapshot.h"
#include "vprotect/decoding.h"
#include "vprotect/record.h"
#include "vprotect/splitter.h"

namespace {

using exposition::Format;
using exposition::Page;

void count_vms(benchmark::State& state) { state.SetItemsProcessed(state.iterations() * state.range(0)); }

base::Shared<domain::Snapshot> snapshot_for(const benchmark::State& state) {
  return bench::snapshot(static_cast<std::uint64_t>(state.range(0)));
}

void labels(benchmark::State& state) {
  const auto snapshot = snapshot_for(state);
  for (auto _ : state) benchmark::DoNotOptimize(std::make_unique<Page>(snapshot, nullptr));
  count_vms(state);
}

void write(benchmark::State& state) {
  const Page page(snapshot_for(state), nullptr);
  std::size_t bytes = 0;
  for (auto _ : state) {
    page.write(Format::text, {}, [&](std::string_view piece) {
      bytes += piece.size();
      return true;
    });
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  count_vms(state);
}

void write_and_compress(benchmark::State& state) {
  const Page page(snapshot_for(state), nullptr);
  for (auto _ : state) benchmark::DoNotOptimize(page.deflate(Format::text, {}));
  count_vms(state);
}

// A page counts once, so that each round has its own, which took over the labels.
void count(benchmark::State& state) {
  const auto snapshot = snapshot_for(state);
  const Page first(snapshot, nullptr);
  for (auto _ : state) benchmark::DoNotOptimize(Page(snapshot, &first).length(Format::text));
  count_vms(state);
}

void derive(benchmark::State& state) {
  const std::vector<domain::Inventory> inventories{
      bench::inventory(static_cast<std::uint64_t>(state.range(0)))};
  for (auto _ : state) benchmark::DoNotOptimize(domain::derive(inventories, {}, bench::kNow));
  count_vms(state);
}

// A record as the vendor's list has it, with much that nobody reads.
std::string vm_record(std::uint64_t i) {
  const std::string number = std::to_string(i);
  return R"({"guid":")" + bench::uuid(i, 1) + R"(","uuid":")" + bench::uuid(i, 3) + R"(","name":"vm-)" +
         number + R"(","originalName":"vm-)" + number +
         R"(","type":{"name":"VM","description":"Virtual machine"},)" +
         R"("present":true,"backupUpToDate":true,"lastBackup":)" + std::to_string(1767232805000 + i) +
         R"(,"lastSuccessfulBackupSize":)" + std::to_string(bench::scattered(i, 5) % 800'000'000'000) +
         R"(,"restorable":true,"restoreStatus":"SUCCESS","warningsPresent":false,)"
         R"("lastChainMarkedForDeletion":false,"supportsQuiesceSnapshot":true,)"
         R"("hvmType":{"name":"OPENSTACK","description":"OpenStack"},"hypervisor":{"guid":")" +
         bench::uuid(i % 60, 7) + R"(","name":"compute-)" + std::to_string(i % 60) +
         R"(","hvManager":{"guid":"x"}},"hvCluster":{"guid":"c1","name":"az1"},)"
         R"("project":{"guid":"p1","name":"finance"},"vmBackupPolicy":{"guid":"g1","name":"Gold"},)"
         R"("networks":[{"guid":"n","name":"net"}],"possibleActions":[{"name":"READ","description":"Read"}]})";
}

std::string vm_list(std::int64_t count) {
  std::string list = "[";
  for (std::int64_t i = 0; i < count; ++i)
    list += (i == 0 ? "" : ",") + vm_record(static_cast<std::uint64_t>(i));
  return list + "]";
}

constexpr std::size_t kMostRecord = 1 << 20;

void split_list(benchmark::State& state) {
  const std::string list = vm_list(state.range(0));
  for (auto _ : state) {
    vprotect::ArraySplitter splitter(kMostRecord, [](std::string_view element) {
      benchmark::DoNotOptimize(element);
      return true;
    });
    splitter.feed(list);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(list.size()));
  count_vms(state);
}

std::vector<domain::Vm> decoded(std::string_view list) {
  std::vector<domain::Vm> vms;
  vprotect::Record record;
  base::TextPool pool;
  vprotect::ArraySplitter splitter(kMostRecord, [&](std::string_view element) {
    return record.parse(element) == vprotect::Record::Outcome::parsed &&
           vprotect::decode(record.root(), pool, vms.emplace_back()) == vprotect::Verdict::wanted;
  });
  splitter.feed(list);
  return vms;
}

void decode_list(benchmark::State& state) {
  const std::string list = vm_list(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(decoded(list));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(list.size()));
  count_vms(state);
}

BENCHMARK(split_list)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK(decode_list)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK(derive)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK(labels)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK(count)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK(write)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK(write_and_compress)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
