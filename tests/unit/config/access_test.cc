#include <gtest/gtest.h>

#include "config/config.h"
#include "support/temp_dir.h"
#include "unit/config/example_env.h"

namespace {

using web::Verb;

constexpr const char* kServer =
    "servers:\n  - {name: prod, url: \"https://h\", username: u, password: p}\naccess:\n";
const std::string kDigits(64, 'a');

// What the lines of `access:` mean.
config::Config load(const std::string& lines) {
  const support::TempDir folder;
  return config::load(folder.write("vp.yaml", kServer + lines).string(), config_test::environment());
}

// What is wrong with them, from the key on.
std::string error_of(const std::string& lines) {
  try {
    load(lines);
    return "no error";
  } catch (const config::ConfigError& error) {
    const std::string text = error.what();
    return text.substr(text.find(": ") + 2);
  }
}

base::Sha256 bytes_of(unsigned char byte) {
  base::Sha256 hash;
  hash.fill(byte);
  return hash;
}

constexpr base::TimePoint kJuly = std::chrono::sys_days(std::chrono::year(2027) / 7 / 1);

TEST(Access, TakesEveryKey) {
  const web::AccessOptions access =
      load("  tokens: [{name: finance-prometheus, sha256: \"" + kDigits +
           "\", verbs: [metrics, report], tenants: [finance], expires: 2027-06-30}]\n"
           "  users: [{name: alice, verbs: [manage], tenants: [\"*\"]}]\n"
           "  client_certificates:\n"
           "    - {name: prom, san: \"dns:Prom.Finance.Example\", verbs: [metrics], tenants: [a, b]}\n"
           "  anonymous: {verbs: [metrics], tenants: [web]}\n")
          .access;

  EXPECT_EQ(access.tokens, (std::vector<web::TokenGrant>{{.grant = {.name = "finance-prometheus",
                                                                    .verbs = {Verb::metrics, Verb::report},
                                                                    .scope = {{{"finance"}}},
                                                                    .expires = kJuly},
                                                          .sha256 = bytes_of(0xAA)}}));
  EXPECT_EQ(access.users, (std::vector<web::Grant>{{.name = "alice", .verbs = {Verb::manage}, .scope = {}}}));
  EXPECT_EQ(access.certificates,
            (std::vector<web::CertificateGrant>{
                {.grant = {.name = "prom", .verbs = {Verb::metrics}, .scope = {{{"a", "b"}}}},
                 .san = {web::AltName::Kind::dns, "prom.finance.example"}}}));
  EXPECT_EQ(access.anonymous,
            (web::Grant{.name = "anonymous", .verbs = {Verb::metrics}, .scope = {{{"web"}}}}));
}

TEST(Access, LetsNobodyInByAnEmptyMapping) { EXPECT_EQ(load("").access, web::AccessOptions{}); }

std::string token(const std::string& rest) { return "  tokens: [{name: t, " + rest + "}]\n"; }

TEST(Access, RefusesWhatCannotBeRightAndQuotesNothingOfIt) {
  const std::string hash = "sha256: \"" + kDigits + "\", ";

  EXPECT_EQ(error_of(token("sha256: vpx_secret, verbs: [metrics], tenants: [a]")),
            "access.tokens[0].sha256: must be the 64 hexadecimal digits that --token.new prints; never the "
            "token itself");
  EXPECT_EQ(error_of(token("verbs: [metrics], tenants: [a]")), "access.tokens[0].sha256: missing");
  EXPECT_EQ(error_of(token(hash + "tenants: [a]")), "access.tokens[0].verbs: missing");
  EXPECT_EQ(error_of(token(hash + "verbs: [], tenants: [a]")), "access.tokens[0].verbs: lists no verb");
  EXPECT_EQ(error_of(token(hash + "verbs: [all], tenants: [a]")),
            "access.tokens[0].verbs[0]: must be metrics, report, backup, restore or manage");
  EXPECT_EQ(error_of(token(hash + "verbs: [metrics]")), "access.tokens[0].tenants: missing");
  EXPECT_EQ(error_of(token(hash + "verbs: [metrics], tenants: []")),
            "access.tokens[0].tenants: lists no tenant; [\"*\"] stands for all of them");
  EXPECT_EQ(error_of(token(hash + "verbs: [metrics], tenants: [\"*\", a]")),
            "access.tokens[0].tenants: has \"*\", which stands for all tenants, and others too");
  EXPECT_EQ(error_of(token(hash + "verbs: [metrics], tenants: [a], secret: x")),
            "access.tokens[0].secret: unknown key");
}

TEST(Access, RefusesTheSameTwice) {
  const std::string rest = ", verbs: [metrics], tenants: [a]}";
  const std::string other(64, 'b');
  const std::string upper(64, 'A');

  EXPECT_EQ(error_of("  tokens:\n    - {name: t, sha256: " + kDigits + rest +
                     "\n    - {name: u, sha256: " + upper + rest + "\n"),
            "access.tokens[1].sha256: the same as access.tokens[0].sha256");
  EXPECT_EQ(error_of("  tokens:\n    - {name: t, sha256: " + kDigits + rest +
                     "\n    - {name: t, sha256: " + other + rest + "\n"),
            "access.tokens[1].name: the same as access.tokens[0].name");
  EXPECT_EQ(error_of("  users:\n    - {name: u" + rest + "\n    - {name: u" + rest + "\n"),
            "access.users[1].name: the same as access.users[0].name");
  EXPECT_EQ(error_of("  client_certificates:\n    - {name: c, san: \"ip:::1\"" + rest +
                     "\n    - {name: d, san: \"ip:0:0:0:0:0:0:0:1\"" + rest + "\n"),
            "access.client_certificates[1].san: the same as access.client_certificates[0].san");
}

TEST(Access, RefusesANameOfNoKind) {
  EXPECT_EQ(
      error_of(
          "  client_certificates: [{name: c, san: \"dns:*.example\", verbs: [metrics], tenants: [a]}]\n"),
      "access.client_certificates[0].san: must be an exact name: a * stands for nothing");
  for (const char* san : {"prom.example", "dns:", "ip:prom.example", "email:prom", "cn:prom"}) {
    EXPECT_EQ(error_of("  client_certificates: [{name: c, san: \"" + std::string(san) +
                       "\", verbs: [metrics], tenants: [a]}]\n"),
              "access.client_certificates[0].san: must be dns:, email:, uri: or ip: and the name, as in "
              "dns:prom.example")
        << san;
  }
}

TEST(Access, LetsNobodyChangeAnythingWithoutACredential) {
  EXPECT_EQ(
      error_of("  anonymous: {verbs: [metrics, manage], tenants: [\"*\"]}\n"),
      "access.anonymous.verbs[1]: must be metrics or report: what changes something needs a credential");
}

TEST(Access, WarnsOfWhatHasExpired) {
  const config::Config config = load("  tokens: [{name: old, sha256: " + kDigits +
                                     ", verbs: [metrics], tenants: [a], expires: 2027-06-30}]\n");

  EXPECT_EQ(config::expired_by(kJuly - std::chrono::milliseconds(1), config), std::vector<std::string>{});
  EXPECT_EQ(config::expired_by(kJuly, config),
            std::vector<std::string>{"access: the credential \"old\" has expired"});
}

}  // namespace
