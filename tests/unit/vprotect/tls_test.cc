// Whom the client trusts, and as whom it shows itself.
#include <gtest/gtest.h>

#include "support/certificates.h"
#include "support/wait.h"
#include "unit/vprotect/rig.h"

namespace {

using namespace rig;
using base::ErrorKind;

struct Tls : testing::Test {
  // The outcome of one call: nothing, or its error.
  std::optional<base::Error> call(const support::Certificate& shown, const vprotect::TlsOptions& options,
                                  const std::string& client_ca = {}) {
    const auto context = support::server_context(shown, client_ca);
    support::RawServer server(always(http_reply(200, "[]")), context.get());
    vprotect::ServerOptions all = options_for(server.url());
    all.tls = options;
    vprotect::RestClient client(all, {}, clock);
    const auto tasks = client.tasks();
    // A client without any authorities gives up before the server has taken its connection.
    EXPECT_TRUE(support::eventually([&] { return server.connections() > 0; }));
    requests = server.requests();
    connections = server.connections();
    url_host = server.url().substr(8);
    return tasks ? std::nullopt : std::optional(tasks.error());
  }

  const support::ManualClock clock{support::kNoon};
  const support::TempDir directory;
  const support::Certificate by_address =
      support::make_certificate(directory, "by-address", "IP:127.0.0.1,DNS:localhost");
  const support::Certificate by_name =
      support::make_certificate(directory, "by-name", "DNS:vprotect.example");
  std::vector<RawRequest> requests;
  unsigned connections = 0;
  std::string url_host;
};

TEST_F(Tls, ACertificateNobodyVouchesForIsRefusedWithoutFurtherTries) {
  const auto error = call(by_address, {});

  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind, ErrorKind::unreachable);
  EXPECT_NE(error->message.find("certificate"), std::string::npos) << error->message;
  EXPECT_EQ(requests.size(), 0U);
  EXPECT_EQ(connections, 1U);
}

TEST_F(Tls, ACertificateOfTheCaFileIsTrusted) {
  EXPECT_EQ(call(by_address, {.ca_file = by_address.cert_file}), std::nullopt);
}

TEST_F(Tls, ACertificateOfAnotherNameIsRefused) {
  const auto error = call(by_name, {.ca_file = by_name.cert_file});

  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind, ErrorKind::unreachable);
  EXPECT_EQ(requests.size(), 0U);
}

TEST_F(Tls, TheServerNameIsTheNameTheCertificateMustCarry) {
  EXPECT_EQ(call(by_name, {.ca_file = by_name.cert_file, .server_name = "vprotect.example"}), std::nullopt);
  EXPECT_EQ(requests.at(0).header("Host"), url_host);
  EXPECT_NE(call(by_address, {.ca_file = by_address.cert_file, .server_name = "vprotect.example"}),
            std::nullopt);
}

TEST_F(Tls, VerificationCanBeSwitchedOff) {
  EXPECT_EQ(call(by_name, {.insecure_skip_verify = true}), std::nullopt);
}

TEST_F(Tls, AClientCertificateIsShown) {
  const auto client = support::make_certificate(directory, "exporter", "DNS:exporter");
  const vprotect::TlsOptions options{
      .ca_file = by_address.cert_file, .cert_file = client.cert_file, .key_file = client.key_file};

  EXPECT_EQ(call(by_address, options, client.cert_file), std::nullopt);
  EXPECT_EQ(requests.at(0).client_certificate, "exporter");
}

TEST_F(Tls, AServerThatAsksForAClientCertificateRefusesAClientWithout) {
  const auto client = support::make_certificate(directory, "exporter", "DNS:exporter");

  EXPECT_NE(call(by_address, {.ca_file = by_address.cert_file}, client.cert_file), std::nullopt);
}

TEST_F(Tls, AFileThatIsMissingIsAnErrorOfTheCall) {
  const auto error = call(by_address, {.ca_file = (directory / "none.crt").string()});

  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind, ErrorKind::unreachable);
}

}  // namespace
