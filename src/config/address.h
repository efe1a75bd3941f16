#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace config {

struct Address {
  std::string host;  // a name, an IPv4 address, or an IPv6 address without its brackets; may be empty
  std::optional<int> port;

  bool operator==(const Address&) const = default;
};

// "host", "host:port", ":port", "[::1]:port"; absent when the text is none of these.
std::optional<Address> parse_address(std::string_view text);

// True when the host can be no other machine: localhost, 127.0.0.0/8 or ::1.
bool is_loopback(const std::string& host);

}  // namespace config
