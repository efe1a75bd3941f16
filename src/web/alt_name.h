#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace web {

// A subject alternative name of a certificate, in the one spelling by which two are compared: DNS names and
// the domains of addresses in lower case, IP addresses as inet_ntop(3) writes them.
struct AltName {
  enum class Kind : std::uint8_t { dns, email, uri, ip };

  Kind kind = Kind::dns;
  std::string value;

  bool operator==(const AltName&) const = default;
};

AltName alt_name(AltName::Kind kind, std::string_view value);

// "dns:prom.example", "email:...", "uri:...", "ip:..."; absent when the text is none of these.
std::optional<AltName> parse_alt_name(std::string_view text);

}  // namespace web
