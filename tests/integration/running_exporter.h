#pragma once

#include <httplib.h>

#include <charconv>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/simulator.h"
#include "support/process.h"
#include "support/temp_dir.h"
#include "support/wait.h"

namespace integration {

// Everybody may read, and this token may reload.
inline constexpr const char* kOperator = "operators-token";
inline constexpr const char* kOperatorMayReload =
    "access:\n"
    "  tokens:\n"
    "    - name: operator\n"
    "      sha256: ac90208e65ca394da5801030b895c631689ae9b24bd1f302ec5acce041bfe130\n"
    "      verbs: [manage]\n"
    "      tenants: [\"*\"]\n"
    "  anonymous: {verbs: [metrics, report], tenants: [\"*\"]}\n";

// A configuration of one server, polled every second.
struct Setup {
  std::string url;
  std::string password = "secret";
  std::string server_lines;      // more keys of the server, each line indented by four
  std::string collection_lines;  // more keys of the collection, each line indented by two
  std::string root_lines;        // more keys of the file
  std::string access_lines = kOperatorMayReload;
  std::string storage;             // URL of the ledger; empty: a file of the exporter's own
  std::vector<std::string> flags;  // of the exporter, besides
  std::map<std::string, std::string> environment;
  std::vector<std::string> launcher;  // a program that becomes the exporter, and its arguments
};

inline std::string config_text(const Setup& setup) {
  return "collection:\n  interval: 1s\n  tasks_interval: 1s\n  slow_interval: 1s\n  snapshot_interval: 1s\n" +
         setup.collection_lines + "servers:\n  - name: prod\n    url: " + setup.url +
         "\n    username: monitoring\n    password: " + setup.password + "\n" + setup.server_lines +
         setup.root_lines + setup.access_lines;
}

// The samples of an exposition: "name{labels}" and its value.
using Samples = std::map<std::string, std::string>;

inline Samples samples_of(std::string_view text) {
  Samples samples;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto blank = line.rfind(' ');
    if (!line.starts_with('#') && blank != line.npos)
      samples.emplace(line.substr(0, blank), line.substr(blank + 1));
  }
  return samples;
}

inline std::string storage_in(const support::TempDir& folder) {
  return "sqlite://" + (folder / "exporter.db").string();
}

// The exporter as its users start it, at a port of its own choice, which it says in its log.
class RunningExporter {
 public:
  explicit RunningExporter(const Setup& setup)
      : config_(folder_.write("config.yaml", config_text(setup))),
        process_({.argv = command(setup), .environment = setup.environment}),
        port_(port_in_log()),
        client_("127.0.0.1", port_) {
    client_.set_keep_alive(true);
    client_.set_tcp_nodelay(true);
    client_.set_read_timeout(support::kPatience);
  }

  support::Process& process() { return process_; }
  const support::Process& process() const { return process_; }
  int port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  void configure(const Setup& setup) { folder_.write("config.yaml", config_text(setup)); }
  void wait_until_ready() { process_.wait_for_http(static_cast<std::uint16_t>(port_), "/-/ready"); }

  httplib::Result get(const std::string& path, const httplib::Headers& headers = {}) {
    return client_.Get(path, headers);
  }
  httplib::Result post(const std::string& path) {
    return client_.Post(path, httplib::Headers{{"Authorization", std::string("Bearer ") + kOperator}}, "",
                        "text/plain");
  }
  Samples scrape() {
    const auto answer = get("/metrics");
    return answer && answer->status == 200 ? samples_of(answer->body) : Samples{};
  }

  // The value of the one sample; "(none)" when there is no such.
  std::string value(const std::string& sample) {
    const Samples samples = scrape();
    const auto found = samples.find(sample);
    return found == samples.end() ? "(none)" : found->second;
  }
  // True once the sample has the value; false when it did not get it in time.
  bool becomes(const std::string& sample, const std::string& wanted) {
    return support::eventually([&] { return value(sample) == wanted; });
  }

 private:
  std::vector<std::string> command(const Setup& setup) const {
    std::vector<std::string> argv = setup.launcher;
    for (const std::string& argument :
         {std::string(EXPORTER), "--config.file=" + config_.string(),
          std::string("--web.listen-address=127.0.0.1:0"),
          "--storage=" + (setup.storage.empty() ? storage_in(folder_) : setup.storage)}) {
      argv.push_back(argument);
    }
    argv.insert(argv.end(), setup.flags.begin(), setup.flags.end());
    return argv;
  }

  int port_in_log() {
    constexpr std::string_view kBefore = " port=";
    process_.wait_for_output("version=");
    const std::string log = process_.output();
    const auto at = log.find(kBefore) + kBefore.size();
    int port = 0;
    std::from_chars(log.data() + at, log.data() + log.size(), port);
    return port;
  }

  const support::TempDir folder_;
  const std::filesystem::path config_;
  support::Process process_;
  const int port_;
  httplib::Client client_;
};

inline simulator::Options golden() { return {.scenario = "golden"}; }

inline Setup setup_for(const simulator::Simulator& simulator) {
  Setup setup;
  setup.url = simulator.url();
  return setup;
}

inline std::string collector_success(const std::string& collector) {
  return "vprotect_collector_success{server=\"prod\",collector=\"" + collector + "\"}";
}

inline constexpr const char* kUp = "vprotect_up{server=\"prod\"}";
inline constexpr const char* kVmRows =
    "vprotect_collector_rows{server=\"prod\",collector=\"virtual_machines\"}";

}  // namespace integration
