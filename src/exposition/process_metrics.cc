#include "exposition/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <sstream>
#include <string>

namespace exposition {
namespace {

// What is used of /proc/self/stat, see proc(5).
struct ProcessStat {
  double user_ticks = 0;
  double system_ticks = 0;
  double threads = 0;
  double start_ticks = 0;  // since boot
  double virtual_bytes = 0;
  double resident_pages = 0;
};

// The fields behind the command's name, which may hold spaces and parentheses; the first is field 3.
std::optional<ProcessStat> process_stat() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream rest(line.substr(name_end + 1));
  const std::vector<std::string> fields{std::istream_iterator<std::string>(rest), {}};
  if (fields.size() < 22) return std::nullopt;
  const auto field = [&](std::size_t number) { return std::strtod(fields[number - 3].c_str(), nullptr); };
  return ProcessStat{field(14), field(15), field(20), field(22), field(23), field(24)};
}

// Seconds since 1970.
std::optional<double> boot_time() {
  std::ifstream file("/proc/stat");
  for (std::string key; file >> key; file.ignore(std::numeric_limits<std::streamsize>::max(), '\n')) {
    double seconds = 0;
    if (key == "btime" && file >> seconds) return seconds;
  }
  return std::nullopt;
}

std::optional<double> open_descriptors() {
  std::error_code fault;
  double count = 0;
  for (std::filesystem::directory_iterator at("/proc/self/fd", fault), end; !fault && at != end;
       at.increment(fault))
    ++count;
  if (fault) return std::nullopt;
  return count - 1;  // without the one that reads the directory
}

std::optional<double> most_descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  return static_cast<double>(limit.rlim_cur);
}

double ticks_per_second() { return static_cast<double>(sysconf(_SC_CLK_TCK)); }
double page_size() { return static_cast<double>(sysconf(_SC_PAGESIZE)); }

std::optional<double> start_time(const ProcessStat& stat) {
  const auto boot = boot_time();
  if (!boot) return std::nullopt;
  return *boot + stat.start_ticks / ticks_per_second();
}

// In the order of process_descriptions().
std::vector<std::optional<double>> values() {
  const auto stat = process_stat();
  if (!stat) return {};
  return {(stat->user_ticks + stat->system_ticks) / ticks_per_second(),
          stat->resident_pages * page_size(),
          stat->virtual_bytes,
          open_descriptors(),
          most_descriptors(),
          stat->threads,
          start_time(*stat)};
}

prometheus::MetricFamily family_of(const Description& about, double value) {
  prometheus::ClientMetric metric;
  const bool is_counter = about.type == Type::counter;
  (is_counter ? metric.counter.value : metric.gauge.value) = value;
  return {.name = std::string(about.name),
          .help = std::string(about.help),
          .type = is_counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge,
          .metric = {metric}};
}

}  // namespace

const std::vector<Description>& process_descriptions() {
  static const std::vector<Description> all{
      {"process_cpu_seconds_total",
       "CPU time that the exporter has used, in user and system mode.",
       Type::counter,
       {}},
      {"process_resident_memory_bytes",
       "Memory of the exporter that is in RAM at the scrape.",
       Type::gauge,
       {}},
      {"process_virtual_memory_bytes", "Address space of the exporter at the scrape.", Type::gauge, {}},
      {"process_open_fds", "File descriptors that the exporter has open at the scrape.", Type::gauge, {}},
      {"process_max_fds",
       "File descriptors that the exporter may open. Absent when there is no limit.",
       Type::gauge,
       {}},
      {"process_threads", "Threads of the exporter at the scrape.", Type::gauge, {}},
      {"process_start_time_seconds", "When the exporter started, in seconds since 1970.", Type::gauge, {}},
  };
  return all;
}

std::vector<prometheus::MetricFamily> process_metrics() {
  std::vector<prometheus::MetricFamily> families;
  auto about = process_descriptions().begin();
  for (const std::optional<double>& value : values()) {
    if (value) families.push_back(family_of(*about, *value));
    ++about;
  }
  return families;
}

}  // namespace exposition
