#include "web/protection.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "support/certificates.h"
#include "support/process.h"

namespace web {
namespace {

using Texts = std::vector<std::string>;

const Texts kNeverVerified{
    "access.client_certificates: no certificate is ever verified; --web.config.file needs client_auth_type "
    "VerifyClientCertIfGiven or RequireAndVerifyClientCert"};

AccessOptions with_certificate() {
  AccessOptions access;
  access.certificates = {{.grant = {.name = "prom", .verbs = {Verb::metrics}, .scope = {}},
                          .san = {AltName::Kind::dns, "prom.example"}}};
  return access;
}

FrontOptions with_tls(ClientCertificate which) {
  const support::TempDir folder;
  const auto own = support::make_certificate(folder, "exporter", "DNS:exporter.example");
  FrontOptions front;
  front.tls.emplace();
  front.tls->certificate = support::read_file(own.cert_file);
  front.tls->key = base::Secret(support::read_file(own.key_file));
  front.tls->client_ca = front.tls->certificate;
  front.tls->client_certificate = which;
  return front;
}

Texts warnings_for(AccessOptions access, FrontOptions front) {
  return warnings_of(prepare(std::move(access), std::move(front)).value());
}

TEST(Protection, WarnsOfUsersThatAreNone) {
  AccessOptions access;
  access.users = {{.name = "alice", .verbs = {Verb::metrics}, .scope = {}},
                  {.name = "bob", .verbs = {Verb::metrics}, .scope = {}}};
  FrontOptions front;
  front.passwords = {{"alice", base::Secret("hash")}};

  EXPECT_EQ(warnings_for(access, front),
            Texts{"access.users: no user of --web.config.file has the name \"bob\""});
}

TEST(Protection, WarnsOfCertificatesThatAreNeverVerified) {
  EXPECT_EQ(warnings_for(with_certificate(), {}), kNeverVerified);
  for (const auto which :
       {ClientCertificate::none, ClientCertificate::request, ClientCertificate::require_any})
    EXPECT_EQ(warnings_for(with_certificate(), with_tls(which)), kNeverVerified);
}

TEST(Protection, WarnsOfNothingWhereCertificatesAreVerified) {
  for (const auto which : {ClientCertificate::verify_if_given, ClientCertificate::require_and_verify})
    EXPECT_EQ(warnings_for(with_certificate(), with_tls(which)), Texts{});
}

}  // namespace
}  // namespace web
