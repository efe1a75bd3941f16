#include "web/router.h"

#include <optional>
#include <utility>

namespace web {
namespace {

std::string_view take_part(std::string_view& path) {
  const std::string_view part = path.substr(0, path.find('/'));
  path.remove_prefix(std::min(path.size(), part.size() + 1));
  return part;
}

// What stands for the names of the pattern; absent when the path is another.
std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
  std::vector<std::string> parts;
  while (!pattern.empty() && !path.empty()) {
    if (pattern.ends_with('/') != path.ends_with('/')) return std::nullopt;
    const std::string_view wanted = take_part(pattern);
    const std::string_view part = take_part(path);
    if (!wanted.starts_with('{')) {
      if (part != wanted) return std::nullopt;
    } else if (part.empty()) {
      return std::nullopt;
    } else {
      parts.emplace_back(part);
    }
  }
  return pattern.empty() && path.empty() ? std::optional(std::move(parts)) : std::nullopt;
}

}  // namespace

std::variant<Match, Problem> Router::find(std::string_view method, std::string_view path) const {
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const Route& route : routes_) {
    if (route.method != wanted) continue;
    if (auto parts = match(route.path, path)) return Match{&route, std::move(*parts)};
  }
  std::string allowed = methods_of(path);
  if (allowed.empty()) return Problem{.status = 404, .detail = "Nothing is served at this path."};
  return Problem{.status = 405, .detail = "This path takes: " + allowed + ".", .allow = allowed};
}

std::string Router::methods_of(std::string_view path) const {
  std::string methods;
  for (const Route& route : routes_) {
    if (!match(route.path, path)) continue;
    if (!methods.empty()) methods += ", ";
    methods += route.method == "GET" ? "GET, HEAD" : route.method;
  }
  return methods;
}

}  // namespace web
