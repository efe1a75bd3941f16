#include "web/health_check.h"

#include <httplib.h>

#include <chrono>
#include <string>

namespace web {
namespace {

constexpr std::chrono::seconds kPatience{3};

// Where a server that listens at every address, or at one, is reached from its own machine.
std::string own_address(const Options& options) {
  if (options.host.empty() || options.host == "0.0.0.0") return "127.0.0.1";
  return options.host == "::" ? "::1" : options.host;
}

template <class Client>
httplib::Result ask(Client& client) {
  client.set_connection_timeout(kPatience);
  client.set_read_timeout(kPatience);
  return client.Get("/-/healthy");
}

// Nothing secret is sent, and the certificate is for other names than that of the loopback.
httplib::Result ask_over_tls(const Options& options) {
  httplib::SSLClient client(own_address(options), options.port);
  client.enable_server_certificate_verification(false);
  return ask(client);
}

httplib::Result ask_plainly(const Options& options) {
  httplib::Client client(own_address(options), options.port);
  return ask(client);
}

bool needs_certificate(const FrontOptions& front) {
  return front.tls && (front.tls->client_certificate == ClientCertificate::require_any ||
                       front.tls->client_certificate == ClientCertificate::require_and_verify);
}

// With TLS 1.3 a client learns only with the answer that it lacks a certificate.
bool is_turned_away(httplib::Error error) {
  return error == httplib::Error::SSLConnection || error == httplib::Error::Read ||
         error == httplib::Error::Write;
}

}  // namespace

base::Result<base::Done> check_health(const Options& options, const FrontOptions& front) {
  const std::string what =
      "GET /-/healthy of " + own_address(options) + ":" + std::to_string(options.port) + ": ";
  const httplib::Result answer = front.tls ? ask_over_tls(options) : ask_plainly(options);
  if (!answer && needs_certificate(front) && is_turned_away(answer.error())) return base::Done{};
  if (!answer) return base::Error{base::ErrorKind::unreachable, what + httplib::to_string(answer.error())};
  if (answer->status != 200)
    return base::Error{base::ErrorKind::rejected, what + std::to_string(answer->status)};
  return base::Done{};
}

}  // namespace web
