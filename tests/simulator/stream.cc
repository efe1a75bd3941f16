#include "stream.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace simulator {
namespace {

class PlainStream final : public Stream {
 public:
  explicit PlainStream(int socket) : socket_(socket) {}

  std::size_t read(char* buffer, std::size_t size) override {
    return static_cast<std::size_t>(std::max<ssize_t>(0, ::recv(socket_, buffer, size, 0)));
  }

  bool write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

 private:
  const int socket_;
};

class PlainStreams final : public StreamFactory {
 public:
  std::unique_ptr<Stream> open(int socket) const override { return std::make_unique<PlainStream>(socket); }
};

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Session = std::unique_ptr<SSL, decltype(&SSL_free)>;

class TlsStream final : public Stream {
 public:
  explicit TlsStream(Session session) : session_(std::move(session)) {}

  std::size_t read(char* buffer, std::size_t size) override {
    return static_cast<std::size_t>(std::max(0, SSL_read(session_.get(), buffer, static_cast<int>(size))));
  }

  bool write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const std::size_t most = std::min<std::size_t>(bytes.size(), std::numeric_limits<int>::max());
      const int sent = SSL_write(session_.get(), bytes.data(), static_cast<int>(most));
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

 private:
  Session session_;
};

Context server_context(const Tls& tls) {
  Context context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  const bool usable = context &&
                      SSL_CTX_use_certificate_chain_file(context.get(), tls.cert_file.c_str()) == 1 &&
                      SSL_CTX_use_PrivateKey_file(context.get(), tls.key_file.c_str(), SSL_FILETYPE_PEM) == 1;
  if (!usable)
    throw std::runtime_error("cannot use TLS certificate " + tls.cert_file + " with key " + tls.key_file);
  if (tls.client_ca_file.empty()) return context;
  if (SSL_CTX_load_verify_locations(context.get(), tls.client_ca_file.c_str(), nullptr) != 1) {
    throw std::runtime_error("cannot use client CA " + tls.client_ca_file);
  }
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return context;
}

class TlsStreams final : public StreamFactory {
 public:
  explicit TlsStreams(const Tls& tls) : context_(server_context(tls)) {
    // A client's certificate makes resumption need an id; without it OpenSSL fails the second connection.
    SSL_CTX_set_session_id_context(context_.get(), reinterpret_cast<const unsigned char*>("simulator"), 9);
  }

  std::unique_ptr<Stream> open(int socket) const override {
    Session session(SSL_new(context_.get()), SSL_free);
    if (!session || SSL_set_fd(session.get(), socket) != 1 || SSL_accept(session.get()) != 1) return nullptr;
    return std::make_unique<TlsStream>(std::move(session));
  }

 private:
  Context context_;
};

}  // namespace

std::unique_ptr<StreamFactory> plain_streams() { return std::make_unique<PlainStreams>(); }
std::unique_ptr<StreamFactory> tls_streams(const Tls& tls) { return std::make_unique<TlsStreams>(tls); }

}  // namespace simulator
