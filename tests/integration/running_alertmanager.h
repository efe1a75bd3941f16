#pragma once

#include <httplib.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/loopback.h"
#include "support/process.h"
#include "support/temp_dir.h"

namespace integration {

// A real Alertmanager with this configuration. Debian's looks for its templates in /usr/share, where they are
// not when its package is merely unpacked: it gets a /usr/share of its own, which nobody else sees.
class RunningAlertmanager {
 public:
  RunningAlertmanager(const std::string& binary, const std::string& config)
      : port_(support::free_port()),
        process_({.argv = arguments(binary, config), .environment = {}}),
        client_("127.0.0.1", port_) {
    process_.wait_for_http(port_, "/-/ready");
  }

  // Each alert is its labels.
  bool fire(const std::vector<nlohmann::json>& alerts) {
    nlohmann::json body = nlohmann::json::array();
    for (const nlohmann::json& labels : alerts) body.push_back({{"labels", labels}});
    const auto answer = client_.Post("/api/v2/alerts", body.dump(), "application/json");
    return answer && answer->status == 200;
  }

  std::string output() const { return process_.output(); }

 private:
  std::vector<std::string> arguments(const std::string& binary, const std::string& config) {
    std::vector<std::string> argv{"unshare", "--mount"};
    if (geteuid() != 0) argv.emplace_back("--map-root-user");
    const auto share = std::filesystem::path(binary).parent_path().parent_path() / "share";
    for (const std::string& argument :
         {std::string("sh"), std::string("-c"), std::string("mount --bind \"$0\" /usr/share && exec \"$@\""),
          share.string(), binary, "--config.file=" + folder_.write("alertmanager.yml", config).string(),
          "--storage.path=" + (folder_ / "data").string(),
          "--web.listen-address=127.0.0.1:" + std::to_string(port_),
          std::string("--cluster.listen-address=")})
      argv.push_back(argument);
    return argv;
  }

  const support::TempDir folder_;
  const std::uint16_t port_;
  support::Process process_;
  httplib::Client client_;
};

}  // namespace integration
