#include <gtest/gtest.h>

#include "config/config.h"
#include "support/temp_dir.h"
#include "unit/config/example_env.h"

namespace {

using namespace std::chrono_literals;
using config::Config;
using config::load;
using config_test::environment;

constexpr const char* kPem = "-----BEGIN CERTIFICATE-----\n";

class Load : public testing::Test {
 protected:
  // Of a file with one server, whose further lines are these.
  Config with_server(const std::string& lines, const config::Environment& variables = environment()) {
    return load(
        folder_.write("vp.yaml", "servers:\n  - name: prod\n    username: monitoring\n" + lines).string(),
        variables);
  }
  std::string password_of(const std::string& line, const config::Environment& variables = environment()) {
    return with_server("    url: https://h\n    " + line + "\n", variables)
        .servers.at(0)
        .connection.password.reveal();
  }
  std::string where(const std::string& rest) const { return (folder_ / "vp.yaml").string() + rest; }

  support::TempDir folder_;
};

config::ServerConfig least_server() {
  config::ServerConfig server;
  server.connection.name = "prod";
  server.connection.username = "monitoring";
  server.connection.url = "https://h";
  server.connection.password = base::Secret("p");
  return server;
}

TEST_F(Load, LeavesEveryDefaultThatTheFileDoesNotTouch) {
  const Config config = with_server("    url: https://h\n    password: p\n");

  EXPECT_EQ(
      config,
      (Config{.collection = {}, .fleet = {}, .servers = {least_server()}, .metrics = {}, .warnings = {}}));
  EXPECT_EQ(config.warnings, std::vector<std::string>{});
}

TEST_F(Load, TakesAKeyWithoutAValueForTheDefault) {
  const Config config = with_server(
      "    url: https://h\n    password: p\n    password_file:\n    page_size: ~\n    tenants:\n    "
      "tenant_filter: null\n"
      "    tls_config: {ca_file: , cert_file: , key_file: \"\", server_name: , insecure_skip_verify: }\n"
      "collection:\ncoverage: {grace: , exclusions: }\nmetrics: {series_budget: , budgets: , disabled: }\n");

  EXPECT_EQ(
      config,
      (Config{.collection = {}, .fleet = {}, .servers = {least_server()}, .metrics = {}, .warnings = {}}));
}

constexpr base::TimePoint kNewYear = std::chrono::sys_days(std::chrono::year(2027) / 1 / 1);

TEST_F(Load, TakesEveryKey) {
  folder_.write("ca.pem", kPem);
  folder_.write("cert.pem", kPem);
  folder_.write("key.pem", "-----BEGIN PRIVATE KEY-----\n");
  Config expected;
  expected.collection.interval = 2min;
  expected.collection.tasks_interval = 1s;
  expected.collection.slow_interval = 10min;
  expected.fleet.tick = 5s;
  expected.fleet.derive.stale_after = 1h;
  expected.collection.history = 10 * 24h;
  expected.collection.backups_overlap = 3h;
  expected.collection.history_refresh = 12h;
  expected.metrics.series_budget = 5000;
  expected.metrics.budgets = {{"vprotect_vm_info", 200}, {"vprotect_tasks", 1}};
  expected.metrics.disabled = {"vprotect_vm_warnings", "vprotect_node_info"};
  expected.fleet.derive.grace = 2h;
  expected.fleet.derive.exclusions = {
      {.server = "prod",
       .vm = domain::VmId("3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11"),
       .name = "lab-*",
       .policy = "Gold",
       .tenant = "finance",
       .reason = base::SharedText("rebuilt nightly"),
       .until = kNewYear},
      {.name = "scratch-?", .reason = base::SharedText("scratch"), .until = kNewYear + 18h}};
  config::ServerConfig& server = expected.servers.emplace_back(least_server());
  server.connection.url = "HTTPS://[2001:db8::1]:8181/api/";
  server.connection.tls = {.ca_file = (folder_ / "ca.pem").string(),
                           .cert_file = (folder_ / "cert.pem").string(),
                           .key_file = (folder_ / "key.pem").string(),
                           .server_name = "vprotect.example",
                           .insecure_skip_verify = true};
  server.connection.connect_timeout = 500ms;
  server.connection.request_timeout = 90s;
  server.connection.page_size = 250;
  server.tenants = {.rules = {{"finance", {"5e0f2f1c-6a7f-4a15-8f06-dd0000000001", "Money & Co"}},
                              {"Forschung \xC3\xA4", {"42"}}},
                    .filter = "tenant-id"};

  const Config config = load(folder_
                                 .write("vp.yaml", R"(
collection:
  interval: 2m
  tasks_interval: 1s
  slow_interval: 10m
  snapshot_interval: 5s
  stale_after: 1h
  history: 10d
  backups_overlap: 3h
  history_refresh: 12h
coverage:
  grace: 2h
  exclusions:
    - server: prod
      vm: 3C1B7A52-0d5e-4a44-9e0b-5a1f6f0c2d11
      name: lab-*
      policy: Gold
      tenant: finance
      reason: rebuilt nightly
      until: 2026-12-31
    - {name: "scratch-?", reason: scratch, until: 2027-01-01T18:00:00Z}
metrics:
  series_budget: 5000
  budgets:
    - {family: vprotect_vm_info, series: 200}
    - {family: vprotect_tasks, series: 1}
  disabled: [vprotect_vm_warnings, vprotect_node_info]
servers:
  - name: prod
    url: HTTPS://[2001:db8::1]:8181/api/
    username: monitoring
    password: p
    tls_config:
      ca_file: ca.pem
      cert_file: ./cert.pem
      key_file: ')" + (folder_ / "key.pem").string() + R"('
      server_name: vprotect.example
      insecure_skip_verify: true
    connect_timeout: 500ms
    request_timeout: "1m30s"
    page_size: 250
    tenant_filter: tenant-id
    tenants:
      - name: finance
        projects: [5e0f2f1c-6a7f-4a15-8f06-dd0000000001, Money & Co]
      - {name: "Forschung \u00e4", projects: [42]}
)")
                                 .string(),
                             environment());

  expected.servers[0].connection.tls.cert_file = (folder_.path() / "./cert.pem").string();
  EXPECT_EQ(config, expected);
}

TEST_F(Load, KeepsTheOrderOfServersAndLetsThemShareTenants) {
  const Config config = load(folder_
                                 .write("vp.yaml", R"(
servers:
  - {name: b, url: 'https://b', username: u, password: p, tenants: [{name: t, projects: [x]}]}
  - {name: a, url: 'https://a', username: u, password: p, tenants: [{name: t, projects: [x]}]}
)")
                                 .string(),
                             environment());

  EXPECT_EQ(config.servers.at(0).connection.name, "b");
  EXPECT_EQ(config.servers.at(1).connection.name, "a");
}

TEST_F(Load, ExpandsVariablesInValuesOnce) {
  const auto variables = environment({{"A", "one"}, {"_b2", "${A}"}, {"EMPTY", ""}});

  EXPECT_EQ(password_of("password: ${A}", variables), "one");
  EXPECT_EQ(password_of("password: <${A}${EMPTY}-${_b2}>", variables), "<one-${A}>");
  EXPECT_EQ(password_of("password: '$${A} $A $ $$ pa$$word$'", variables), "${A} $A $ $$ pa$$word$");
}

TEST_F(Load, DoesNotLetAVariableAddYaml) {
  const std::string hostile = "x\n    tls_config: {insecure_skip_verify: true} # & * ! \"";

  const Config config =
      with_server("    url: https://h\n    password: ${P}\n", environment({{"P", hostile}}));

  config::ServerConfig expected = least_server();
  expected.connection.password = base::Secret(hostile);
  EXPECT_EQ(config.servers, std::vector{expected});
}

TEST_F(Load, ExpandsVariablesInNumbersFlagsAndDurations) {
  const Config config = with_server(
      "    url: https://${H}\n    password: p\n    page_size: ${N}\n    connect_timeout: ${N}s\n"
      "    tls_config: {insecure_skip_verify: \"${F}\"}\n",
      environment({{"H", "h"}, {"N", "7"}, {"F", "true"}}));

  config::ServerConfig expected = least_server();
  expected.connection.page_size = 7;
  expected.connection.connect_timeout = 7s;
  expected.connection.tls.insecure_skip_verify = true;
  EXPECT_EQ(config.servers, std::vector{expected});
}

TEST_F(Load, ReadsThePasswordFileAnewEachTimeAndDropsItsLineEnd) {
  folder_.write("secret", "first\n");
  const std::string before = password_of("password_file: secret");
  folder_.write("secret", " sec ond \r\n");
  const std::string after = password_of("password_file: ${FILE}", environment({{"FILE", "secret"}}));

  EXPECT_EQ(before, "first");
  EXPECT_EQ(after, " sec ond ");
}

TEST_F(Load, TakesWhatLooksLikeAnotherTypeForAPassword) {
  EXPECT_EQ(password_of("password: 0123"), "0123");
  EXPECT_EQ(password_of("password: true"), "true");
  EXPECT_EQ(password_of("password: 'null'"), "null");
  EXPECT_EQ(password_of("password: 1e3"), "1e3");
}

TEST_F(Load, WarnsOfWhatLetsThePasswordBeRead) {
  const Config config = with_server(
      "    url: http://vprotect.example\n    password: p\n    tls_config:\n      insecure_skip_verify: "
      "true\n");

  EXPECT_EQ(
      config.warnings,
      (std::vector<std::string>{
          where(":4: servers[0].url: http sends the password over the network unencrypted; use https"),
          where(":7: servers[0].tls_config.insecure_skip_verify: the server's certificate is not verified; "
                "the password can be stolen")}));
}

TEST_F(Load, DoesNotWarnOfHttpToTheSameMachine) {
  for (const char* url :
       {"http://localhost:8080", "http://127.1.2.3", "http://[::1]:80/api", "http://LOCALHOST"}) {
    EXPECT_EQ(with_server(std::string("    password: p\n    url: '") + url + "'\n").warnings,
              std::vector<std::string>{})
        << url;
  }
}

TEST_F(Load, WarnsOfHttpToWhatOnlyLooksLikeTheSameMachine) {
  for (const char* url : {"http://127.example", "http://localhost.example", "http://[::2]", "http://[::]"}) {
    EXPECT_EQ(with_server(std::string("    password: p\n    url: '") + url + "'\n").warnings.size(), 1U)
        << url;
  }
}

TEST_F(Load, ComparesConfigurationsWithoutTheirWarnings) {
  const Config quiet{.collection = {}, .servers = {least_server()}, .metrics = {}, .warnings = {}};
  const Config warned{.collection = {}, .servers = {least_server()}, .metrics = {}, .warnings = {"w"}};
  const Config other{.collection = {}, .servers = {}, .metrics = {}, .warnings = {}};

  Config narrower = quiet;
  narrower.metrics.disabled = {"vprotect_vm_info"};

  EXPECT_EQ(quiet, warned);
  EXPECT_FALSE(quiet == other);
  EXPECT_FALSE(quiet == narrower);
}

}  // namespace
