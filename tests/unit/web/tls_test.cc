#include "web/tls.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <chrono>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "support/certificates.h"
#include "support/manual_clock.h"
#include "support/process.h"
#include "support/raw_client.h"
#include "support/tls_client.h"
#include "web/guarded_server.h"

namespace web {
namespace {

using std::chrono::milliseconds;
using support::Certificate;
using support::TlsClient;

constexpr const char* kGet = "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
constexpr const char* kGetAndStay = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::size_t kLarge = 8UL * 1024 * 1024;

Options loopback() {
  Options options;
  options.host = "127.0.0.1";
  options.port = 0;
  options.threads = 2;
  return options;
}

std::vector<Route> site() {
  return {{"GET", "/hello", Rule::open(),
           [](const Asked&, httplib::Response& response) { response.set_content("hello", "text/plain"); }},
          {"GET", "/large", Rule::open(),
           [](const Asked&, httplib::Response& response) {
             response.set_content(std::string(kLarge, 'x'), "text/plain");
           }},
          {"POST", "/size", Rule::open(),
           [](const Asked& asked, httplib::Response& response) {
             response.set_content(std::to_string(asked.request.body.size()), "text/plain");
           }},
          {"GET", "/who", Rule::needs(Verb::metrics), [](const Asked& asked, httplib::Response& response) {
             response.set_content(asked.caller.name, "text/plain");
           }}};
}

std::string body_of(const std::string& answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "" : answer.substr(end + 4);
}

struct TlsTest : testing::Test {
  ServerTls tls_with(const Certificate& certificate) const {
    ServerTls tls;
    tls.certificate = support::read_file(certificate.cert_file);
    tls.key = base::Secret(support::read_file(certificate.key_file));
    return tls;
  }
  ServerTls asking(ClientCertificate which) const {
    ServerTls tls = tls_with(own);
    tls.client_certificate = which;
    tls.client_ca = support::read_file(client.cert_file);
    return tls;
  }
  static Protection with(ServerTls tls) {
    AccessOptions access;
    access.certificates = {{.grant = {.name = "prometheus", .verbs = {Verb::metrics}, .scope = {}},
                            .san = {AltName::Kind::dns, "prom.example"}}};
    FrontOptions front;
    front.tls = std::move(tls);
    return prepare(std::move(access), std::move(front)).value();
  }
  static std::string error_of(const ServerTls& tls) {
    const auto context = TlsContext::make(tls);
    return context ? "none" : context.error().message;
  }
  // Whether a second connection in this version goes on with the session of the first.
  bool resumes(int version) const {
    const auto context = support::client_context(own.cert_file, &client);
    SSL_CTX_set_max_proto_version(context.get(), version);
    TlsClient first(server.port(), *context);
    first.ask(kGet);
    TlsClient second(server.port(), *context, first.session().get());
    return second.has_resumed();
  }
  // Of GET /who by a client with this certificate, or none.
  std::string who(const Certificate* shown) const {
    const auto context = support::client_context(own.cert_file, shown);
    return body_of(TlsClient(server.port(), *context).ask("GET /who HTTP/1.0\r\n\r\n"));
  }

  const support::TempDir folder;
  const Certificate own = support::make_certificate(folder, "exporter", "DNS:exporter.example,IP:127.0.0.1");
  const Certificate other = support::make_certificate(folder, "other", "DNS:other.example");
  const Certificate client =
      support::make_certificate(folder, "client", "DNS:prom.example,URI:spiffe://site/prom");
  support::ManualClock clock{support::kNoon};
  Gate gate{clock, {}, with(tls_with(own))};
  GuardedServer server{loopback(), site(), gate};
  const support::TlsContext trusting = support::client_context(own.cert_file);
};

TEST_F(TlsTest, AnswersAndSaysThatThisIsTheEnd) {
  TlsClient one(server.port(), *trusting);

  EXPECT_EQ(body_of(one.ask(kGet)), "hello");
  EXPECT_TRUE(one.ended_well());
}

TEST_F(TlsTest, SendsALargeAnswerWhole) {
  TlsClient one(server.port(), *trusting);

  const std::string answer = one.ask("GET /large HTTP/1.0\r\n\r\n");

  EXPECT_EQ(body_of(answer), std::string(kLarge, 'x'));
  EXPECT_TRUE(one.ended_well());
}

TEST_F(TlsTest, TakesABodyOfManyRecords) {
  TlsClient one(server.port(), *trusting);
  const std::string body(300'000, 'y');

  EXPECT_EQ(body_of(one.ask("POST /size HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " +
                            std::to_string(body.size()) + "\r\n\r\n" + body)),
            "300000");
}

TEST_F(TlsTest, AnswersAPipelineThatCameInOneRecord) {
  TlsClient one(server.port(), *trusting);

  const std::string answers = one.ask(std::string(kGetAndStay) + kGetAndStay + kGet);

  std::size_t count = 0;
  for (auto at = answers.find("\r\n\r\nhello"); at != std::string::npos;
       at = answers.find("\r\n\r\nhello", at + 1))
    ++count;
  EXPECT_EQ(count, 3U);
}

TEST_F(TlsTest, TellsAPlainClientThatItIsOne) {
  const support::Answer answer = support::RawClient(server.port()).get("/hello");

  EXPECT_EQ(answer.status, 400);
  EXPECT_NE(answer.body.find("This port speaks HTTPS."), std::string::npos);
}

TEST_F(TlsTest, ServesPlainlyOnceItIsToldTo) {
  gate.protect({});

  EXPECT_EQ(support::RawClient(server.port()).get("/hello").body, "hello");
}

TEST_F(TlsTest, TakesAnotherCertificateForNewConnectionsAndKeepsTheOldOnes) {
  TlsClient old(server.port(), *trusting);
  gate.protect(with(tls_with(other)));
  const auto trusting_other = support::client_context(other.cert_file);
  TlsClient fresh(server.port(), *trusting_other);

  EXPECT_EQ(old.server_name(), "exporter");
  EXPECT_EQ(body_of(old.ask(kGet)), "hello");
  EXPECT_EQ(fresh.server_name(), "other");
  EXPECT_EQ(body_of(fresh.ask(kGet)), "hello");
}

TEST_F(TlsTest, TakesTheNamesOfAVerifiedCertificateForACredential) {
  gate.protect(with(asking(ClientCertificate::verify_if_given)));

  EXPECT_EQ(who(&client), "prometheus");
  EXPECT_NE(who(nullptr).find("This needs a credential."), std::string::npos);
  EXPECT_EQ(who(&other), "") << "a certificate that cannot be verified ends the handshake";
}

TEST_F(TlsTest, RequiresACertificate) {
  gate.protect(with(asking(ClientCertificate::require_and_verify)));

  EXPECT_EQ(who(&client), "prometheus");
  EXPECT_EQ(who(nullptr), "");
}

TEST_F(TlsTest, TellsAClientThatItLacksACertificate) {
  gate.protect(with(asking(ClientCertificate::require_and_verify)));
  TlsClient one(server.port(), *trusting);
  one.send(kGet);
  ERR_clear_error();
  one.receive_all();

  EXPECT_EQ(ERR_GET_REASON(ERR_peek_error()), SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED);
}

TEST_F(TlsTest, TakesNothingFromACertificateThatNobodyVerified) {
  for (const auto type : {ClientCertificate::request, ClientCertificate::require_any}) {
    gate.protect(with(asking(type)));
    EXPECT_NE(who(&client).find("This needs a credential."), std::string::npos);
  }
}

TEST_F(TlsTest, TakesNothingFromACertificateThatExpiredWhileItsConnectionIsOpen) {
  gate.protect(with(asking(ClientCertificate::verify_if_given)));
  const auto context = support::client_context(own.cert_file, &client);
  TlsClient one(server.port(), *context);
  one.send("GET /who HTTP/1.1\r\nHost: a\r\n\r\n");
  std::string before;
  while (before.find("\r\n\r\nprometheus") == std::string::npos && before.size() < 4096) {
    const std::string next = one.receive(1);
    ASSERT_FALSE(next.empty()) << before;
    before += next;
  }

  clock.set(base::SystemClock().now() + std::chrono::hours{2});

  const std::string after = one.ask("GET /who HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_NE(after.find("This needs a credential."), std::string::npos) << after;
}

TEST_F(TlsTest, ResumesNoSessionOfAClientThatIsAskedForACertificate) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    gate.protect(with(tls_with(own)));
    EXPECT_TRUE(resumes(version));
    for (const auto type : {ClientCertificate::require_any, ClientCertificate::require_and_verify}) {
      gate.protect(with(asking(type)));
      EXPECT_FALSE(resumes(version));
    }
  }
}

TEST_F(TlsTest, LetsOnlyAllowedNamesConnect) {
  ServerTls tls = asking(ClientCertificate::require_and_verify);
  tls.client_allowed_sans = {"backup.example"};
  gate.protect(with(tls));
  const std::string refused = who(&client);
  tls.client_allowed_sans = {"backup.example", "spiffe://site/prom"};
  gate.protect(with(tls));

  EXPECT_EQ(refused, "");
  EXPECT_EQ(who(&client), "prometheus");
}

TEST_F(TlsTest, SpeaksNoOlderVersionThanItMay) {
  SSL_CTX_set_max_proto_version(trusting.get(), TLS1_2_VERSION);
  const bool by_default = TlsClient(server.port(), *trusting).is_connected();
  ServerTls tls = tls_with(own);
  tls.min_version = TlsVersion::tls13;
  gate.protect(with(tls));

  EXPECT_TRUE(by_default);
  EXPECT_FALSE(TlsClient(server.port(), *trusting).is_connected());
}

TEST_F(TlsTest, SaysWhyACertificateCannotBeUsed) {
  ServerTls tls = tls_with(own);
  tls.key = base::Secret(support::read_file(other.key_file));
  EXPECT_EQ(error_of(tls), "certificate and key do not fit each other");
  tls.key = base::Secret("-----BEGIN PRIVATE KEY-----\nnone\n-----END PRIVATE KEY-----\n");
  EXPECT_EQ(error_of(tls), "the key cannot be read, or it asks for a password");
  tls = tls_with(own);
  tls.certificate = "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n";
  EXPECT_EQ(error_of(tls), "the certificate cannot be read");
  tls = tls_with(own);
  tls.client_ca = "-----BEGIN NOTHING-----\n";
  EXPECT_EQ(error_of(tls), "the authority of clients cannot be read");
}

TEST_F(TlsTest, KnowsTheCipherSuitesOfTheOlderVersions) {
  ServerTls tls = tls_with(own);
  tls.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305:AES128-SHA";
  tls.groups = "P-256:P-384:P-521:X25519";
  tls.min_version = TlsVersion::tls10;
  EXPECT_EQ(error_of(tls), "none");
  tls.ciphers = "ROT13";
  EXPECT_EQ(error_of(tls), "none of the cipher suites can be used");
}

TEST_F(TlsTest, ClosesAConnectionWhoseHandshakeDoesNotEnd) {
  Options options = loopback();
  options.head_timeout = milliseconds{50};
  const GuardedServer hasty(options, site(), gate);
  support::RawClient silent(hasty.port());
  support::RawClient half(hasty.port());
  half.send(std::string("\x16\x03\x01\x02", 4));

  EXPECT_TRUE(silent.is_closed());
  EXPECT_TRUE(half.is_closed());
}

TEST_F(TlsTest, ServesAmongHandshakesThatDoNotEnd) {
  support::raise_file_limit();
  std::deque<support::RawClient> stuck;
  for (int i = 0; i < 500; ++i) stuck.emplace_back(server.port()).send(std::string("\x16\x03\x01\x02", 4));
  TlsClient one(server.port(), *trusting);

  EXPECT_EQ(body_of(one.ask(kGet)), "hello");
}

TEST_F(TlsTest, ServesAmongClientsThatDoNotReadTheirAnswers) {
  std::deque<TlsClient> deaf;
  for (int i = 0; i < 8; ++i)
    deaf.emplace_back(server.port(), *trusting).send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  TlsClient one(server.port(), *trusting);

  EXPECT_EQ(body_of(one.ask(kGet)), "hello");
}

TEST_F(TlsTest, StopsThoughAClientDoesNotReadItsAnswer) {
  TlsClient deaf(server.port(), *trusting);
  deaf.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_FALSE(deaf.receive(1).empty());

  server.stop();

  EXPECT_LT(deaf.receive_all().size(), kLarge);
}

TEST_F(TlsTest, SurvivesAClientThatGoesAwayInTheMiddleOfItsAnswer) {
  for (int i = 0; i < 20; ++i)
    TlsClient(server.port(), *trusting).send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");

  EXPECT_EQ(body_of(TlsClient(server.port(), *trusting).ask(kGet)), "hello");
}

}  // namespace
}  // namespace web
