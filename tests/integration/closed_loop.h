#pragma once

#include <algorithm>
#include <filesystem>
#include <limits>
#include <optional>
#include <regex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "runbook_site.h"
#include "running_alertmanager.h"
#include "running_prometheus.h"

namespace integration {

// The programs are as Debian packages them, and the rules and the two configurations are the project's own:
// only their addresses and paths are replaced, and their times, so that an hour of theirs passes in seconds.
inline std::string replaced(std::string text,
                            const std::vector<std::pair<std::string, std::string>>& changes) {
  for (const auto& [from, to] : changes) {
    const auto at = text.find(from);
    if (at == text.npos) throw std::runtime_error("there is no '" + from + "'");
    text.replace(at, from.size(), to);
  }
  return text;
}

inline constexpr int kHaste = 150;  // `for: 15m` lasts six seconds

inline int seconds_of(const std::string& number, char unit) {
  const int units = unit == 'd' ? 86400 : unit == 'h' ? 3600 : unit == 'm' ? 60 : 1;
  return std::stoi(number) * units;
}

inline std::string in_haste(std::string rules) {
  const std::regex lasting("for: (\\d+)([smhd])");
  std::string hastened;
  for (std::smatch found; std::regex_search(rules, found, lasting); rules = found.suffix()) {
    const int seconds = std::max(1, seconds_of(found[1], found.str(2).front()) / kHaste);
    hastened += found.prefix().str() + "for: " + std::to_string(seconds) + "s";
  }
  return hastened + rules;
}

inline std::string alerts_file(const std::string& name) {
  return support::read_file(std::filesystem::path(ALERTS_DIR) / name);
}

// The rules in a folder of their own.
class HastyRules {
 public:
  HastyRules() {
    for (const auto& file : std::filesystem::directory_iterator(ALERTS_DIR)) {
      if (file.path().extension() == ".yaml")
        folder_.write(file.path().filename().string(), in_haste(support::read_file(file.path())));
    }
    folder_.write("thresholds.yaml",
                  replaced(alerts_file("thresholds.yaml"), {{"vector(600)", "vector(4)"}}));
  }

  std::string files() const { return (folder_ / "*.yaml").string(); }

 private:
  const support::TempDir folder_;
};

inline std::string alertmanager_config_of(int exporter, const support::TempDir& folder) {
  return replaced(alerts_file("examples/alertmanager.yaml"),
                  {{"group_wait: 1m", "group_wait: 1s"},
                   {"group_interval: 5m", "group_interval: 2s"},
                   {"repeat_interval: 12h", "repeat_interval: 10m"},
                   {"repeat_interval: 4h", "repeat_interval: 10m"},
                   {"https://exporter.example:9777", "http://127.0.0.1:" + std::to_string(exporter)},
                   {"/etc/alertmanager/runbook-token", folder.write("token", kRunner).string()}});
}

inline std::string prometheus_config_of(int exporter, int alertmanager, const HastyRules& rules) {
  return replaced(alerts_file("examples/prometheus.yaml"),
                  {{"scrape_interval: 60s", "scrape_interval: 1s"},
                   {"evaluation_interval: 60s", "evaluation_interval: 1s"},
                   {"scrape_timeout: 30s", "scrape_timeout: 1s"},
                   {"/etc/prometheus/vprotect/*.yaml", rules.files()},
                   {"alertmanager.example:9093", "127.0.0.1:" + std::to_string(alertmanager)},
                   {"exporter.example:9777", "127.0.0.1:" + std::to_string(exporter)}});
}

// VMs that only a runbook backs up: one that is due at half past one, and forty that are at half past five.
inline std::string nights() {
  json site = {{"about", "Nobody but a runbook makes a backup."},
               {"now", "2026-01-07T00:30:00Z"},
               {"projects", {"finance", "web"}},
               {"policies", {{{"name", "Early"}}, {{"name", "Late"}}}},
               {"schedules",
                {{{"name", "One"}, {"at", "01:00"}, {"window", "30m"}, {"policies", {"Early"}}},
                 {{"name", "Five"}, {"at", "05:00"}, {"window", "30m"}, {"policies", {"Late"}}}}}};
  const auto vm = [](const std::string& name, const char* project, const char* policy, const char* at) {
    return json{{"name", name},
                {"project", project},
                {"policy", policy},
                {"frozen", true},
                {"backups", {{{"at", at}, {"type", "FULL"}}}}};
  };
  site["vms"].push_back(vm("erp-01", "finance", "Early", "2026-01-06T01:00:05Z"));
  for (int n = 1; n <= 40; ++n)
    site["vms"].push_back(vm("web-" + std::to_string(n), "web", "Late", "2026-01-06T05:00:05Z"));
  return site.dump();
}

inline Setup loop_setup(const simulator::Simulator& site) {
  return runbook_setup(site,
                       std::string(kHastyRunbooks) +
                           "  alerts:\n    - {match: ['alertname=\"VprotectVmOverdue\"'], action: backup}\n"
                           "coverage:\n  grace: 0s\n");
}

// Simulator, exporter, Prometheus and Alertmanager, each of which knows the next.
class ClosedLoop {
 public:
  ClosedLoop(const std::string& prometheus, const std::string& alertmanager)
      : binary_(alertmanager),
        site_({.scenario_file = folder_.write("site.json", nights()).string(), .session_lifetime = {}}),
        exporter_(loop_setup(site_)) {
    site_.set_speed(60);
    exporter_.wait_until_ready();
    alertmanager_.emplace(binary_, alertmanager_config_of(exporter_.port(), folder_));
    prometheus_.emplace(prometheus, prometheus_config_of(exporter_.port(), alertmanager_->port(), rules_));
    client_.emplace(exporter_.port());
    if (!support::eventually([&] { return is_calm(); })) throw std::runtime_error("it does not come to rest");
  }

  simulator::Simulator& site() { return site_; }
  RunningExporter& exporter() { return exporter_; }
  RunningPrometheus& prometheus() { return *prometheus_; }
  RunbookClient& client() { return *client_; }

  // Another one in its place, which remembers nothing; until it has notified the exporter.
  bool replace_alertmanager() {
    const auto port = alertmanager_->port();
    alertmanager_.reset();
    alertmanager_.emplace(binary_, alertmanager_config_of(exporter_.port(), folder_), port);
    return support::eventually([&] { return alertmanager_->has_notified(); });
  }

  // The alerts that fire, but for the one about the clock that the tests turn.
  std::set<std::string> firing() {
    return prometheus_->labels(R"(ALERTS{alertstate="firing", alertname!="VprotectClockSkew"})", "alertname");
  }
  bool fires(const std::string& alert) {
    return support::eventually([&] { return firing().contains(alert); });
  }
  bool ends(const std::string& alert) {
    return support::eventually([&] { return !firing().contains(alert); });
  }

  json operations() {
    return client_->get("/api/v1/operations?origin=alertmanager").body.value("items", json::array());
  }
  // By the server's clock, as Prometheus knows it.
  double seconds_until_due(const std::string& vm) {
    const auto values =
        prometheus_->query("vprotect_vm_backup_due_timestamp_seconds{vm=\"" + vm +
                           "\"} - on (instance) group_left () vprotect_snapshot_timestamp_seconds"
                           " - on (server) group_left () vprotect_server_clock_skew_seconds");
    return values.size() == 1 ? std::stod(values.front()) : std::numeric_limits<double>::infinity();
  }
  bool overdue(int vms) {
    return support::eventually([&] {
      return prometheus_->query("sum(vprotect_tenant_vms{state=\"overdue\"})") ==
             std::vector<std::string>{std::to_string(vms)};
    });
  }

 private:
  // Prometheus needs some seconds for its first scrape, and says so.
  bool is_calm() {
    return !prometheus_->query("server:vprotect_data_fresh:bool == 1").empty() && firing().empty();
  }

  const std::string binary_;
  const support::TempDir folder_;
  const HastyRules rules_;
  simulator::Simulator site_;
  RunningExporter exporter_;
  std::optional<RunningAlertmanager> alertmanager_;
  std::optional<RunningPrometheus> prometheus_;
  std::optional<RunbookClient> client_;
};

}  // namespace integration
