#pragma once

#include <openssl/ssl.h>
#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/latest.h"
#include "base/result.h"
#include "web/front_options.h"
#include "web/shown_certificate.h"
#include "web/socket.h"

namespace web {

// Our certificate, and whom we let connect; the same for all connections that were accepted under it.
class TlsContext {
 public:
  // An error, which quotes nothing, when certificate, key or names of algorithms cannot be used.
  static base::Result<base::Shared<TlsContext>> make(const ServerTls& options);

  SSL_CTX& get() const { return *context_; }
  bool verifies_clients() const { return verifies_clients_; }

 private:
  using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

  TlsContext(Context context, const ServerTls& options);
  static int verify_client(X509_STORE_CTX* presented, void* context);
  bool is_allowed(X509_STORE_CTX& presented) const;

  const Context context_;
  const bool verifies_clients_;
  const std::vector<std::string> allowed_sans_;  // none: any will do
};

// TLS on one connection's socket, which outlives it. Never blocks; one thread at a time.
class TlsSession {
 public:
  TlsSession(base::Shared<TlsContext> context, const Fd& socket);

  // As recv(2) and send(2): EAGAIN also while the client has still to say something of the handshake.
  ssize_t receive(char* data, std::size_t size);
  ssize_t send(std::string_view bytes);
  // Nothing more will be sent: so that the client can tell a whole answer from a cut one.
  void end_sending();

  bool waits_to_send() const { return waits_to_send_; }  // of the last receive(): of the handshake
  bool is_broken() const { return broken_; }             // nothing more can be received or sent
  bool met_plain_http() const { return met_plain_http_; }
  ShownCertificate client_certificate() const;

 private:
  void give_up(int error);

  const base::Shared<TlsContext> context_;
  const std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  bool waits_to_send_ = false;
  bool met_plain_http_ = false;
  bool broken_ = false;
};

}  // namespace web
