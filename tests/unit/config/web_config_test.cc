#include "config/web_config.h"

#include <gtest/gtest.h>

#include <chrono>

#include "support/temp_dir.h"
#include "unit/config/example_env.h"

namespace {

using namespace std::chrono_literals;
using config_test::environment;

constexpr const char* kCertificate = "-----BEGIN CERTIFICATE-----\nc\n";
constexpr const char* kKey = "-----BEGIN PRIVATE KEY-----\nk\n";
constexpr const char* kHash = "$2y$10$vProtectExporterDoc0ueRTIyEUarp5NOQD8VZICPST4UYkM46I6";

class WebConfig : public testing::Test {
 protected:
  WebConfig() {
    folder_.write("server.crt", kCertificate);
    folder_.write("server.key", kKey);
    folder_.write("ca.crt", "-----BEGIN CERTIFICATE-----\na\n");
  }

  web::FrontOptions load(const std::string& text) {
    return config::load_web_config(folder_.write("web.yml", text).string(), environment(), files_);
  }
  // With certificate and key, and these keys of tls_server_config besides.
  web::FrontOptions with_tls(const std::string& keys) { return load(tls(keys)); }
  static std::string tls(const std::string& keys) {
    return "tls_server_config: {cert_file: server.crt, key_file: server.key, " + keys + "}\n";
  }
  // What is wrong with it, without the file's folder.
  std::string error_of(const std::string& text) {
    try {
      load(text);
      return "no error";
    } catch (const config::ConfigError& error) {
      const std::string message = error.what();
      return message.substr((folder_ / "").string().size());
    }
  }

  const support::TempDir folder_;
  config::FileStamps files_;
};

TEST_F(WebConfig, OfNothingIsPlainHttpForAll) { EXPECT_EQ(load(""), web::FrontOptions{}); }

TEST_F(WebConfig, OfNothingCanBeAnError) {
  for (const std::string text : {"", "# nothing\n", "{}\n", "tls_server_config:\n"}) {
    const auto file = folder_.write("web.yml", text).string();
    EXPECT_THROW(config::load_web_config(file, environment(), files_, config::EmptyFile::is_an_error),
                 config::ConfigError);
  }
}

TEST_F(WebConfig, SaysThatNothingIsMeant) {
  const auto file = folder_.write("web.yml", "basic_auth_users: {}\n").string();

  EXPECT_EQ(config::load_web_config(file, environment(), files_, config::EmptyFile::is_an_error),
            web::FrontOptions{});
}

TEST_F(WebConfig, OfNoKeyOfTlsIsPlainHttp) {
  EXPECT_EQ(load("tls_server_config: {}\n"), web::FrontOptions{});
}

TEST_F(WebConfig, TakesEveryKey) {
  web::FrontOptions expected;
  expected.tls = web::ServerTls{.certificate = kCertificate,
                                .key = base::Secret(kKey),
                                .client_ca = "-----BEGIN CERTIFICATE-----\na\n",
                                .client_certificate = web::ClientCertificate::require_and_verify,
                                .client_allowed_sans = {"prom.example", "10.0.0.1"},
                                .min_version = web::TlsVersion::tls11,
                                .max_version = web::TlsVersion::tls12,
                                .ciphers = "ECDHE-RSA-AES128-GCM-SHA256:AES256-SHA",
                                .groups = "X25519:P-521",
                                .prefers_own_ciphers = false};
  expected.headers = {{"Content-Security-Policy", "default-src 'none'"},
                      {"X-Frame-Options", "deny"},
                      {"X-Content-Type-Options", "nosniff"},
                      {"X-XSS-Protection", "1; mode=block"},
                      {"Strict-Transport-Security", "max-age=31536000"}};
  expected.passwords = {{"alice", base::Secret(kHash)}};
  expected.rate_limit = web::RateLimit{.interval = 100ms, .burst = 20};

  EXPECT_EQ(load(R"(
tls_server_config:
  cert_file: server.crt
  key_file: server.key
  client_ca_file: ca.crt
  client_auth_type: RequireAndVerifyClientCert
  client_allowed_sans: [prom.example, 10.0.0.1]
  min_version: TLS11
  max_version: TLS12
  cipher_suites:
    - TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    - TLS_AES_128_GCM_SHA256
    - TLS_RSA_WITH_AES_256_CBC_SHA
  prefer_server_cipher_suites: false
  curve_preferences: [X25519, CurveP521]
http_server_config:
  http2: true
  headers:
    Content-Security-Policy: "default-src 'none'"
    X-Frame-Options: deny
    X-Content-Type-Options: nosniff
    X-XSS-Protection: 1; mode=block
    Strict-Transport-Security: max-age=31536000
basic_auth_users:
  alice: )" + std::string(kHash) +
                 R"(
rate_limit: {interval: 100ms, burst: 20}
)"),
            expected);
}

TEST_F(WebConfig, TakesCertificatesAndKeysInline) {
  const auto front = load(
      "tls_server_config:\n  cert: |\n    -----BEGIN CERTIFICATE-----\n    c\n  key: |\n    -----BEGIN "
      "PRIVATE "
      "KEY-----\n    k\n");

  EXPECT_EQ(front.tls->certificate, kCertificate);
  EXPECT_EQ(front.tls->key.reveal(), kKey);
}

TEST_F(WebConfig, RefusesWhatIsNoKey) {
  EXPECT_EQ(error_of("tls_server_confg: {}\n"),
            "web.yml:1: tls_server_confg: unknown key; did you mean \"tls_server_config\"?");
  EXPECT_EQ(error_of(tls("colour: x")), "web.yml:1: tls_server_config.colour: unknown key");
  EXPECT_EQ(error_of("http_server_config: {headers: {X-Mine: a}}\n"),
            "web.yml:1: http_server_config.headers.X-Mine: unknown key");
  EXPECT_EQ(error_of("rate_limit: {intervall: 1s}\n"),
            "web.yml:1: rate_limit.intervall: unknown key; did you mean \"interval\"?");
}

TEST_F(WebConfig, NeedsACertificateAndItsKey) {
  EXPECT_EQ(error_of("tls_server_config: {key_file: server.key}\n"),
            "web.yml:1: tls_server_config.cert_file: missing");
  EXPECT_EQ(error_of("tls_server_config: {cert_file: server.crt}\n"),
            "web.yml:1: tls_server_config.key_file: missing");
  EXPECT_EQ(error_of("tls_server_config: {cert_file: none.crt, key_file: server.key}\n"),
            "web.yml:1: tls_server_config.cert_file: cannot read the file: No such file or directory");
  EXPECT_EQ(error_of(tls("cert: \"-----BEGIN CERTIFICATE-----\"")),
            "web.yml:1: tls_server_config.cert_file: there is a cert too; give one of them");
  EXPECT_EQ(error_of(tls("client_ca: secret")), "web.yml:1: tls_server_config.client_ca: not PEM");
}

TEST_F(WebConfig, RefusesNamesThatItDoesNotKnow) {
  EXPECT_EQ(error_of(tls("min_version: TLS9")),
            "web.yml:1: tls_server_config.min_version: is none of the names that are known here");
  EXPECT_EQ(error_of(tls("cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]")),
            "web.yml:1: tls_server_config.cipher_suites[0]: is none of the names that are known here");
  EXPECT_EQ(error_of(tls("curve_preferences: [Brainpool]")),
            "web.yml:1: tls_server_config.curve_preferences[0]: is none of the names that are known here");
  EXPECT_EQ(error_of(tls("client_auth_type: RequireClientCert")),
            "web.yml:1: tls_server_config.client_auth_type: is none of the names that are known here");
  EXPECT_EQ(error_of(tls("min_version: TLS13, max_version: TLS12")),
            "web.yml:1: tls_server_config.min_version: is above max_version");
}

TEST_F(WebConfig, RefusesClientsThatNobodyCanHaveMeant) {
  EXPECT_EQ(
      error_of(tls("client_auth_type: RequireAndVerifyClientCert")),
      "web.yml:1: tls_server_config.client_ca_file: missing, but client_auth_type verifies certificates");
  EXPECT_EQ(error_of(tls("client_ca_file: ca.crt")),
            "web.yml:1: tls_server_config.client_auth_type: missing, but there is an authority of clients");
  EXPECT_EQ(error_of(tls("client_allowed_sans: [a]")),
            "web.yml:1: tls_server_config.client_allowed_sans: needs client_auth_type "
            "RequireAndVerifyClientCert or RequireAnyClientCert");
}

TEST_F(WebConfig, TakesBcryptAndNothingElseForAPassword) {
  const std::string rest = "$vProtectExporterDoc0ueRTIyEUarp5NOQD8VZICPST4UYkM46I6";
  for (const std::string& bad :
       {std::string("hunter2"), "$1$10" + rest, "$2x$10" + rest, "$2y$10" + rest + "a", "$2y$1x" + rest})
    EXPECT_EQ(error_of("basic_auth_users: {alice: \"" + bad + "\"}\n"),
              "web.yml:1: basic_auth_users.alice: must be a bcrypt hash, $2a$, $2b$ or $2y$; never the "
              "password itself");
  for (const char* cost : {"03", "17", "31"})
    EXPECT_EQ(error_of("basic_auth_users: {alice: \"$2b$" + std::string(cost) + rest + "\"}\n"),
              "web.yml:1: basic_auth_users.alice: must be a bcrypt hash with a cost from 4 to 16");
  for (const char* kind : {"$2a$04", "$2b$12", "$2y$16"})
    EXPECT_EQ(load("basic_auth_users: {alice: \"" + (kind + rest) + "\"}\n").passwords.size(), 1U);
}

TEST_F(WebConfig, RefusesAUserTwiceOrWithAColon) {
  const std::string hash = ": \"" + std::string(kHash) + "\"";

  EXPECT_EQ(error_of("basic_auth_users:\n  alice" + hash + "\n  alice" + hash + "\n"),
            "web.yml:3: basic_auth_users.alice: duplicate key");
  EXPECT_EQ(error_of("basic_auth_users:\n  \"a:b\"" + hash + "\n"),
            "web.yml:2: basic_auth_users[0]: the user's name must be text without a colon");
}

TEST_F(WebConfig, RefusesAHeaderThatWouldBeTwo) {
  EXPECT_EQ(error_of("http_server_config: {headers: {X-XSS-Protection: \"1\\r\\nSet-Cookie: a\"}}\n"),
            "web.yml:1: http_server_config.headers.X-XSS-Protection: must be plain text in one line");
  EXPECT_EQ(error_of("http_server_config: {headers: {X-Frame-Options: allow}}\n"),
            "web.yml:1: http_server_config.headers.X-Frame-Options: must be deny or sameorigin");
}

TEST_F(WebConfig, LimitsNothingByAnIntervalOfZero) {
  EXPECT_EQ(load("rate_limit: {interval: 0, burst: 5}\n").rate_limit, std::nullopt);
  EXPECT_EQ(load("rate_limit: {interval: 0s, burst: 5}\n").rate_limit, std::nullopt);
  EXPECT_EQ(error_of("rate_limit: {interval: 1s}\n"), "web.yml:1: rate_limit.burst: missing");
}

TEST_F(WebConfig, NoticesThatAFileItNamesWasReplaced) {
  with_tls("min_version: TLS12");
  const bool before = config::have_changed(files_);
  folder_.write("server.crt", std::string(kCertificate) + "renewed\n");

  EXPECT_FALSE(before);
  EXPECT_TRUE(config::have_changed(files_));
}

TEST_F(WebConfig, NoticesThatWhatWasWrongWasMended) {
  EXPECT_NE(error_of("tls_server_config: {cert_file: late.crt, key_file: server.key}\n"), "no error");
  const bool before = config::have_changed(files_);
  folder_.write("late.crt", kCertificate);

  EXPECT_FALSE(before);
  EXPECT_TRUE(config::have_changed(files_));
}

}  // namespace
