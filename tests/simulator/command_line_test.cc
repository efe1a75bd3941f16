#include "command_line.h"

#include <gtest/gtest.h>

#include <vector>

namespace simulator {
namespace {

CommandLine parsed(std::vector<const char*> words) {
  words.insert(words.begin(), "vprotect_simulator");
  return parse_command_line(static_cast<int>(words.size()), words.data());
}

TEST(CommandLineOf, TheServer) {
  const CommandLine line =
      parsed({"--listen", "0.0.0.0:8181", "--profile=3.9", "--tls-cert", "c.pem", "--port-file=ports"});
  EXPECT_EQ(line.options.host, "0.0.0.0");
  EXPECT_EQ(line.options.port, 8181);
  EXPECT_EQ(line.options.profile, "3.9");
  EXPECT_EQ(line.options.tls->cert_file, "c.pem");
  EXPECT_EQ(line.port_file, "ports");
}

TEST(CommandLineOf, ABulkScenario) {
  const CommandLine line = parsed({"--vms", "500", "--history-days", "7", "--speed", "0.5"});
  EXPECT_EQ(line.options.scenario, "bulk");
  EXPECT_EQ(line.options.bulk.vms, 500U);
  EXPECT_EQ(line.options.bulk.history_days, 7U);
  EXPECT_EQ(line.options.speed, 0.5);
}

TEST(CommandLineOf, AScenarioFile) {
  EXPECT_EQ(parsed({"--scenario-file", "site.json"}).options.scenario_file, "site.json");
}

TEST(CommandLineOf, RefusesWhatItDoesNotKnow) {
  EXPECT_THROW(parsed({"--colour", "red"}), UsageError);
  EXPECT_THROW(parsed({"--vms", "many"}), UsageError);
  EXPECT_THROW(parsed({"--listen", "here"}), UsageError);
  EXPECT_THROW(parsed({"--seed"}), UsageError);
}

}  // namespace
}  // namespace simulator
