#pragma once

#include <httplib.h>

#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "support/loopback.h"
#include "support/process.h"
#include "support/temp_dir.h"

namespace integration {

// The program that the variable names; scripts/test.sh unpacks Debian's.
inline std::string program(const char* variable) {
  const char* path = std::getenv(variable);
  return path == nullptr ? std::string() : path;
}

// A real Prometheus with this configuration.
class RunningPrometheus {
 public:
  RunningPrometheus(const std::string& binary, const std::string& config)
      : port_(support::free_port()),
        process_({.argv = arguments(binary, config), .environment = {}}),
        client_("127.0.0.1", port_) {
    process_.wait_for_http(port_, "/-/ready");
  }

  // The values of an instant query.
  std::vector<std::string> query(const std::string& expression) {
    std::vector<std::string> values;
    for (const auto& sample : result(expression)) values.push_back(sample["value"][1].get<std::string>());
    return values;
  }

  // What the samples of an instant query have in this label.
  std::set<std::string> labels(const std::string& expression, const std::string& name) {
    std::set<std::string> values;
    for (const auto& sample : result(expression)) values.insert(sample["metric"].value(name, ""));
    return values;
  }

 private:
  nlohmann::json result(const std::string& expression) {
    const auto answer = client_.Post("/api/v1/query", httplib::Params{{"query", expression}});
    if (!answer || answer->status != 200) return nlohmann::json::array();
    return nlohmann::json::parse(answer->body)["data"]["result"];
  }

  std::vector<std::string> arguments(const std::string& binary, const std::string& config) {
    return {binary,
            "--config.file=" + folder_.write("prometheus.yml", config).string(),
            "--storage.tsdb.path=" + (folder_ / "data").string(),
            "--web.listen-address=127.0.0.1:" + std::to_string(port_),
            "--rules.alert.resend-delay=1s",
            "--log.level=warn"};
  }

  const support::TempDir folder_;
  const std::uint16_t port_;
  support::Process process_;
  httplib::Client client_;
};

}  // namespace integration
