#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "support/temp_dir.h"

namespace support {

// A self-signed certificate and its key, in PEM files.
struct Certificate {
  std::string cert_file;
  std::string key_file;
};

// `names` as in "DNS:vprotect.example,IP:127.0.0.1".
inline Certificate make_certificate(const TempDir& directory, const std::string& common_name,
                                    const std::string& names) {
  const auto check = [](bool good) {
    if (!good) throw std::runtime_error("no certificate could be made");
  };
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> cert(X509_new(), &X509_free);
  check(key && cert);
  X509_set_version(cert.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(cert.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(cert.get()), 3600);
  X509_set_pubkey(cert.get(), key.get());
  X509_NAME* name = X509_get_subject_name(cert.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
  X509_set_issuer_name(cert.get(), name);
  const auto extend = [&](int kind, const char* value) {
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, kind, value), &X509_EXTENSION_free);
    check(extension && X509_add_ext(cert.get(), extension.get(), -1) == 1);
  };
  extend(NID_subject_alt_name, names.c_str());
  extend(NID_basic_constraints, "critical,CA:TRUE");
  check(X509_sign(cert.get(), key.get(), EVP_sha256()) > 0);

  Certificate files{(directory / (common_name + ".crt")).string(),
                    (directory / (common_name + ".key")).string()};
  const auto write = [&](const std::string& path, auto&& writer) {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> out(BIO_new_file(path.c_str(), "w"), &BIO_free_all);
    check(out && writer(out.get()) == 1);
  };
  write(files.cert_file, [&](BIO* out) { return PEM_write_bio_X509(out, cert.get()); });
  write(files.key_file, [&](BIO* out) {
    return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  return files;
}

using TlsContext = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

// For a server that shows the certificate; with `client_ca` it insists on a certificate signed by that.
inline TlsContext server_context(const Certificate& own, const std::string& client_ca = {}) {
  TlsContext context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  if (!context || SSL_CTX_use_certificate_file(context.get(), own.cert_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), own.key_file.c_str(), SSL_FILETYPE_PEM) != 1)
    throw std::runtime_error("the certificate cannot be used");
  if (client_ca.empty()) return context;
  if (SSL_CTX_load_verify_locations(context.get(), client_ca.c_str(), nullptr) != 1)
    throw std::runtime_error("the client's authority cannot be used");
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return context;
}

}  // namespace support
