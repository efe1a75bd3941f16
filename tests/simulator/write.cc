#include "write.h"

#include <array>

namespace simulator {
namespace {

struct Route {
  std::string_view method;
  std::string_view path;
  Response (*handler)(const Exchange& exchange, std::string_view guid);
  std::string_view rest = {};  // what follows the guid
};

// Those without a guid come first.
constexpr std::array kPlainRoutes{
    Route{"POST", "/tasks/export", export_vms},
    Route{"POST", "/tasks/restore-and-import", restore_and_import},
    Route{"DELETE", "/tasks/all-finished", delete_finished_tasks},
    Route{"DELETE", "/tasks/all-finished-and-queued", delete_finished_and_queued_tasks},
    Route{"DELETE", "/tasks/all-running", delete_running_tasks},
    Route{"POST", "/policies/vm-backup", add_policy},
    Route{"POST", "/rules/vm-backup", add_rule},
    Route{"POST", "/schedules", add_schedule},
};
constexpr std::array kGuidRoutes{
    Route{"PUT", "/tasks", change_task_state, "/state"},
    Route{"DELETE", "/tasks", delete_task},
    Route{"PUT", "/policies/vm-backup", change_policy},
    Route{"DELETE", "/policies/vm-backup", delete_policy},
    Route{"PUT", "/rules/vm-backup", change_rule},
    Route{"DELETE", "/rules/vm-backup", delete_rule},
    Route{"PUT", "/schedules", change_schedule},
    Route{"DELETE", "/schedules", delete_schedule},
};

// "GUID" of "/tasks/GUID/state"; absent when the route is another.
std::optional<std::string_view> guid_in(std::string_view path, const Route& route) {
  if (!path.starts_with(route.path) || !path.ends_with(route.rest)) return std::nullopt;
  path.remove_prefix(route.path.size());
  if (path.size() <= route.rest.size() + 1 || !path.starts_with('/')) return std::nullopt;
  path.remove_prefix(1);
  path.remove_suffix(route.rest.size());
  return path.find('/') == std::string_view::npos ? std::optional(path) : std::nullopt;
}

Response routed(const Exchange& exchange) {
  const std::string& method = exchange.request.method;
  for (const Route& route : kPlainRoutes) {
    if (method == route.method && exchange.path == route.path) return route.handler(exchange, {});
  }
  for (const Route& route : kGuidRoutes) {
    const auto guid = method == route.method ? guid_in(exchange.path, route) : std::nullopt;
    if (guid) return route.handler(exchange, *guid);
  }
  return read(exchange);  // which knows the paths, and no other method
}

}  // namespace

Response write(const Exchange& exchange) {
  try {
    return routed(exchange);
  } catch (const Refused& refused) {
    return error(exchange.world.profile, refused.status, refused.what());
  }
}

}  // namespace simulator
