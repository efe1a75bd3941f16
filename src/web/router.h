#pragma once

#include <httplib.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "web/problem.h"

namespace web {

// Called from many serving threads at once. What it throws is logged and answered with 500.
using Handler = std::function<void(const httplib::Request& request, httplib::Response& response)>;

struct Route {
  std::string method;  // a GET route answers HEAD too
  std::string path;
  Handler handler;
};

// The table of what is served. Paths are compared as they are sent: there is one spelling of each.
class Router {
 public:
  explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}

  // The handler, which lives as long as the router, or why there is none: 404, 405.
  std::variant<const Handler*, Problem> find(std::string_view method, std::string_view path) const;

 private:
  std::string methods_of(std::string_view path) const;  // "GET, HEAD"; empty for an unknown path

  const std::vector<Route> routes_;
};

}  // namespace web
