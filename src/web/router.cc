#include "web/router.h"

#include <utility>

namespace web {

std::variant<const Handler*, Problem> Router::find(std::string_view method, std::string_view path) const {
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const Route& route : routes_) {
    if (route.method == wanted && route.path == path) return &route.handler;
  }
  std::string allowed = methods_of(path);
  if (allowed.empty()) return Problem{.status = 404, .detail = "Nothing is served at this path."};
  return Problem{.status = 405, .detail = "This path takes: " + allowed + ".", .allow = allowed};
}

std::string Router::methods_of(std::string_view path) const {
  std::string methods;
  for (const Route& route : routes_) {
    if (route.path != path) continue;
    if (!methods.empty()) methods += ", ";
    methods += route.method == "GET" ? "GET, HEAD" : route.method;
  }
  return methods;
}

}  // namespace web
