// The real binary against the simulator over HTTPS.
#include <gtest/gtest.h>

#include "running_exporter.h"
#include "support/certificates.h"

namespace {

using integration::RunningExporter;
using integration::setup_for;

class Https : public testing::Test {
 protected:
  static std::string tls_config(const std::string& lines) { return "    tls_config:\n" + lines; }

  // Whether the exporter reads the server's VMs with these lines in its tls_config.
  bool reads(const simulator::Simulator& server, const std::string& lines) {
    auto setup = setup_for(server);
    setup.server_lines = tls_config(lines);
    RunningExporter exporter(setup);
    exporter.wait_until_ready();
    log_ = exporter.process().output();
    return exporter.value(integration::kUp) == "1";
  }

  simulator::Options over_tls(const std::string& client_ca = {}) const {
    simulator::Options options = integration::golden();
    options.tls = simulator::Tls{
        .cert_file = server_.cert_file, .key_file = server_.key_file, .client_ca_file = client_ca};
    return options;
  }

  std::string ca_line() const { return "      ca_file: " + server_.cert_file + "\n"; }

  const support::TempDir folder_;
  const support::Certificate server_ =
      support::make_certificate(folder_, "vprotect.example", "DNS:vprotect.example,IP:127.0.0.1");
  const support::Certificate other_name_ = support::make_certificate(folder_, "other", "DNS:other.example");
  const support::Certificate client_ = support::make_certificate(folder_, "client", "DNS:client.example");
  std::string log_;
};

TEST_F(Https, IsVerifiedByDefault) {
  simulator::Simulator server(over_tls());
  EXPECT_FALSE(reads(server, "      server_name:\n"));
  EXPECT_NE(log_.find("certificate"), std::string::npos) << log_;
  EXPECT_EQ(server.counts().logins, 0U) << "no password is sent to a server that is not known";
}

TEST_F(Https, WorksWithTheCertificatesAuthority) {
  simulator::Simulator server(over_tls());
  EXPECT_TRUE(reads(server, ca_line())) << log_;
}

TEST_F(Https, WorksByTheNameThatTheCertificateCarries) {
  simulator::Simulator server(over_tls());
  EXPECT_TRUE(reads(server, ca_line() + "      server_name: vprotect.example\n")) << log_;
}

TEST_F(Https, FailsOnAnotherName) {
  simulator::Simulator server(over_tls());
  EXPECT_FALSE(reads(server, ca_line() + "      server_name: other.example\n"));
}

TEST_F(Https, CanSkipVerificationAndWarns) {
  simulator::Simulator server(over_tls());
  EXPECT_TRUE(reads(server, "      insecure_skip_verify: true\n")) << log_;
  EXPECT_NE(log_.find("level=warn"), std::string::npos) << log_;
}

TEST_F(Https, ShowsOurCertificateToAServerThatAsksForOne) {
  simulator::Simulator server(over_tls(client_.cert_file));
  EXPECT_FALSE(reads(server, ca_line()));
  EXPECT_TRUE(reads(server, ca_line() + "      cert_file: " + client_.cert_file +
                                "\n      key_file: " + client_.key_file + "\n"))
      << log_;
}

}  // namespace
