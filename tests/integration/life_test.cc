// How the exporter starts, reloads and ends.
#include <gtest/gtest.h>

#include "running_exporter.h"

namespace {

using namespace std::chrono_literals;
using integration::golden;
using integration::RunningExporter;
using integration::setup_for;

int exit_code_of(std::vector<std::string> argv, std::string& output) {
  argv.insert(argv.begin(), EXPORTER);
  support::Process process({.argv = std::move(argv), .environment = {}});
  const int code = process.wait().value_or(-1);
  output = process.output();
  return code;
}

TEST(Life, ASigtermEndsItWithItsSessionLoggedOut) {
  simulator::Simulator server(golden());
  RunningExporter exporter(setup_for(server));
  exporter.wait_until_ready();
  EXPECT_EQ(server.counts().open_sessions, 1U);
  EXPECT_EQ(exporter.process().stop(), 0);
  EXPECT_EQ(server.counts().logouts, 1U);
  EXPECT_EQ(server.counts().open_sessions, 0U);
}

TEST(Life, ASigintEndsItAsWell) {
  simulator::Simulator server(golden());
  RunningExporter exporter(setup_for(server));
  exporter.process().signal(SIGINT);
  EXPECT_EQ(exporter.process().wait(), 0);
}

TEST(Life, ItEndsPromptlyWhileAServerHangs) {
  simulator::Simulator server(golden());
  server.fault({.kind = simulator::FaultKind::latency, .delay = 60s});
  RunningExporter exporter(setup_for(server));
  ASSERT_TRUE(support::eventually([&] { return server.counts().logins == 1; }));
  exporter.process().signal(SIGTERM);
  EXPECT_EQ(exporter.process().wait(15s), 0);
}

TEST(Life, NineCollectorsShareOneLogin) {
  simulator::Simulator server(golden());
  RunningExporter exporter(setup_for(server));
  exporter.wait_until_ready();
  EXPECT_EQ(server.counts().logins, 1U);
}

TEST(Life, ATakenPortIsOneClearLineAndExit1) {
  simulator::Simulator server(golden());
  RunningExporter first(setup_for(server));
  const support::TempDir folder;
  const auto config = folder.write("config.yaml", integration::config_text(setup_for(server)));
  std::string output;
  const std::string address = "127.0.0.1:" + std::to_string(first.port());
  EXPECT_EQ(exit_code_of({"--config.file=" + config.string(), "--web.listen-address=" + address,
                          "--storage=" + integration::storage_in(folder)},
                         output),
            1);
  EXPECT_NE(output.find("vprotect_exporter: cannot listen on " + address + ": Address already in use\n"),
            std::string::npos)
      << output;
}

TEST(Life, ABadConfigurationIsOneLineThatNamesThePlaceAndExit1) {
  const support::TempDir folder;
  const auto config = folder.write("config.yaml", "servers:\n  - name: prod\n    urll: x\n");
  std::string output;
  EXPECT_EQ(
      exit_code_of({"--config.file", config.string(), "--storage", integration::storage_in(folder)}, output),
      1);
  EXPECT_NE(output.find("config.yaml:3: servers[0].urll: "), std::string::npos) << output;
  EXPECT_EQ(std::count(output.begin(), output.end(), '\n'), 1) << output;
}

TEST(Life, ConfigCheckSaysWhetherTheFileIsGoodAndNothingSecret) {
  const support::TempDir folder;
  const auto config = folder.write(
      "config.yaml", integration::config_text({.url = "http://127.0.0.1:1", .password = "hunter2"}));
  std::string output;
  EXPECT_EQ(exit_code_of({"--config.check", "--config.file", config.string()}, output), 0);
  EXPECT_NE(output.find("config.yaml: good\n"), std::string::npos);
  EXPECT_EQ(output.find("hunter2"), std::string::npos);
}

TEST(Life, ATokenThatCannotBePrintedIsExit1) {
  support::Process printing(
      {.argv = {"/bin/sh", "-c", "exec \"$0\" --token.new >/dev/full", EXPORTER}, .environment = {}});
  EXPECT_EQ(printing.wait(), 1);
  EXPECT_EQ(printing.output(), "vprotect_exporter: cannot write to standard output\n");
}

TEST(Life, AHealthCheckAsksTheExporterThatRuns) {
  simulator::Simulator server(golden());
  RunningExporter exporter(setup_for(server));
  const std::string address = "--web.listen-address=127.0.0.1:" + std::to_string(exporter.port());
  std::string output;
  EXPECT_EQ(exit_code_of({"--health.check", address}, output), 0);
  exporter.process().stop();
  EXPECT_EQ(exit_code_of({"--health.check", address}, output), 1);
}

TEST(Life, NothingSecretIsLoggedAtAnyLevel) {
  simulator::Simulator server(golden());
  const support::TempDir folder;
  const auto config = folder.write("config.yaml", integration::config_text(setup_for(server)));
  support::Process process(
      {.argv = {EXPORTER, "--config.file=" + config.string(), "--log.level=debug",
                "--web.listen-address=127.0.0.1:0", "--storage=" + integration::storage_in(folder)},
       .environment = {}});
  ASSERT_TRUE(support::eventually([&] { return server.counts().requests >= 10; }));
  server.expire_sessions();
  ASSERT_TRUE(support::eventually([&] { return server.counts().logins >= 2; }));
  process.stop();
  EXPECT_EQ(process.output().find("secret"), std::string::npos) << process.output();
  EXPECT_EQ(process.output().find("SESSION"), std::string::npos) << process.output();
}

TEST(Reload, ASighupTakesTheFileAsItIsNow) {
  simulator::Simulator server(golden());
  RunningExporter exporter(setup_for(server));
  exporter.wait_until_ready();
  auto changed = setup_for(server);
  changed.server_lines = "    tenants:\n      - name: everyone\n        projects: [finance, web]\n";
  exporter.configure(changed);
  exporter.process().signal(SIGHUP);
  EXPECT_TRUE(exporter.becomes(
      "vprotect_tenant_protection_vms{server=\"prod\",tenant=\"everyone\",status=\"protected\"}", "6"))
      << exporter.process().output();
}

TEST(Reload, AWrongPasswordThatIsMendedWorksWithoutARestartAndKeepsTheData) {
  simulator::Simulator server(golden());
  auto setup = setup_for(server);
  RunningExporter exporter(setup);
  exporter.wait_until_ready();
  setup.password = "wrong";
  exporter.configure(setup);
  EXPECT_EQ(exporter.post("/-/reload")->status, 200);
  EXPECT_TRUE(exporter.becomes(integration::kUp, "0"));
  EXPECT_EQ(exporter.value(integration::kVmRows), "14") << "the data of before the reload is kept";
  setup.password = "secret";
  exporter.configure(setup);
  EXPECT_EQ(exporter.post("/-/reload")->status, 200);
  EXPECT_TRUE(exporter.becomes(integration::kUp, "1"));
}

TEST(Reload, ABadFileChangesNothingAndShows) {
  simulator::Simulator server(golden());
  auto setup = setup_for(server);
  RunningExporter exporter(setup);
  exporter.wait_until_ready();
  setup.server_lines = "    colour: red\n";
  exporter.configure(setup);
  const auto answer = exporter.post("/-/reload");
  EXPECT_EQ(answer->status, 500);
  EXPECT_NE(answer->body.find("servers[0].colour"), std::string::npos) << answer->body;
  EXPECT_EQ(exporter.value("vprotect_exporter_config_last_reload_successful"), "0");
  EXPECT_EQ(exporter.value(integration::kUp), "1");
}

TEST(Reload, AServerThatIsRemovedLeavesNothingBehind) {
  simulator::Simulator kept(golden());
  simulator::Simulator removed(golden());
  auto setup = setup_for(kept);
  const auto alone = setup;
  setup.server_lines =
      "  - name: old\n    url: " + removed.url() + "\n    username: monitoring\n    password: secret\n";
  RunningExporter exporter(setup);
  exporter.wait_until_ready();
  EXPECT_NE(exporter.get("/metrics")->body.find("server=\"old\""), std::string::npos);
  exporter.configure(alone);
  EXPECT_EQ(exporter.post("/-/reload")->status, 200);
  EXPECT_EQ(removed.counts().open_sessions, 0U);
  EXPECT_TRUE(support::eventually(
      [&] { return exporter.get("/metrics")->body.find("server=\"old\"") == std::string::npos; }));
}

TEST(Reload, AnUnchangedServerKeepsItsSession) {
  simulator::Simulator server(golden());
  RunningExporter exporter(setup_for(server));
  exporter.wait_until_ready();
  EXPECT_EQ(exporter.post("/-/reload")->status, 200);
  EXPECT_EQ(server.counts().logins, 1U);
  EXPECT_EQ(server.counts().logouts, 0U);
}

}  // namespace
