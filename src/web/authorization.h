#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace web {

struct BearerToken {
  std::string token;

  bool operator==(const BearerToken&) const = default;
};

struct UserPassword {
  std::string user;
  std::string password;

  bool operator==(const UserPassword&) const = default;
};

using Authorization = std::variant<BearerToken, UserPassword>;

// What an Authorization header says: Bearer (RFC 6750) or Basic (RFC 7617); absent when it is neither.
std::optional<Authorization> parse_authorization(std::string_view header);

}  // namespace web
