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

}  // namespace

base::Result<base::Done> check_health(const Options& options) {
  httplib::Client client(own_address(options), options.port);
  client.set_connection_timeout(kPatience);
  client.set_read_timeout(kPatience);
  const std::string what =
      "GET /-/healthy of " + own_address(options) + ":" + std::to_string(options.port) + ": ";
  const httplib::Result answer = client.Get("/-/healthy");
  if (!answer) return base::Error{base::ErrorKind::unreachable, what + httplib::to_string(answer.error())};
  if (answer->status != 200)
    return base::Error{base::ErrorKind::rejected, what + std::to_string(answer->status)};
  return base::Done{};
}

}  // namespace web
