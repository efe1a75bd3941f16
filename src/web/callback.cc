#include "web/callback.h"

#include <httplib.h>

#include <chrono>
#include <utility>

#include "base/log.h"

namespace web {
namespace {

constexpr std::chrono::seconds kPatience{10};

// "https://host:port" and the rest, which is at least "/".
std::pair<std::string, std::string> split(const std::string& url) {
  const auto host = url.find("//") + 2;
  const auto path = url.find_first_of("/?", host);
  if (path == url.npos) return {url, "/"};
  return {url.substr(0, path), (url[path] == '?' ? "/" : "") + url.substr(path)};
}

}  // namespace

bool post_callback(const std::string& url, const std::string& body, const std::string& signature) {
  const auto [server, path] = split(url);
  httplib::Client client(server);
  client.set_connection_timeout(kPatience);
  client.set_read_timeout(kPatience);
  client.set_write_timeout(kPatience);
  client.set_follow_location(false);
  const auto answer = client.Post(path, {{"X-Signature", signature}}, body, "application/json");
  if (answer && answer->status / 100 == 2) return true;
  base::log::debug("a callback was not taken", {{"url", url},
                                                {"answer", answer ? std::to_string(answer->status)
                                                                  : httplib::to_string(answer.error())}});
  return false;
}

}  // namespace web
