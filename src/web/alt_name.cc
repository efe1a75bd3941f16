#include "web/alt_name.h"

#include <arpa/inet.h>

#include <array>
#include <utility>

#include "base/text.h"

namespace web {
namespace {

using Kind = AltName::Kind;

std::optional<std::string> canonical_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  std::array<char, INET6_ADDRSTRLEN> written{};
  for (const int family : {AF_INET, AF_INET6}) {
    if (::inet_pton(family, text.c_str(), bytes.data()) != 1) continue;
    return ::inet_ntop(family, bytes.data(), written.data(), written.size());
  }
  return std::nullopt;
}

std::string with_lower_domain(std::string_view address) {
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos) return std::string(address);
  return std::string(address.substr(0, at)) + base::to_lower(address.substr(at));
}

std::optional<Kind> kind_named(std::string_view name) {
  if (name == "dns") return Kind::dns;
  if (name == "email") return Kind::email;
  if (name == "uri") return Kind::uri;
  if (name == "ip") return Kind::ip;
  return std::nullopt;
}

}  // namespace

AltName alt_name(AltName::Kind kind, std::string_view value) {
  switch (kind) {
    case Kind::dns:
      return {kind, base::to_lower(value)};
    case Kind::email:
      return {kind, with_lower_domain(value)};
    case Kind::ip:
      return {kind, canonical_address(std::string(value)).value_or(std::string(value))};
    case Kind::uri:
      break;
  }
  return {kind, std::string(value)};
}

std::optional<AltName> parse_alt_name(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto kind = kind_named(text.substr(0, colon));
  if (!kind || colon + 1 == text.size()) return std::nullopt;
  AltName name = alt_name(*kind, text.substr(colon + 1));
  if (kind == Kind::ip && !canonical_address(name.value)) return std::nullopt;
  if (kind == Kind::email && name.value.find('@') == std::string::npos) return std::nullopt;
  return name;
}

}  // namespace web
