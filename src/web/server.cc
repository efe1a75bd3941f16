#include "web/server.h"

#include <optional>
#include <utility>

#include "web/guarded_server.h"
#include "web/routes.h"

namespace web {
namespace {

void add_runbook_routes(std::vector<Route>& routes, Changes& changes) {
  for (const auto& route :
       {start_backups_route, start_restore_route, alertmanager_route, operations_route, operation_route,
        cancel_route, show_kill_switch_route, set_kill_switch_route, audit_route})
    routes.push_back(route(changes));
}

std::vector<Route> routes_from(Sources sources, std::optional<Changes>& changes) {
  std::vector<Route> routes{landing_route(sources.latest, sources.clock, sources.version),
                            metrics_route(sources.publisher),
                            cardinality_route(sources.publisher),
                            report_page_route(),
                            report_route(sources.latest, sources.sizes_of),
                            vms_route(sources.latest, sources.sizes_of),
                            vm_route(sources.latest, sources.sizes_of),
                            backups_route(sources.latest, sources.backups_of),
                            tasks_route(sources.latest),
                            policies_route(sources.latest),
                            schedules_route(sources.latest),
                            policy_route(sources.latest),
                            schedule_route(sources.latest),
                            healthy_route(),
                            ready_route(sources.latest),
                            reload_route(std::move(sources.reload))};
  if (changes) {
    add_runbook_routes(routes, *changes);
    for (Route& route : manage_routes(sources.latest, *changes, sources.clock))
      routes.push_back(std::move(route));
  }
  add_openapi_route(routes, sources.version);
  return routes;
}

}  // namespace

class Server::Impl {
 public:
  Impl(const Options& options, Sources sources, Protection protection)
      : gate(sources.clock, sources.access_refused, std::move(protection)),
        server(options, routes_with(std::move(sources)), gate) {}

  std::vector<Route> routes_with(Sources sources) {
    if (sources.runbook != nullptr && sources.journal != nullptr)
      changes.emplace(*sources.runbook, *sources.journal, sources.clock);
    return routes_from(std::move(sources), changes);
  }

  Gate gate;
  std::optional<Changes> changes;
  GuardedServer server;
};

Server::Server(const Options& options, Sources sources, Protection protection)
    : impl_(std::make_unique<Impl>(options, std::move(sources), std::move(protection))) {}

Server::~Server() {
  if (impl_->changes) impl_->changes->stop_waiting();
}

int Server::port() const { return impl_->server.port(); }

const std::vector<Route>& Server::routes() const { return impl_->server.router().routes(); }

void Server::protect(Protection protection) { impl_->gate.protect(std::move(protection)); }

base::Shared<Protection> Server::protection() const { return impl_->gate.protection(); }

}  // namespace web
