#include "config/url.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "config/address.h"

namespace config {
namespace {

constexpr std::size_t kMostUrl = 2000;
constexpr const char* kNotUrl = "must be http:// or https:// and a host, as in https://vprotect.example:8181";

bool is_url_text(std::string_view text) {
  const auto is_plain = [](char c) {
    return c > ' ' && c < 0x7F && c != '\\' && c != '"' && c != '<' && c != '>';
  };
  return text.size() <= kMostUrl && std::all_of(text.begin(), text.end(), is_plain);
}

// What follows "http://" or "https://".
std::optional<std::string_view> after_scheme(std::string_view url) {
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string scheme = base::to_lower(url.substr(0, colon));
  if (scheme != "http" && scheme != "https") return std::nullopt;
  return url.substr(colon + 3);
}

bool is_encrypted(std::string_view url) { return base::equal_ignoring_case(url.substr(0, 5), "https"); }

}  // namespace

std::string server_url(const Value& value) {
  std::string url = value.text();
  const auto rest = after_scheme(url);
  if (!rest || !is_url_text(url)) value.fail(kNotUrl);
  if (rest->find_first_of("?#") != std::string_view::npos) value.fail("must have no query and no fragment");
  const std::string_view authority = rest->substr(0, rest->find('/'));
  if (authority.find('@') != std::string_view::npos)
    value.fail("must carry no credentials; use username and password_file");
  const auto address = parse_address(authority);
  if (!address || address->host.empty() || address->port == 0) value.fail(kNotUrl);
  if (!is_encrypted(url) && !is_loopback(address->host))
    value.warn("http sends the password over the network unencrypted; use https");
  return url;
}

std::string host_name(const Value& value) {
  std::string name = value.text();
  const auto address = parse_address(name);
  if (!name.empty() && (!address || address->port || name.front() == '['))
    value.fail("must be a host's name");
  return name;
}

}  // namespace config
