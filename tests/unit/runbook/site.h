#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "domain/snapshot.h"
#include "support/manual_clock.h"

// A server with a few VMs, to start things at.
namespace runbook_test {

using namespace std::chrono_literals;
using support::kNoon;

template <class T>
base::Shared<std::vector<T>> list(std::vector<T> items = {}) {
  return std::make_shared<const std::vector<T>>(std::move(items));
}

inline domain::Reference reference(const std::string& guid, const std::string& name = "") {
  return {.guid = base::SharedText(guid), .name = base::SharedText(name)};
}

inline domain::Vm vm(const std::string& guid, const std::string& name, const std::string& tenant,
                     const std::string& policy = "gold") {
  domain::Vm vm;
  vm.id = domain::VmId(guid);
  vm.uuid = domain::PlatformId("uuid-of-" + guid);
  vm.name = name;
  vm.tenant = base::SharedText(tenant);
  vm.project = reference("project-of-" + tenant, tenant);
  vm.project_uuid = base::SharedText("openstack-" + tenant);
  vm.present = true;
  if (!policy.empty()) vm.policy = reference(policy);
  return vm;
}

inline domain::Policy policy(const std::string& guid, const std::string& name = "") {
  domain::Policy policy;
  policy.id = domain::PolicyId(guid);
  policy.name = name.empty() ? guid : name;
  policy.active = true;
  return policy;
}

inline domain::Rule rule(const std::string& guid, const std::string& policy,
                         const std::vector<std::string>& schedules, const std::string& destination = "xfs") {
  domain::Rule rule;
  rule.id = domain::RuleId(guid);
  rule.policy = reference(policy);
  rule.active = true;
  for (const std::string& schedule : schedules) rule.schedules.push_back(reference(schedule));
  if (!destination.empty()) rule.destinations = {reference(destination)};
  return rule;
}

inline domain::Schedule schedule(const std::string& guid, const std::string& type,
                                 const std::string& name = "") {
  domain::Schedule schedule;
  schedule.id = domain::ScheduleId(guid);
  schedule.name = name.empty() ? guid : name;
  schedule.active = true;
  schedule.type = base::SharedText("VM_BACKUP");
  schedule.backup_type = base::SharedText(type);
  schedule.execution = domain::Execution::time;
  schedule.hour = 1h;
  return schedule;
}

inline domain::Destination destination(const std::string& guid, const std::string& name,
                                       std::uint64_t used = 1, std::uint64_t capacity = 10) {
  domain::Destination destination;
  destination.id = domain::DestinationId(guid);
  destination.name = name;
  destination.used = domain::Bytes{used};
  destination.capacity = domain::Bytes{capacity};
  return destination;
}

inline domain::SourceState read_at(domain::Resource resource, base::TimePoint at) {
  domain::SourceState source{.resource = resource, .health = {}};
  source.health.success = true;
  source.health.last_attempt = source.health.last_success = at;
  return source;
}

// Version 7.4; VMs "a" and "b" of finance and "c" of web, of policy "gold" with the rule "r1".
inline domain::ServerState server() {
  domain::ServerState server{.name = "prod", .up = true};
  server.vms =
      list<domain::Vm>({vm("a", "erp", "finance"), vm("b", "mail", "finance"), vm("c", "erp", "web")});
  server.vm_states.resize(3);
  server.policies = list<domain::Policy>({policy("gold")});
  server.policy_states.resize(1);
  server.rules = list<domain::Rule>({rule("r1", "gold", {"nightly"})});
  server.schedules = list<domain::Schedule>({schedule("nightly", "INCREMENTAL")});
  server.schedule_states.resize(1);
  server.destinations =
      list<domain::Destination>({destination("xfs", "xfs-main"), destination("s3", "archive")});
  domain::Node node;
  node.id = domain::NodeId("n1");
  node.version = "7.4.0-27";
  server.nodes = list<domain::Node>({node});
  server.tasks = list<domain::Task>();
  return server;
}

inline domain::Snapshot snapshot(domain::ServerState state = server()) {
  return {.taken_at = kNoon, .servers = {std::move(state)}};
}

}  // namespace runbook_test
