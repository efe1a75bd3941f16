#include "web/authorization.h"

#include <utility>

#include "base/digest.h"
#include "base/text.h"

namespace web {
namespace {

constexpr std::string_view kTokenCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";

std::optional<Authorization> bearer(std::string_view token) {
  if (token.empty() || token.find_first_not_of(kTokenCharacters) != std::string_view::npos)
    return std::nullopt;
  return BearerToken{std::string(token)};
}

std::optional<Authorization> basic(std::string_view encoded) {
  auto decoded = base::from_base64(encoded);
  // bcrypt would stop at a NUL.
  if (!decoded || decoded->find('\0') != std::string::npos) return std::nullopt;
  const std::size_t colon = decoded->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return UserPassword{decoded->substr(0, colon), decoded->substr(colon + 1)};
}

}  // namespace

std::optional<Authorization> parse_authorization(std::string_view header) {
  const std::size_t space = header.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = header.substr(0, space);
  const std::string_view rest = base::trimmed(header.substr(space));
  if (base::equal_ignoring_case(scheme, "Bearer")) return bearer(rest);
  if (base::equal_ignoring_case(scheme, "Basic")) return basic(rest);
  return std::nullopt;
}

}  // namespace web
