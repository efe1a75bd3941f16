#include "vprotect/cookie_jar.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "base/text.h"
#include "vprotect/http_date.h"

namespace vprotect {
namespace {

constexpr std::size_t kMostCookies = 64;
constexpr std::size_t kMostLength = 8192;  // of one name and value

struct Pair {
  std::string_view name;
  std::string_view value;
};

// Takes "name=value" or "name" off the front of a list that semicolons separate.
Pair take_pair(std::string_view& list) {
  const std::string_view part = list.substr(0, list.find(';'));
  list.remove_prefix(std::min(list.size(), part.size() + 1));
  const auto equals = part.find('=');
  if (equals == std::string_view::npos) return {base::trimmed(part), {}};
  return {base::trimmed(part.substr(0, equals)), base::trimmed(part.substr(equals + 1))};
}

std::optional<std::int64_t> parse_seconds(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Max-Age is stronger than Expires.
bool is_deletion(std::string_view attributes, base::TimePoint now) {
  bool expired = false;
  while (!attributes.empty()) {
    const auto [name, value] = take_pair(attributes);
    if (base::equal_ignoring_case(name, "max-age")) {
      if (const auto age = parse_seconds(value)) return *age <= 0;
    } else if (base::equal_ignoring_case(name, "expires")) {
      const auto end = parse_http_date(value);
      expired = end && *end <= now;
    }
  }
  return expired;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

bool is_acceptable(const Pair& cookie) {
  return !cookie.name.empty() && cookie.name.size() + cookie.value.size() <= kMostLength &&
         !has_control(cookie.name) && !has_control(cookie.value);
}

}  // namespace

void CookieJar::accept(std::string_view set_cookie, base::TimePoint now) {
  if (set_cookie.substr(0, set_cookie.find(';')).find('=') == std::string_view::npos) return;
  const Pair cookie = take_pair(set_cookie);
  if (!is_acceptable(cookie)) return;
  const auto known = cookies_.find(cookie.name);
  if (is_deletion(set_cookie, now)) {
    if (known != cookies_.end()) cookies_.erase(known);
  } else if (known != cookies_.end()) {
    known->second = cookie.value;
  } else if (cookies_.size() < kMostCookies) {
    cookies_.emplace(cookie.name, cookie.value);
  }
}

std::string CookieJar::header() const {
  std::string text;
  for (const auto& [name, value] : cookies_) {
    if (!text.empty()) text += "; ";
    text.append(name).append("=").append(value);
  }
  return text;
}

}  // namespace vprotect
