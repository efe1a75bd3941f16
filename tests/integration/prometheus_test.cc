// A real Prometheus scrapes the exporter; a real promtool reads what it serves.
#include <gtest/gtest.h>

#include "running_exporter.h"
#include "running_prometheus.h"

namespace {

using integration::golden;
using integration::program;
using integration::RunningExporter;
using integration::RunningPrometheus;
using integration::setup_for;

TEST(Promtool, HasNothingToSayAboutTheExposition) {
  const std::string promtool = program("VPROTECT_PROMTOOL");
  if (promtool.empty()) GTEST_SKIP() << "VPROTECT_PROMTOOL is not set: scripts/test.sh sets it";
  simulator::Simulator server({.scenario = "demo"});
  RunningExporter exporter(setup_for(server));
  exporter.wait_until_ready();
  const support::TempDir folder;
  const auto text = folder.write("metrics", exporter.get("/metrics")->body);
  support::Process check(
      {.argv = {"/bin/sh", "-c", "exec \"$0\" check metrics < \"$1\"", promtool, text.string()},
       .environment = {}});
  EXPECT_EQ(check.wait(), 0) << check.output();
  EXPECT_EQ(check.output(), "");
}

constexpr const char* kScrapeConfig = R"(global:
  scrape_interval: 1s
  scrape_timeout: 1s
scrape_configs:
  - job_name: vprotect
    static_configs:
      - targets: ['127.0.0.1:PORT']
)";

TEST(Prometheus, ScrapesTheExporterAndAnswersWithTheRightNumbers) {
  const std::string binary = program("VPROTECT_PROMETHEUS");
  if (binary.empty()) GTEST_SKIP() << "VPROTECT_PROMETHEUS is not set: scripts/test.sh sets it";
  simulator::Simulator server(golden());
  RunningExporter exporter(setup_for(server));
  exporter.wait_until_ready();
  std::string config = kScrapeConfig;
  config.replace(config.find("PORT"), 4, std::to_string(exporter.port()));
  RunningPrometheus prometheus(binary, config);
  using Values = std::vector<std::string>;
  EXPECT_TRUE(support::eventually([&] { return prometheus.query("up{job=\"vprotect\"}") == Values{"1"}; }));
  EXPECT_TRUE(
      support::eventually([&] { return prometheus.query("count(vprotect_vm_info)") == Values{"14"}; }));
  EXPECT_EQ(prometheus.query("count(vprotect_vm_info{tenant=\"finance\"})"), Values{"4"});
  EXPECT_EQ(prometheus.query("sum(vprotect_vm_protection_status{status=\"no_schedule\"})"), Values{"3"});
  EXPECT_EQ(
      prometheus.query("vprotect_vm_last_backup_timestamp_seconds{vm=\"erp-db-01\",backup_type=\"any\"}"),
      Values{"1767229207"});
  EXPECT_EQ(prometheus.query("scrape_samples_scraped == scrape_samples_post_metric_relabeling").size(), 1U);
  EXPECT_EQ(prometheus.query("count(vprotect_vm_info{vm=~\"(?s)quo\\\"ted\\nsecond.*\"})"), Values{"1"});
}

}  // namespace
