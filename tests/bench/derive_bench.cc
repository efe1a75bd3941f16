// What a snapshot costs: derive_bench [VMs [runs]]
//
// Prints the CPU time of the fastest derivation. For the instructions of one, whose runs are counted alone:
//   valgrind --tool=callgrind --toggle-collect='domain::derive*' derive_bench 1000 1

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <vector>

#include "domain/snapshot.h"
#include "made_up_inventory.h"

namespace {

std::uint64_t due_vms(const domain::Snapshot& snapshot) {
  std::uint64_t count = 0;
  for (const auto& [tenant, totals] : snapshot.servers.front().tenants) count += totals.due_vms;
  return count;
}

std::uint64_t argument(int count, char** arguments, int at, std::uint64_t otherwise) {
  return count > at ? std::strtoull(arguments[at], nullptr, 10) : otherwise;
}

}  // namespace

int main(int count, char** arguments) {
  const std::uint64_t vms = argument(count, arguments, 1, 100'000);
  const std::uint64_t runs = argument(count, arguments, 2, 5);
  const std::vector<domain::Inventory> inventories{bench::inventory(vms)};
  double fastest = std::numeric_limits<double>::max();
  std::uint64_t due = 0;
  for (std::uint64_t i = 0; i < runs; ++i) {
    const std::clock_t begin = std::clock();
    const domain::Snapshot snapshot = domain::derive(inventories, {}, bench::kNow);
    fastest = std::min(fastest, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    due = due_vms(snapshot);
  }
  std::printf("%llu VMs, %llu of them with a due time: %.1f ms, %.0f ns each\n",
              static_cast<unsigned long long>(vms), static_cast<unsigned long long>(due), fastest * 1e3,
              fastest * 1e9 / static_cast<double>(vms));
  return 0;
}
