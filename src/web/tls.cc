#include "web/tls.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <optional>
#include <utility>

#include "web/tls_socket.h"

namespace web {
namespace {

template <class T, void (*free)(T*)>
struct Freed {
  void operator()(T* object) const { free(object); }
};
void free_names(GENERAL_NAMES* names) { GENERAL_NAMES_free(names); }
void free_bio(BIO* bio) { BIO_free_all(bio); }
using Certificate = std::unique_ptr<X509, Freed<X509, X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES, free_names>>;
using Source = std::unique_ptr<BIO, Freed<BIO, free_bio>>;

using Problem = std::optional<base::Error>;

base::Error unusable(std::string why) { return {base::ErrorKind::malformed, std::move(why)}; }

Source source_of(const std::string& pem) {
  return Source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// A key that asks for a password must not make us ask at the terminal.
int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) { return -1; }

std::vector<Certificate> certificates_in(const std::string& pem) {
  const Source source = source_of(pem);
  std::vector<Certificate> certificates;
  while (X509* next = PEM_read_bio_X509(source.get(), nullptr, no_password, nullptr))
    certificates.emplace_back(next);
  ERR_clear_error();  // of the end of the text
  return certificates;
}

Problem use_certificate(SSL_CTX& context, const std::string& pem) {
  const std::vector<Certificate> chain = certificates_in(pem);
  if (chain.empty()) return unusable("the certificate cannot be read");
  if (SSL_CTX_use_certificate(&context, chain.front().get()) != 1)
    return unusable("the certificate cannot be used");
  for (auto next = chain.begin() + 1; next != chain.end(); ++next) {
    if (SSL_CTX_add1_chain_cert(&context, next->get()) != 1)
      return unusable("the certificate's chain cannot be used");
  }
  return std::nullopt;
}

Problem use_key(SSL_CTX& context, const base::Secret& pem) {
  const Source source = source_of(pem.reveal());
  const Key key(PEM_read_bio_PrivateKey(source.get(), nullptr, no_password, nullptr));
  if (!key) return unusable("the key cannot be read, or it asks for a password");
  if (SSL_CTX_use_PrivateKey(&context, key.get()) != 1 || SSL_CTX_check_private_key(&context) != 1)
    return unusable("certificate and key do not fit each other");
  return std::nullopt;
}

Problem trust_clients_of(SSL_CTX& context, const std::string& pem) {
  if (pem.empty()) return std::nullopt;
  const std::vector<Certificate> authorities = certificates_in(pem);
  if (authorities.empty()) return unusable("the authority of clients cannot be read");
  for (const Certificate& authority : authorities) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(&context), authority.get());
    SSL_CTX_add_client_CA(&context, authority.get());
  }
  return std::nullopt;
}

int number_of(TlsVersion version) {
  constexpr std::array<int, 4> numbers{TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION};
  return numbers.at(static_cast<std::size_t>(version));
}

// OpenSSL's default security refuses the hashes that TLS 1.0 and 1.1 cannot do without.
std::string ciphers_of(const ServerTls& options) {
  const std::string named = options.ciphers.empty() ? "DEFAULT" : options.ciphers;
  return options.min_version < TlsVersion::tls12 ? named + ":@SECLEVEL=0" : named;
}

Problem choose_algorithms(SSL_CTX& context, const ServerTls& options) {
  SSL_CTX_set_min_proto_version(&context, number_of(options.min_version));
  SSL_CTX_set_max_proto_version(&context, number_of(options.max_version));
  if (SSL_CTX_set_cipher_list(&context, ciphers_of(options).c_str()) != 1)
    return unusable("none of the cipher suites can be used");
  if (!options.groups.empty() && SSL_CTX_set1_groups_list(&context, options.groups.c_str()) != 1)
    return unusable("the curves cannot be used");
  return std::nullopt;
}

// HTTP/1.1 is all we speak, and what a client expects that does not say what it speaks.
int choose_http11(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* size,
                  const unsigned char* offered, unsigned int offered_size, void* /*context*/) {
  static constexpr std::array<unsigned char, 9> ours{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* match = nullptr;
  const int result = SSL_select_next_proto(&match, size, ours.data(), ours.size(), offered, offered_size);
  *chosen = match;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

void set_behaviour(SSL_CTX& context, const ServerTls& options) {
  constexpr std::string_view kSessions = "vprotect_exporter";
  SSL_CTX_set_mode(&context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                 SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(&context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  if (options.prefers_own_ciphers) SSL_CTX_set_options(&context, SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_id_context(&context, reinterpret_cast<const unsigned char*>(kSessions.data()),
                                 kSessions.size());
  SSL_CTX_set_alpn_select_cb(&context, choose_http11, nullptr);
}

// A resumed session shows no certificate anew, and so would outlive it.
void resume_no_session(SSL_CTX& context) {
  SSL_CTX_set_options(&context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(&context, 0);
  SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);
}

bool verifies(ClientCertificate wanted) {
  return wanted == ClientCertificate::verify_if_given || wanted == ClientCertificate::require_and_verify;
}

int mode_of(ClientCertificate wanted) {
  if (wanted == ClientCertificate::none) return SSL_VERIFY_NONE;
  const bool required =
      wanted == ClientCertificate::require_any || wanted == ClientCertificate::require_and_verify;
  return required ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT : SSL_VERIFY_PEER;
}

std::string_view text_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string address_of(const ASN1_STRING* bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = ASN1_STRING_length(bytes) == 4 ? AF_INET : AF_INET6;
  if (family == AF_INET6 && ASN1_STRING_length(bytes) != 16) return {};
  return ::inet_ntop(family, ASN1_STRING_get0_data(bytes), text.data(), text.size());
}

std::optional<AltName> name_from(const GENERAL_NAME& name) {
  switch (name.type) {
    case GEN_DNS:
      return alt_name(AltName::Kind::dns, text_of(name.d.dNSName));
    case GEN_EMAIL:
      return alt_name(AltName::Kind::email, text_of(name.d.rfc822Name));
    case GEN_URI:
      return alt_name(AltName::Kind::uri, text_of(name.d.uniformResourceIdentifier));
    case GEN_IPADD:
      return alt_name(AltName::Kind::ip, address_of(name.d.iPAddress));
    default:
      return std::nullopt;
  }
}

std::vector<AltName> names_of(const X509& certificate) {
  const Names names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::vector<AltName> result;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    if (auto name = name_from(*sk_GENERAL_NAME_value(names.get(), i))) result.push_back(std::move(*name));
  }
  return result;
}

base::TimePoint end_of(const X509& certificate) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &parts) != 1) return base::TimePoint::min();
  return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&parts)));
}

// Of no chain: long ago.
base::TimePoint first_end_of(const STACK_OF(X509) * chain) {
  if (chain == nullptr || sk_X509_num(chain) == 0) return base::TimePoint::min();
  base::TimePoint first = base::TimePoint::max();
  for (int i = 0; i < sk_X509_num(chain); ++i) first = std::min(first, end_of(*sk_X509_value(chain, i)));
  return first;
}

}  // namespace

base::Result<base::Shared<TlsContext>> TlsContext::make(const ServerTls& options) {
  Context context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  if (!context) return unusable("TLS cannot be used");
  set_behaviour(*context, options);
  Problem problem = choose_algorithms(*context, options);
  if (!problem) problem = use_certificate(*context, options.certificate);
  if (!problem) problem = use_key(*context, options.key);
  if (!problem) problem = trust_clients_of(*context, options.client_ca);
  ERR_clear_error();
  if (problem) return *problem;
  return base::Shared<TlsContext>(new TlsContext(std::move(context), options));
}

TlsContext::TlsContext(Context context, const ServerTls& options)
    : context_(std::move(context)),
      verifies_clients_(verifies(options.client_certificate)),
      allowed_sans_(options.client_allowed_sans) {
  SSL_CTX_set_verify(context_.get(), mode_of(options.client_certificate), nullptr);
  if (options.client_certificate != ClientCertificate::none) resume_no_session(*context_);
  SSL_CTX_set_cert_verify_callback(context_.get(), verify_client, this);
}

int TlsContext::verify_client(X509_STORE_CTX* presented, void* context) {
  const auto& own = *static_cast<const TlsContext*>(context);
  if (own.verifies_clients_ && X509_verify_cert(presented) != 1) return 0;
  if (own.is_allowed(*presented)) return 1;
  X509_STORE_CTX_set_error(presented, X509_V_ERR_APPLICATION_VERIFICATION);
  return 0;
}

bool TlsContext::is_allowed(X509_STORE_CTX& presented) const {
  if (allowed_sans_.empty()) return true;
  const X509* certificate = X509_STORE_CTX_get0_cert(&presented);
  if (certificate == nullptr) return false;
  const std::vector<AltName> names = names_of(*certificate);
  return std::any_of(names.begin(), names.end(), [this](const AltName& name) {
    const auto is_it = [&](const std::string& allowed) { return alt_name(name.kind, allowed) == name; };
    return std::any_of(allowed_sans_.begin(), allowed_sans_.end(), is_it);
  });
}

TlsSession::TlsSession(base::Shared<TlsContext> context, const Fd& socket)
    : context_(std::move(context)), ssl_(SSL_new(&context_->get()), &SSL_free) {
  BIO* const bio = ssl_ ? bio_of(socket) : nullptr;
  broken_ = bio == nullptr;
  if (broken_) return;
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_accept_state(ssl_.get());
}

ssize_t TlsSession::receive(char* data, std::size_t size) {
  waits_to_send_ = false;
  if (broken_) return 0;
  ERR_clear_error();
  std::size_t count = 0;
  if (SSL_read_ex(ssl_.get(), data, size, &count) == 1) return static_cast<ssize_t>(count);
  const int error = SSL_get_error(ssl_.get(), 0);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
    waits_to_send_ = error == SSL_ERROR_WANT_WRITE;
    errno = EAGAIN;
    return -1;
  }
  give_up(error);
  return 0;
}

ssize_t TlsSession::send(std::string_view bytes) {
  if (bytes.empty()) return 0;
  errno = EPIPE;
  if (broken_) return -1;
  ERR_clear_error();
  std::size_t count = 0;
  if (SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count) == 1) return static_cast<ssize_t>(count);
  const int error = SSL_get_error(ssl_.get(), 0);
  if (error != SSL_ERROR_WANT_WRITE) give_up(error);
  errno = error == SSL_ERROR_WANT_WRITE ? EAGAIN : EPIPE;
  return -1;
}

void TlsSession::end_sending() {
  if (broken_ || SSL_is_init_finished(ssl_.get()) == 0) return;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

void TlsSession::give_up(int error) {
  met_plain_http_ = ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST;
  broken_ = error != SSL_ERROR_ZERO_RETURN;  // the client's orderly end leaves our half
  ERR_clear_error();
}

ShownCertificate TlsSession::client_certificate() const {
  if (broken_ || !context_->verifies_clients()) return {};
  const X509* certificate = SSL_get0_peer_certificate(ssl_.get());
  if (certificate == nullptr || SSL_get_verify_result(ssl_.get()) != X509_V_OK) return {};
  return {names_of(*certificate), first_end_of(SSL_get0_verified_chain(ssl_.get()))};
}

}  // namespace web
