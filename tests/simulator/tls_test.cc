#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "test_client.h"

namespace simulator {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

Certificate self_signed(EVP_PKEY* key) {
  Certificate certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  const std::string host = "127.0.0.1";
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(host.c_str()),
                             -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_sign(certificate.get(), key, EVP_sha256());
  return certificate;
}

class TlsFiles : public testing::Test {
 protected:
  TlsFiles() {
    const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const Certificate certificate = self_signed(key.get());
    const File key_out(std::fopen(key_file.c_str(), "w"));
    const File certificate_out(std::fopen(cert_file.c_str(), "w"));
    PEM_write_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    PEM_write_X509(certificate_out.get(), certificate.get());
  }
  void TearDown() override {
    std::remove(key_file.c_str());
    std::remove(cert_file.c_str());
  }

  Options options(const std::string& client_ca = "") const {
    Options options = golden();
    options.tls = Tls{cert_file, key_file, client_ca};
    return options;
  }

  const std::string stem = testing::TempDir() + "simulator-" + std::to_string(::getpid());
  const std::string key_file = stem + ".key", cert_file = stem + ".crt";
};

TEST_F(TlsFiles, SpeaksHttps) {
  const Simulator simulator(options());
  httplib::SSLClient client("127.0.0.1", simulator.port());
  client.enable_server_certificate_verification(false);
  const auto result =
      client.Post("/api/session/login", R"({"login":"monitoring","password":"secret"})", "application/json");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 201);
  EXPECT_NE(result->get_header_value("Set-Cookie").find("Secure"), std::string::npos);
}

TEST_F(TlsFiles, MayDemandACertificateOfTheClient) {
  const Simulator simulator(options(cert_file));
  httplib::SSLClient unknown("127.0.0.1", simulator.port());
  unknown.enable_server_certificate_verification(false);
  EXPECT_FALSE(unknown.Get("/api/session"));
  httplib::SSLClient known("127.0.0.1", simulator.port(), cert_file, key_file);
  known.enable_server_certificate_verification(false);
  EXPECT_EQ(known.Get("/api/session")->status, 401);
}

TEST_F(TlsFiles, HaveToBeUsable) {
  Options bad = options();
  bad.tls->key_file = "/no/such/file";
  EXPECT_THROW(Simulator{bad}, std::runtime_error);
}

}  // namespace
}  // namespace simulator
