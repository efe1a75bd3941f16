#pragma once

#include <httplib.h>

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "web/access.h"
#include "web/operation.h"
#include "web/problem.h"

namespace web {

// A request that its caller may make.
struct Asked {
  const httplib::Request& request;
  const Caller& caller;
  std::vector<std::string> parts;  // of the path: what stands for each {name} of the route's
};

// Called from many serving threads at once. What it throws is logged and answered with 500.
using Handler = std::function<void(const Asked& asked, httplib::Response& response)>;

struct Route {
  std::string method;  // a GET route answers HEAD too
  std::string path;    // "{name}" stands for one part between slashes
  Rule rule;
  Handler handler;
  Operation about = {};
};

struct Match {
  const Route* route = nullptr;  // lives as long as the router
  std::vector<std::string> parts;
};

// The table of what is served. Paths are compared as they are sent: there is one spelling of each.
class Router {
 public:
  explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}

  // Or why there is none: 404, 405.
  std::variant<Match, Problem> find(std::string_view method, std::string_view path) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::string methods_of(std::string_view path) const;  // "GET, HEAD"; empty for an unknown path

  const std::vector<Route> routes_;
};

}  // namespace web
