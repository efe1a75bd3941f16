#include "config/address.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>

#include "base/text.h"

namespace config {
namespace {

constexpr std::string_view kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
constexpr std::size_t kMostHost = 253;  // bytes of a DNS name

bool is_family(int family, const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(family, text.c_str(), address.data()) == 1;
}

bool is_name(std::string_view text) {
  return text.size() <= kMostHost && text.find_first_not_of(kNameCharacters) == std::string_view::npos;
}

std::optional<int> parse_port(std::string_view text) {
  int port = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (fault != std::errc() || end != text.data() + text.size() || port < 0 || port > 65535)
    return std::nullopt;
  return port;
}

// What follows the host: nothing, or ":port".
std::optional<Address> with_port(std::string_view host, std::string_view rest) {
  Address address{std::string(host), std::nullopt};
  if (rest.empty()) return address;
  if (rest.front() != ':') return std::nullopt;
  address.port = parse_port(rest.substr(1));
  return address.port ? std::optional(address) : std::nullopt;
}

std::optional<Address> parse_bracketed(std::string_view text) {
  const auto close = text.find(']');
  if (close == std::string_view::npos) return std::nullopt;
  const std::string_view host = text.substr(1, close - 1);
  if (!is_family(AF_INET6, std::string(host))) return std::nullopt;
  return with_port(host, text.substr(close + 1));
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  if (!text.empty() && text.front() == '[') return parse_bracketed(text);
  const std::string_view host = text.substr(0, text.find(':'));
  if (!is_name(host)) return std::nullopt;
  return with_port(host, text.substr(host.size()));
}

bool is_loopback(const std::string& host) {
  if (base::equal_ignoring_case(host, "localhost")) return true;
  if (is_family(AF_INET, host)) return host.compare(0, 4, "127.") == 0;
  return is_family(AF_INET6, host) && host.find_first_not_of("0:") == host.size() - 1 && host.back() == '1';
}

}  // namespace config
