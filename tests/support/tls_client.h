#pragma once

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <csignal>
#include <memory>
#include <string>
#include <string_view>

#include "support/certificates.h"
#include "support/loopback.h"
#include "support/wait.h"

namespace support {

// For a client that trusts this authority, and shows its own certificate when it has one.
inline TlsContext client_context(const std::string& ca_file, const Certificate* own = nullptr) {
  TlsContext context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
  if (!context || SSL_CTX_load_verify_locations(context.get(), ca_file.c_str(), nullptr) != 1)
    throw std::runtime_error("the authority cannot be used");
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (own == nullptr) return context;
  if (SSL_CTX_use_certificate_file(context.get(), own->cert_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), own->key_file.c_str(), SSL_FILETYPE_PEM) != 1)
    throw std::runtime_error("the certificate cannot be used");
  return context;
}

using TlsSession = std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)>;

// One connection over TLS, in the client's words. Loopback only; nothing it does takes longer than kPatience.
class TlsClient {
 public:
  // `earlier`: the session of a connection before, to be resumed.
  TlsClient(int port, SSL_CTX& context, SSL_SESSION* earlier = nullptr) : ssl_(SSL_new(&context), &SSL_free) {
    std::signal(SIGPIPE, SIG_IGN);  // of our own end: OpenSSL writes without MSG_NOSIGNAL
    const timeval patience{.tv_sec = kPatience.count() / 1000, .tv_usec = 0};
    for (const int direction : {SO_RCVTIMEO, SO_SNDTIMEO})
      setsockopt(socket_.fd(), SOL_SOCKET, direction, &patience, sizeof patience);
    if (earlier != nullptr) SSL_set_session(ssl_.get(), earlier);
    is_connected_ = socket_.connect(static_cast<std::uint16_t>(port)) &&
                    SSL_set_fd(ssl_.get(), socket_.fd()) == 1 && SSL_connect(ssl_.get()) == 1;
  }

  bool is_connected() const { return is_connected_; }
  bool has_resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  TlsSession session() const { return {SSL_get1_session(ssl_.get()), &SSL_SESSION_free}; }
  std::string server_name() const {
    std::array<char, 256> name{};
    const X509* certificate = SSL_get0_peer_certificate(ssl_.get());
    if (certificate != nullptr)
      X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name.data(), name.size());
    return name.data();
  }

  bool send(std::string_view bytes) {
    std::size_t count = 0;
    return is_connected_ && SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count) == 1;
  }

  // What comes next, at least `least` bytes unless it ends before.
  std::string receive(std::size_t least) {
    std::string text;
    std::array<char, 65536> piece{};
    std::size_t count = 0;
    while (text.size() < least && SSL_read_ex(ssl_.get(), piece.data(), piece.size(), &count) == 1)
      text.append(piece.data(), count);
    return text;
  }

  // All until the end; ended_well() tells whether the server said that it is one.
  std::string receive_all() { return receive(static_cast<std::size_t>(-1)); }
  bool ended_well() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }

  std::string ask(std::string_view request) { return send(request) ? receive_all() : ""; }

 private:
  const LoopbackSocket socket_;
  const std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  bool is_connected_ = false;
};

}  // namespace support
