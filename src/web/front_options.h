#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/secret.h"

// What Prometheus' exporters take from --web.config.file.
namespace web {

enum class ClientCertificate : std::uint8_t {
  none,
  request,
  require_any,
  verify_if_given,
  require_and_verify
};
enum class TlsVersion : std::uint8_t { tls10, tls11, tls12, tls13 };

struct ServerTls {
  std::string certificate;  // and those between it and its authority; PEM, as all here
  base::Secret key;
  std::string client_ca;
  ClientCertificate client_certificate = ClientCertificate::none;
  std::vector<std::string> client_allowed_sans;  // none: any certificate will do
  TlsVersion min_version = TlsVersion::tls12;
  TlsVersion max_version = TlsVersion::tls13;
  std::string ciphers;  // up to TLS 1.2, in OpenSSL's spelling; empty: its default
  std::string groups;   // likewise
  bool prefers_own_ciphers = true;

  bool operator==(const ServerTls&) const = default;
};

// A bucket of `burst` requests into which one falls every `interval`.
struct RateLimit {
  std::chrono::milliseconds interval{};
  std::size_t burst = 1;

  bool operator==(const RateLimit&) const = default;
};

using Header = std::pair<std::string, std::string>;

struct FrontOptions {
  std::optional<ServerTls> tls;                   // absent: plain HTTP
  std::vector<Header> headers;                    // of every answer
  std::map<std::string, base::Secret> passwords;  // users, and the bcrypt hashes of their passwords
  std::optional<RateLimit> rate_limit;            // of all clients together

  bool operator==(const FrontOptions&) const = default;
};

}  // namespace web
