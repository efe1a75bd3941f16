#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "running_exporter.h"
#include "simulator/simulator.h"

namespace integration {

using nlohmann::json;

// A token that may do everything for everybody, and one for a tenant's things only.
inline constexpr const char* kRunner = "runbook-token";
inline constexpr const char* kFinanceRunner = "finance-token";
inline constexpr const char* kRunnersMayChange =
    "access:\n"
    "  tokens:\n"
    "    - name: runner\n"
    "      sha256: c045ee124b65ab1d2fa14df68191152ca46a5dbe6221d1237e368523cbdba8a3\n"
    "      verbs: [metrics, report, backup, restore, manage]\n"
    "      tenants: [\"*\"]\n"
    "    - name: finance-runner\n"
    "      sha256: d59b3bd1a887cd5fe11f27a09f7bb5e0a0566220609933792a81fd1589aaf0c0\n"
    "      verbs: [report, backup, restore, manage]\n"
    "      tenants: [finance]\n"
    "  anonymous: {verbs: [metrics], tenants: [\"*\"]}\n";

// Looks often, waits for little, and holds nothing back.
inline constexpr const char* kHastyRunbooks =
    "runbooks:\n"
    "  requests_per_second: 1000\n"
    "  request_burst: 1000\n"
    "  guard: {cool_down: 0s, recent_success: 0s, tenant_budget: 100000, total_budget: 100000, "
    "most_in_flight: 100000}\n"
    "  follow: {interval: 100ms, settle: 2s, patience: 5s, lease: 10s}\n";

inline Setup runbook_setup(const simulator::Simulator& server, const std::string& runbooks = kHastyRunbooks) {
  Setup setup = setup_for(server);
  setup.access_lines = kRunnersMayChange;
  setup.root_lines = runbooks;
  return setup;
}

// Nights pass in minutes: a backup takes a few seconds.
inline simulator::Options busy_demo() { return {.scenario = "demo", .speed = 60}; }

inline httplib::Headers runner_headers(const std::string& key = "", const std::string& token = kRunner) {
  httplib::Headers headers{{"Authorization", "Bearer " + token}};
  if (!key.empty()) headers.emplace("Idempotency-Key", key);
  return headers;
}

// What the runbook of an exporter answers.
class RunbookClient {
 public:
  explicit RunbookClient(int port) : client_("127.0.0.1", port) {
    client_.set_read_timeout(support::kPatience);
    client_.set_tcp_nodelay(true);
  }

  struct Answer {
    int status = 0;  // 0: there was none
    json body;
  };

  Answer post(const std::string& path, const json& body, const std::string& key = "",
              const std::string& token = kRunner) {
    return answer_of(client_.Post(path, runner_headers(key, token), body.dump(), "application/json"));
  }
  Answer get(const std::string& path, const std::string& token = kRunner) {
    return answer_of(client_.Get(path, runner_headers("", token)));
  }
  Answer remove(const std::string& path, const std::string& token = kRunner) {
    return answer_of(client_.Delete(path, runner_headers("", token)));
  }

  // The operation once it has ended; whatever it is when it does not in time.
  json ended(const std::string& id) {
    json body;
    support::eventually([&] {
      body = get("/api/v1/operations/" + id + "?wait=2s").body;
      return body.value("state", "") == "ended";
    });
    return body;
  }

  // Guids of VMs that have been backed up.
  std::vector<std::string> covered_vms(const std::string& tenant = "") {
    std::vector<std::string> guids;
    const std::string filter = tenant.empty() ? "" : "&tenant=" + tenant;
    support::eventually([&] {
      guids.clear();
      const Answer answer = get("/api/v1/vms?limit=1000&state=covered" + filter);
      for (const json& vm : answer.body.value("items", json::array())) guids.push_back(vm["guid"]);
      return guids.size() > 3;
    });
    return guids;
  }

 private:
  static Answer answer_of(const httplib::Result& result) {
    if (!result) return {};
    return {result->status, json::parse(result->body, nullptr, false)};
  }

  httplib::Client client_;
};

inline json backup_of(const std::string& guid) { return {{"vms", {{{"guid", guid}}}}}; }

}  // namespace integration
