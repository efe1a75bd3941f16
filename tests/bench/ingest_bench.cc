// What it costs to read the list of VMs, from the socket to the records: ingest_bench URL USERNAME PASSWORD
// [runs]
//
// Prints the VMs, the CPU seconds of the fastest read, and MiB of memory: of the records, and at most beyond
// them while they were read.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <limits>
#include <string>

#include "base/clock.h"
#include "vprotect/rest_client.h"

namespace {

constexpr double kKibibytesOfMiB = 1024;

// Of this process, by the kernel's name for it.
double memory_mib(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(key + ":"))
      return std::strtod(line.c_str() + key.size() + 1, nullptr) / kKibibytesOfMiB;
  }
  return 0;
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace

int main(int count, char** arguments) {
  if (count < 4) {
    std::fputs("usage: ingest_bench URL USERNAME PASSWORD [runs]\n", stderr);
    return 2;
  }
  const base::SystemClock clock;
  vprotect::RestClient client({.name = "bench",
                               .url = arguments[1],
                               .username = arguments[2],
                               .password = base::Secret(arguments[3])},
                              {}, clock);
  const std::uint64_t runs = count > 4 ? std::strtoull(arguments[4], nullptr, 10) : 5;
  const double before = memory_mib("VmRSS");
  double fastest = std::numeric_limits<double>::max();
  double records = 0;
  double beyond = 0;
  for (std::uint64_t i = 0; i < runs; ++i) {
    const double begin = cpu_seconds();
    const auto listing = client.virtual_machines();
    if (!listing) {
      std::fprintf(stderr, "%s\n", listing.error().message.c_str());
      return 1;
    }
    fastest = std::min(fastest, cpu_seconds() - begin);
    if (i > 0) continue;  // later ones use what the first one has freed
    records = memory_mib("VmRSS") - before;
    beyond = memory_mib("VmHWM") - memory_mib("VmRSS");
    std::printf("%zu VMs: ", listing->rows.size());
  }
  std::printf("%.3f CPU seconds, records of %.1f MiB, at most %.1f MiB beyond them\n", fastest, records,
              beyond);
  return 0;
}
