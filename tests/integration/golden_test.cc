// The whole exposition of the golden scenario, at the moment in which it takes place.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "running_exporter.h"

namespace {

using integration::golden;
using integration::RunningExporter;
using integration::setup_for;

constexpr const char* kFakeTime = "/usr/lib/" MULTIARCH "/faketime/libfaketimeMT.so.1";

// The program's clock stands at the scenario's moment; its timers go on.
integration::Setup at_golden_time(const simulator::Simulator& server) {
  auto setup = setup_for(server);
  setup.environment = {{"LD_PRELOAD", kFakeTime},
                       {"FAKETIME", "2026-01-01 12:00:00"},
                       {"FAKETIME_DONT_FAKE_MONOTONIC", "1"},
                       {"TZ", "UTC"}};
  return setup;
}

// Without what the exporter says of itself, which is another at each run.
std::string without_self_metrics(const std::string& text) {
  std::string result;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto is_about = [&](std::string_view prefix) {
      return line.starts_with(prefix) ||
             (line.starts_with("# ") && line.find(" " + std::string(prefix)) == 6);
    };
    if (is_about("vprotect_exporter_") || is_about("process_")) continue;
    result += line + "\n";
  }
  return result;
}

// The first line in which two texts differ, both sides of it; empty when they do not.
std::string first_difference(const std::string& got, const std::string& wanted) {
  std::istringstream got_lines(got);
  std::istringstream wanted_lines(wanted);
  std::string got_line;
  std::string wanted_line;
  while (true) {
    const bool got_more = static_cast<bool>(std::getline(got_lines, got_line));
    const bool wanted_more = static_cast<bool>(std::getline(wanted_lines, wanted_line));
    if (!got_more && !wanted_more) return "";
    if (got_more != wanted_more || got_line != wanted_line)
      return std::string("got    ").append(got_line).append("\nwanted ").append(wanted_line);
  }
}

// Compares with the file, or writes it when VPROTECT_UPDATE_GOLDEN is set.
void expect_golden(const std::string& text, const std::string& file) {
  const std::string path = std::string(GOLDEN_DIR) + "/" + file;
  if (std::getenv("VPROTECT_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << text;
  EXPECT_EQ(first_difference(text, support::read_file(path)), "")
      << "VPROTECT_UPDATE_GOLDEN=1 writes " << file << " anew";
}

class Golden : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::string_view(SANITIZE).empty()) GTEST_SKIP() << "a sanitizer must be the first library";
    ASSERT_TRUE(std::filesystem::exists(kFakeTime)) << "Debian's package libfaketime";
  }
};

TEST_F(Golden, PrometheusText) {
  simulator::Simulator server(golden());
  RunningExporter exporter(at_golden_time(server));
  exporter.wait_until_ready();
  const auto answer = exporter.get("/metrics");
  EXPECT_EQ(answer->get_header_value("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  expect_golden(without_self_metrics(answer->body), "metrics.txt");
}

TEST_F(Golden, OpenMetrics) {
  simulator::Simulator server(golden());
  RunningExporter exporter(at_golden_time(server));
  exporter.wait_until_ready();
  const auto answer = exporter.get("/metrics", {{"Accept", "application/openmetrics-text;version=1.0.0"}});
  EXPECT_EQ(answer->get_header_value("Content-Type"),
            "application/openmetrics-text; version=1.0.0; charset=utf-8");
  expect_golden(without_self_metrics(answer->body), "metrics.openmetrics.txt");
}

TEST_F(Golden, OneTenant) {
  simulator::Simulator server(golden());
  RunningExporter exporter(at_golden_time(server));
  exporter.wait_until_ready();
  expect_golden(exporter.get("/metrics?tenant=finance")->body, "metrics.finance.txt");
}

}  // namespace
