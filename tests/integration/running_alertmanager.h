#pragma once

#include <httplib.h>

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/loopback.h"
#include "support/process.h"
#include "support/temp_dir.h"

namespace integration {

// A real Alertmanager with this configuration. Debian's looks for its template in a folder under /usr/share,
// where it is not when the package is merely unpacked: a copy of the program looks into our folder instead,
// whose path is made as long by slashes.
class RunningAlertmanager {
 public:
  // At this port, or at a free one.
  RunningAlertmanager(const std::string& binary, const std::string& config,
                      std::optional<std::uint16_t> port = {})
      : port_(port ? *port : support::free_port()),
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

  std::uint16_t port() const { return port_; }
  // Of webhooks, since it started.
  bool has_notified() {
    const auto answer = client_.Get("/metrics");
    constexpr const char* kNone = "\nalertmanager_notifications_total{integration=\"webhook\"} 0\n";
    return answer && answer->status == 200 && answer->body.find(kNone) == std::string::npos;
  }
  std::string output() const { return process_.output(); }

 private:
  std::vector<std::string> arguments(const std::string& binary, const std::string& config) {
    return {copy_of(binary), "--config.file=" + folder_.write("alertmanager.yml", config).string(),
            "--storage.path=" + (folder_ / "data").string(),
            "--web.listen-address=127.0.0.1:" + std::to_string(port_), "--cluster.listen-address="};
  }

  std::string copy_of(const std::string& binary) {
    const std::string theirs = "/usr/share/prometheus/alertmanager";
    std::string ours = folder_.path().string();
    if (ours.size() >= theirs.size())
      throw std::runtime_error("the temporary folder's path is too long: " + ours);
    ours.resize(theirs.size(), '/');
    std::string program = support::read_file(binary);
    for (auto at = program.find(theirs); at != program.npos; at = program.find(theirs, at + ours.size()))
      program.replace(at, ours.size(), ours);
    const auto tree = std::filesystem::path(binary).parent_path().parent_path();
    for (const std::string name : {"default.tmpl", "email.tmpl"})
      folder_.write(name, support::read_file(tree / "share/prometheus/alertmanager" / name));
    const auto copy = folder_.write("alertmanager", program);
    std::filesystem::permissions(copy, std::filesystem::perms::owner_all);
    return copy.string();
  }

  const support::TempDir folder_;
  const std::uint16_t port_;
  support::Process process_;
  httplib::Client client_;
};

}  // namespace integration
