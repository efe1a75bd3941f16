// Who may see what, through the real binary over TLS.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "running_exporter.h"
#include "running_prometheus.h"
#include "support/certificates.h"

namespace {

using integration::program;
using integration::RunningExporter;
using integration::setup_for;
using support::Certificate;

constexpr const char* kPassword = "open sesame";
constexpr const char* kPasswordInBase64 = "b3BlbiBzZXNhbWU=";
constexpr const char* kHash = "$2b$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy";

struct Token {
  std::string text;
  std::string sha256;
};

// As --token.new prints it: the token, and the configuration's lines with its hash in quotes.
Token new_token() {
  support::Process making({.argv = {EXPORTER, "--token.new"}, .environment = {}});
  EXPECT_EQ(making.wait(), 0);
  const std::string output = making.output();
  const auto hash = output.find('"') + 1;
  return {output.substr(0, output.find('\n')), output.substr(hash, 64)};
}

std::string line_of(const std::string& name, const Token& token, const std::string& rest) {
  return "    - {name: " + name + ", sha256: " + token.sha256 + ", " + rest + "}\n";
}

class Access : public testing::Test {
 protected:
  Access() {
    replace_certificate(certificate_);
    write_web_config("");
    setup_.flags = {"--web.config.file=" + web_config_, "--log.level=debug"};
    setup_.access_lines =
        "access:\n  tokens:\n" +
        line_of("finance", finance_, "verbs: [metrics, report], tenants: [finance]") +
        line_of("operator", operator_, "verbs: [metrics, report, manage], tenants: [\"*\"]") +
        line_of("expired", expired_, "verbs: [metrics], tenants: [\"*\"], expires: 2020-01-01") +
        "  client_certificates:\n"
        "    - {name: web, san: \"dns:prom.web.example\", verbs: [metrics], tenants: [web]}\n";
  }

  // Nothing that lets somebody in is ever in the log.
  void expect_no_secret_in(const RunningExporter& exporter) const {
    const std::string log = exporter.process().output();
    for (const std::string& secret :
         {finance_.text, operator_.text, expired_.text, finance_.sha256, std::string(kPassword),
          std::string(kPasswordInBase64), std::string("YWxpY2U6"), std::string(kHash),
          std::string("PRIVATE KEY")})
      EXPECT_EQ(log.find(secret), std::string::npos) << log;
  }

  void write_web_config(const std::string& more_tls) {
    folder_.write("web.yml", "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n" +
                                 more_tls + "basic_auth_users:\n  alice: " + kHash + "\n");
  }
  void replace_certificate(const Certificate& by) const {
    const auto replace = std::filesystem::copy_options::overwrite_existing;
    std::filesystem::copy_file(by.cert_file, folder_ / "server.crt", replace);
    std::filesystem::copy_file(by.key_file, folder_ / "server.key", replace);
  }

  // The answer over TLS, the server's certificate verified by this authority.
  static httplib::Result ask(const RunningExporter& exporter, const std::string& path,
                             const httplib::Headers& headers, const std::string& ca_file,
                             const Certificate& shown = {}) {
    httplib::SSLClient client("127.0.0.1", exporter.port(), shown.cert_file, shown.key_file);
    client.set_ca_cert_path(ca_file);
    client.set_read_timeout(support::kPatience);
    return client.Get(path, headers);
  }
  httplib::Result ask(const RunningExporter& exporter, const std::string& path,
                      const httplib::Headers& headers = {}) const {
    return ask(exporter, path, headers, certificate_.cert_file);
  }
  int status(const RunningExporter& exporter, const std::string& path,
             const httplib::Headers& headers = {}) const {
    const auto answer = ask(exporter, path, headers);
    return answer ? answer->status : 0;
  }
  static httplib::Headers bearer(const Token& token) { return {{"Authorization", "Bearer " + token.text}}; }
  static httplib::Headers basic(const std::string& user, const std::string& password) {
    return {httplib::make_basic_authentication_header(user, password)};
  }
  void wait_until_ready(const RunningExporter& exporter) const {
    ASSERT_TRUE(support::eventually([&] { return status(exporter, "/-/ready") == 200; }))
        << exporter.process().output();
  }
  std::string value(const RunningExporter& exporter, const std::string& sample) const {
    const auto answer = ask(exporter, "/metrics", bearer(operator_));
    const auto samples = integration::samples_of(answer ? answer->body : "");
    const auto found = samples.find(sample);
    return found == samples.end() ? "(none)" : found->second;
  }

  const support::TempDir folder_;
  const std::string web_config_ = (folder_ / "web.yml").string();
  const Certificate certificate_ = support::make_certificate(folder_, "exporter", "IP:127.0.0.1");
  const Certificate renewed_ = support::make_certificate(folder_, "renewed", "IP:127.0.0.1");
  const Certificate client_ = support::make_certificate(folder_, "client", "DNS:prom.web.example");
  const Token finance_ = new_token();
  const Token operator_ = new_token();
  const Token expired_ = new_token();
  simulator::Simulator server_{integration::golden()};
  integration::Setup setup_ = setup_for(server_);
};

constexpr const char* kReloaded = "vprotect_exporter_config_last_reload_successful";

TEST_F(Access, IsByTokenAndForItsTenantsOnly) {
  RunningExporter exporter(setup_);
  wait_until_ready(exporter);

  const std::string own = ask(exporter, "/metrics", bearer(finance_))->body;
  const std::string all = ask(exporter, "/metrics", bearer(operator_))->body;

  EXPECT_NE(own.find("tenant=\"finance\""), std::string::npos);
  EXPECT_EQ(own.find("tenant=\"web\""), std::string::npos);
  EXPECT_NE(all.find("tenant=\"web\""), std::string::npos);
  EXPECT_EQ(status(exporter, "/metrics"), 401);
  EXPECT_EQ(status(exporter, "/metrics", bearer(expired_)), 401);
  EXPECT_EQ(status(exporter, "/metrics", {{"Authorization", "Bearer " + finance_.text + "x"}}), 401);
  EXPECT_EQ(status(exporter, "/-/cardinality", bearer(finance_)), 403);
  EXPECT_EQ(value(exporter, "vprotect_exporter_auth_failures_total{reason=\"bad_token\"}"), "1");
  EXPECT_EQ(value(exporter, "vprotect_exporter_auth_failures_total{reason=\"expired\"}"), "1");
  EXPECT_EQ(value(exporter, "vprotect_exporter_auth_failures_total{reason=\"forbidden\"}"), "1");
  EXPECT_NE(exporter.process().output().find("reason=bad_token"), std::string::npos);
  expect_no_secret_in(exporter);
}

TEST_F(Access, IsByPassword) {
  RunningExporter exporter(setup_);
  wait_until_ready(exporter);

  EXPECT_EQ(status(exporter, "/metrics", basic("alice", kPassword)), 200);
  EXPECT_EQ(status(exporter, "/metrics", basic("alice", kPassword)), 200);
  EXPECT_EQ(status(exporter, "/metrics", basic("alice", std::string(kPassword) + "!")), 401);
  EXPECT_EQ(status(exporter, "/metrics", basic("bob", kPassword)), 401);
  EXPECT_NE(exporter.process().output().find("credential=alice"), std::string::npos);
  EXPECT_EQ(exporter.process().output().find("bob"), std::string::npos);
  expect_no_secret_in(exporter);
}

TEST_F(Access, IsByClientCertificate) {
  write_web_config("  client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: " + client_.cert_file +
                   "\n");
  RunningExporter exporter(setup_);
  wait_until_ready(exporter);

  const auto answer = ask(exporter, "/metrics", {}, certificate_.cert_file, client_);

  EXPECT_EQ(answer->status, 200);
  EXPECT_NE(answer->body.find("tenant=\"web\""), std::string::npos);
  EXPECT_EQ(answer->body.find("tenant=\"finance\""), std::string::npos);
  EXPECT_FALSE(ask(exporter, "/-/healthy", {}, certificate_.cert_file, renewed_))
      << "of an authority that is not ours";
  expect_no_secret_in(exporter);
}

TEST_F(Access, StopsGuessingAndServesWhoIsKnown) {
  RunningExporter exporter(setup_);
  wait_until_ready(exporter);
  const httplib::Headers wrong = {{"Authorization", "Bearer wrong"}};
  std::vector<int> statuses;
  statuses.reserve(30);
  for (int i = 0; i < 30; ++i) statuses.push_back(status(exporter, "/metrics", wrong));

  EXPECT_EQ(statuses.front(), 401);
  EXPECT_NE(std::find(statuses.begin(), statuses.end(), 429), statuses.end());
  EXPECT_EQ(status(exporter, "/metrics", bearer(finance_)), 200);
  expect_no_secret_in(exporter);
}

TEST_F(Access, TakesARenewedCertificateByItself) {
  RunningExporter exporter(setup_);
  wait_until_ready(exporter);
  replace_certificate(renewed_);

  EXPECT_TRUE(support::eventually([&] { return bool(ask(exporter, "/-/healthy", {}, renewed_.cert_file)); }))
      << exporter.process().output();
  EXPECT_FALSE(ask(exporter, "/-/healthy"));
  expect_no_secret_in(exporter);
}

TEST_F(Access, KeepsTheOldCertificateWhenTheNewOneCannotBeUsedAndShowsIt) {
  RunningExporter exporter(setup_);
  wait_until_ready(exporter);
  const std::string before = value(exporter, kReloaded);
  std::filesystem::copy_file(renewed_.cert_file, folder_ / "server.crt",
                             std::filesystem::copy_options::overwrite_existing);

  EXPECT_EQ(before, "1");
  EXPECT_TRUE(support::eventually([&] { return value(exporter, kReloaded) == "0"; }));
  EXPECT_NE(exporter.process().output().find("certificate and key do not fit each other"), std::string::npos);
  replace_certificate(certificate_);
  EXPECT_TRUE(support::eventually([&] { return value(exporter, kReloaded) == "1"; }));
  expect_no_secret_in(exporter);
}

TEST_F(Access, KeepsTlsAndUsersWhenTheWebConfigurationIsEmptied) {
  RunningExporter exporter(setup_);
  wait_until_ready(exporter);
  folder_.write("web.yml", "");

  EXPECT_TRUE(support::eventually([&] { return value(exporter, kReloaded) == "0"; }));
  EXPECT_NE(exporter.process().output().find("web.yml: has no key any more"), std::string::npos);
  EXPECT_EQ(status(exporter, "/metrics", basic("alice", kPassword)), 200);
  write_web_config("");
  EXPECT_TRUE(support::eventually([&] { return value(exporter, kReloaded) == "1"; }));
}

TEST_F(Access, WarnsWhenAReloadTakesTlsAway) {
  RunningExporter exporter(setup_);
  wait_until_ready(exporter);
  folder_.write("web.yml", "basic_auth_users: {}\n");
  exporter.process().signal(SIGHUP);

  exporter.process().wait_for_output("the configuration was reloaded");
  EXPECT_NE(exporter.process().output().find("level=warn msg=\"the configuration has no TLS any more"),
            std::string::npos)
      << exporter.process().output();
}

TEST_F(Access, ReloadTakesTheWebConfigurationToo) {
  RunningExporter exporter(setup_);
  wait_until_ready(exporter);
  replace_certificate(renewed_);
  exporter.process().signal(SIGHUP);

  exporter.process().wait_for_output("the configuration was reloaded");
  EXPECT_TRUE(ask(exporter, "/-/healthy", {}, renewed_.cert_file));
}

TEST_F(Access, EndsTheStartWithOneLineWhenTheWebConfigurationIsBad) {
  const auto config = folder_.write("config.yaml", integration::config_text(setup_));
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"tls_server_config: {cert_file: server.crt, key_file: server.key, min_version: TLS9}\n",
       "vprotect_exporter: " + web_config_ +
           ":1: tls_server_config.min_version: is none of the names that are known here\n"},
      {"tls_server_config: {cert_file: server.crt, key_file: renewed.key}\n",
       "vprotect_exporter: " + web_config_ +
           ": tls_server_config: certificate and key do not fit each other\n"}};
  for (const auto& [text, line] : cases) {
    folder_.write("web.yml", text);
    support::Process starting(
        {.argv = {EXPORTER, "--config.file=" + config.string(), "--web.config.file=" + web_config_,
                  "--log.level=error", "--storage=" + integration::storage_in(folder_)},
         .environment = {}});
    EXPECT_EQ(starting.wait(), 1);
    EXPECT_EQ(starting.output(), line);
  }
}

TEST_F(Access, IsHealthyOverTls) {
  for (const std::string& more :
       {std::string(),
        "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: " + client_.cert_file + "\n"}) {
    write_web_config(more);
    const RunningExporter exporter(setup_);
    support::Process check({.argv = {EXPORTER, "--health.check", "--web.config.file=" + web_config_,
                                     "--web.listen-address=127.0.0.1:" + std::to_string(exporter.port())},
                            .environment = {}});
    EXPECT_EQ(check.wait(), 0) << check.output();
  }
}

TEST_F(Access, IsNotHealthyForWhoDoesNotKnowOfTls) {
  const RunningExporter exporter(setup_);
  support::Process check({.argv = {EXPORTER, "--health.check",
                                   "--web.listen-address=127.0.0.1:" + std::to_string(exporter.port())},
                          .environment = {}});
  EXPECT_EQ(check.wait(), 1);
  EXPECT_NE(check.output().find("/-/healthy"), std::string::npos) << check.output();
}

TEST_F(Access, RefusesChangesWhereNothingIsConfigured) {
  setup_.access_lines.clear();
  setup_.flags.clear();
  RunningExporter exporter(setup_);
  exporter.wait_until_ready();
  httplib::Client plain("127.0.0.1", exporter.port());

  const auto answer = plain.Post("/-/reload", "", "text/plain");

  EXPECT_EQ(answer->status, 403);
  EXPECT_NE(answer->body.find("docs/access.md"), std::string::npos) << answer->body;
  EXPECT_EQ(plain.Get("/metrics")->status, 200);
  EXPECT_NE(exporter.process().output().find("everybody may read, nobody may change anything"),
            std::string::npos);
}

constexpr const char* kScrapeConfig = R"(global:
  scrape_interval: 1s
  scrape_timeout: 1s
scrape_configs:
  - job_name: vprotect
    scheme: https
    authorization:
      credentials_file: TOKEN_FILE
    tls_config:
      ca_file: CA_FILE
    static_configs:
      - targets: ['127.0.0.1:PORT']
)";

std::string filled(std::string text, const std::string& name, const std::string& value) {
  return text.replace(text.find(name), name.size(), value);
}

TEST_F(Access, GivesPrometheusATenantsSlice) {
  const std::string binary = program("VPROTECT_PROMETHEUS");
  if (binary.empty()) GTEST_SKIP() << "VPROTECT_PROMETHEUS is not set: scripts/test.sh sets it";
  RunningExporter exporter(setup_);
  wait_until_ready(exporter);
  std::string config = filled(kScrapeConfig, "PORT", std::to_string(exporter.port()));
  config = filled(config, "TOKEN_FILE", folder_.write("token", finance_.text + "\n").string());
  config = filled(config, "CA_FILE", certificate_.cert_file);
  integration::RunningPrometheus prometheus(binary, config);
  using Values = std::vector<std::string>;

  EXPECT_TRUE(support::eventually([&] { return prometheus.query("count(vprotect_vm_info)") == Values{"4"}; }))
      << exporter.process().output();
  EXPECT_EQ(prometheus.query("count(vprotect_vm_info{tenant=\"finance\"})"), Values{"4"});
  EXPECT_EQ(prometheus.query("up{job=\"vprotect\"}"), Values{"1"});
  expect_no_secret_in(exporter);
}

}  // namespace
