#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/snapshot.h"
#include "exposition/body.h"
#include "support/manual_clock.h"

// Snapshots and bodies for the tests of this folder.
namespace snapshots {

using namespace std::chrono_literals;
using support::kNoon;

inline domain::Vm vm(std::string_view tenant, std::string_view name, std::string_view guid) {
  domain::Vm vm;
  vm.id = domain::VmId(guid);
  vm.name = name;
  vm.tenant = base::SharedText(tenant);
  return vm;
}

template <class T>
base::Shared<std::vector<T>> list(std::vector<T> items = {}) {
  return std::make_shared<const std::vector<T>>(std::move(items));
}

// A server that was never read.
inline domain::ServerState server(std::string name) {
  domain::ServerState server{.name = std::move(name)};
  server.vms = list<domain::Vm>();
  server.tasks = list<domain::Task>();
  server.schedules = list<domain::Schedule>();
  server.policies = list<domain::Policy>();
  server.rules = list<domain::Rule>();
  server.nodes = list<domain::Node>();
  server.destinations = list<domain::Destination>();
  return server;
}

inline void add_vms(domain::ServerState& server, std::vector<domain::Vm> vms) {
  server.vm_states.resize(vms.size());
  for (const domain::Vm& vm : vms) ++server.tenants[vm.tenant].vms;
  server.vms = list(std::move(vms));
}

inline base::Shared<domain::Snapshot> snapshot(std::vector<domain::ServerState> servers) {
  return std::make_shared<const domain::Snapshot>(
      domain::Snapshot{.taken_at = kNoon, .servers = std::move(servers)});
}

inline std::string text_of(const exposition::Body& body) {
  std::string text;
  body.write([&](std::string_view piece) {
    text += piece;
    return true;
  });
  return text;
}

}  // namespace snapshots
