// coverage: when a VM is overdue, and which VMs nobody wants backed up.
#include <algorithm>
#include <array>
#include <chrono>

#include "config/keys.h"
#include "config/sections.h"

namespace config {
namespace {

constexpr DurationLimits kGrace{{}, std::chrono::days(30)};

constexpr auto kExclusionKeys = std::to_array<Key<domain::Exclusion>>({
    {"server", [](const Value& v, auto& o) { o.server = v.label(); }},
    {"vm", [](const Value& v, auto& o) { o.vm = domain::VmId(v.label()); }},
    {"name", [](const Value& v, auto& o) { o.name = v.label(); }},
    {"policy", [](const Value& v, auto& o) { o.policy = v.label(); }},
    {"tenant", [](const Value& v, auto& o) { o.tenant = v.label(); }},
    {"reason", [](const Value& v, auto& o) { o.reason = base::SharedText(v.label()); }},
    {"until", [](const Value& v, auto& o) { o.until = v.deadline(); }},
});

void read_exclusions(const Value& list, std::vector<domain::Exclusion>& exclusions) {
  constexpr std::size_t kMost = 1000;
  for (const Value& item : list.items()) {
    domain::Exclusion& exclusion = exclusions.emplace_back();
    read_keys(item, kExclusionKeys, exclusion);
    require(item, "reason");
    if (exclusion.vm.empty() && exclusion.name.empty() && exclusion.policy.empty() &&
        exclusion.tenant.empty())
      item.fail("names no vm, name, policy or tenant, so it would exclude every VM");
  }
  if (exclusions.size() > kMost) list.fail("must be at most " + std::to_string(kMost) + " exclusions");
}

constexpr auto kCoverageKeys = std::to_array<Key<domain::DeriveOptions>>({
    {"grace", [](const Value& v, auto& o) { o.grace = v.duration(kGrace); }},
    {"exclusions", [](const Value& v, auto& o) { read_exclusions(v, o.exclusions); }},
});

}  // namespace

void read_coverage(const Value& map, domain::DeriveOptions& options) {
  read_keys(map, kCoverageKeys, options);
}

// An exclusion of a server that is not there excludes nothing, and somebody thinks it does.
void check_exclusions(const Value& root, const Config& config) {
  const auto& exclusions = config.fleet.derive.exclusions;
  for (std::size_t i = 0; i < exclusions.size(); ++i) {
    const std::string& name = exclusions[i].server;
    const auto is_it = [&](const ServerConfig& server) { return server.connection.name == name; };
    if (!name.empty() && std::none_of(config.servers.begin(), config.servers.end(), is_it))
      root.at("coverage").at("exclusions").items()[i].at("server").fail("is the name of no server");
  }
}

std::vector<std::string> coverage_keys() {
  std::vector<std::string> keys = prefixed_names("coverage.", kCoverageKeys);
  const auto exclusion = prefixed_names("coverage.exclusions[].", kExclusionKeys);
  keys.insert(keys.end(), exclusion.begin(), exclusion.end());
  return keys;
}

}  // namespace config
