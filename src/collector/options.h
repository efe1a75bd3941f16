#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "domain/shard.h"
#include "domain/snapshot.h"
#include "domain/tenant.h"

namespace collector {

// How often what is read, and how far back.
struct Options {
  using milliseconds = std::chrono::milliseconds;

  milliseconds interval{std::chrono::seconds{60}};  // VMs, backups, and the dashboard's totals
  milliseconds tasks_interval{std::chrono::seconds{15}};
  milliseconds slow_interval{std::chrono::minutes{5}};  // schedules, policies, rules, nodes, destinations
  milliseconds history{std::chrono::hours{35 * 24}};    // how far back backups are read
  milliseconds backups_overlap{std::chrono::hours{2}};  // read again at each poll
  milliseconds history_refresh{std::chrono::hours{6}};  // the whole history is read again this often
  domain::Shard shard;                                  // whose VMs are kept

  bool operator==(const Options&) const = default;
};

// What is common to all servers.
struct FleetOptions {
  std::chrono::milliseconds tick{std::chrono::seconds{15}};  // a snapshot is derived at least this often
  domain::DeriveOptions derive;

  bool operator==(const FleetOptions&) const = default;
};

// The tenants of one server.
struct TenantOptions {
  std::vector<domain::TenantRule> rules;  // in order; the first that owns a project wins
  // For servers whose list does not tell a VM's project: the query parameter that narrows the list to one
  // project
  // ("tenantid", "tenant-id", "project-uuid"); empty: the list tells.
  std::string filter;

  bool operator==(const TenantOptions&) const = default;
};

}  // namespace collector
