// A real Alertmanager notifies the exporter, and again when it had no answer in time.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "runbook_site.h"
#include "running_alertmanager.h"
#include "running_prometheus.h"
#include "support/loopback.h"

namespace {

using integration::json;
using integration::program;
using integration::RunbookClient;
using integration::RunningAlertmanager;
using integration::RunningExporter;

constexpr const char* kPath = "/api/v1/alertmanager";

// Hands each notification on, and keeps the first answer back for longer than Alertmanager waits for it,
// which is ten seconds.
class SlowWay {
 public:
  explicit SlowWay(int exporter) : exporter_(exporter) {
    server_.Post(kPath, [this](const httplib::Request& request, httplib::Response& response) {
      httplib::Client client("127.0.0.1", exporter_);
      const auto answer = client.Post(kPath, {{"Authorization", request.get_header_value("Authorization")}},
                                      request.body, "application/json");
      const bool is_first = handed_on_++ == 0;
      if (is_first) std::this_thread::sleep_for(std::chrono::seconds(12));
      response.status = answer ? answer->status : 502;
      if (answer) response.set_content(answer->body, "application/json");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::jthread([this] { server_.listen_after_bind(); });
    support::eventually([this] { return server_.is_running(); });
  }
  ~SlowWay() { server_.stop(); }
  SlowWay(const SlowWay&) = delete;
  SlowWay& operator=(const SlowWay&) = delete;

  int port() const { return port_; }
  int handed_on() const { return handed_on_; }

 private:
  const int exporter_;
  std::atomic<int> handed_on_{0};
  httplib::Server server_;
  int port_ = 0;
  std::jthread thread_;
};

std::string alertmanager_config(int port) {
  return "route:\n  receiver: vprotect\n  group_by: [alertname, guid]\n  group_wait: 0s\n  group_interval: "
         "1s\n"
         "  repeat_interval: 5m\nreceivers:\n  - name: vprotect\n    webhook_configs:\n      - url: "
         "http://127.0.0.1:" +
         std::to_string(port) + kPath +
         "\n        http_config:\n          authorization:\n            credentials: " +
         integration::kRunner + "\n";
}

TEST(RealAlertmanager, StartsOneBackupThoughItHadNoAnswerAndNotifiesAgain) {
  const std::string binary = program("VPROTECT_ALERTMANAGER");
  if (binary.empty()) GTEST_SKIP() << "VPROTECT_ALERTMANAGER is not set: scripts/test.sh sets it";
  simulator::Simulator server(integration::busy_demo());
  RunningExporter exporter(integration::runbook_setup(
      server, std::string(integration::kHastyRunbooks) +
                  "  alerts:\n    - {match: ['alertname=\"VmOverdue\"'], action: backup, type: FULL}\n"));
  exporter.wait_until_ready();
  RunbookClient client(exporter.port());
  const std::string vm = client.covered_vms().at(0);
  const SlowWay way(exporter.port());
  RunningAlertmanager alertmanager(binary, alertmanager_config(way.port()));
  ASSERT_TRUE(alertmanager.fire({{{"alertname", "VmOverdue"}, {"server", "prod"}, {"guid", vm}}}));

  EXPECT_TRUE(support::eventually([&] { return way.handed_on() >= 2; })) << alertmanager.output();
  const json operations = client.get("/api/v1/operations?origin=alertmanager").body.at("items");
  ASSERT_EQ(operations.size(), 1U) << operations;
  EXPECT_EQ(client.ended(operations[0]["id"])["outcome"], "succeeded");
  EXPECT_EQ(server.exports().size(), 1U);
  const json trail = client.get("/api/v1/audit?actor=runner&decision=accepted").body.at("items");
  EXPECT_EQ(trail.size(), 1U) << trail;
}

}  // namespace
