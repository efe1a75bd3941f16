#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/snapshot.h"
#include "made_up.h"

// A snapshot as it may be derived of a large server, for what is written of it.
namespace bench {

using namespace std::chrono_literals;

inline std::vector<base::SharedText> texts(std::string_view prefix, int count) {
  std::vector<base::SharedText> result;
  result.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) result.emplace_back(std::string(prefix) + std::to_string(i));
  return result;
}

// One in 64 names needs escapes or is not ASCII.
inline std::string name(std::uint64_t i) {
  static constexpr std::array<std::string_view, 6> kRoles{"web",   "erp-db",     "mail",
                                                          "build", "fileserver", "kube-worker"};
  const std::string plain = std::string(kRoles[i % kRoles.size()]) + "-" + std::to_string(i);
  return i % 64 == 0 ? plain + " \"old\" \xC3\xBC" : plain;
}

struct Words {
  std::vector<base::SharedText> tenants = texts("tenant-", 200);
  std::vector<base::SharedText> policies = texts("Gold policy ", 12);
  std::vector<base::SharedText> hypervisors = texts("compute-", 60);
  std::vector<base::SharedText> clusters = texts("az-", 6);
  base::SharedText platform{"OPENSTACK"};
};

inline domain::Vm vm(std::uint64_t i, std::uint64_t count, const Words& words) {
  domain::Vm vm;
  vm.id = domain::VmId(uuid(i, 1));
  vm.uuid = domain::PlatformId(uuid(i, 3));
  vm.name = name(i);
  vm.tenant = words.tenants[i * words.tenants.size() / count];
  vm.platform = words.platform;
  vm.hypervisor.name = words.hypervisors[scattered(i, 5) % words.hypervisors.size()];
  vm.cluster.name = words.clusters[scattered(i, 6) % words.clusters.size()];
  vm.policy.name = words.policies[scattered(i, 7) % words.policies.size()];
  vm.present = i % 50 != 0;
  vm.up_to_date = i % 20 != 0;
  vm.restorable = true;
  vm.warnings = i % 30 == 0;
  return vm;
}

inline domain::PhaseTime length(std::uint64_t i, std::uint64_t salt) {
  return domain::PhaseTime(scattered(i, salt) % 7200000);
}

inline domain::BackupRun run(std::uint64_t i, base::TimePoint at, bool failed) {
  domain::BackupRun run{.at = at, .type = domain::BackupType::incremental};
  run.status = failed ? domain::BackupStatus::failed : domain::BackupStatus::success;
  if (failed) run.failure = domain::FailureClass::destination_space;
  run.duration = length(i, 11);
  run.phases = {.queued_export = length(i, 12),
                .exporting = length(i, 13),
                .queued_store = length(i, 14),
                .storing = length(i, 15)};
  return run;
}

inline base::Shared<domain::BackupSummary> history(std::uint64_t i, base::TimePoint at, bool failed) {
  domain::BackupSummary summary;
  summary.last_attempt = run(i, at, failed);
  summary.last_success = run(i, at - 1h, false);
  summary.full_size_ratio = static_cast<double>(scattered(i, 16) % 4096) / 2048;
  summary.incremental_size_ratio = static_cast<double>(scattered(i, 17) % 1'000'003) / 271'828;
  return std::make_shared<const domain::BackupSummary>(std::move(summary));
}

inline void judge(domain::VmState& state, std::uint64_t i) {
  state.overdue = i % 25 == 0;
  state.coverage = *state.overdue ? domain::Coverage::overdue
                   : i % 20 == 0  ? domain::Coverage::failing
                                  : domain::Coverage::covered;
  state.due = *state.last_success + 31h;
  state.rpo_target = i % 3 == 0 ? 24h : 72h;
  state.backup_failures = scattered(i, 18) % 40;
}

inline domain::VmState state(std::uint64_t i) {
  const std::chrono::milliseconds age(scattered(i, 8) % 86400000);
  domain::VmState state;
  state.protection = i % 20 == 0 ? domain::Protection::not_protected : domain::Protection::is_protected;
  state.last_success = kNow - age;
  state.last_full = kNow - age - std::chrono::days{i % 7};
  state.age = age;
  state.last_size = domain::Bytes{scattered(i, 9) % 20'000'000'000};
  state.last_full_size = domain::Bytes{scattered(i, 10) % 800'000'000'000};
  state.last_attempt = kNow - age;
  state.last_attempt_success = i % 20 != 0;
  state.last_duration = std::chrono::milliseconds(scattered(i, 11) % 7200000);
  state.consecutive_failures = i % 20 == 0 ? 3 : 0;
  state.history = history(i, kNow - age, i % 20 == 0);
  judge(state, i);
  return state;
}

template <class T>
base::Shared<std::vector<T>> none() {
  return std::make_shared<const std::vector<T>>();
}

inline base::Shared<domain::Snapshot> snapshot(std::uint64_t count) {
  const Words words;
  domain::ServerState server{.name = "prod", .up = true};
  std::vector<domain::Vm> vms;
  for (std::uint64_t i = 0; i < count; ++i) vms.push_back(vm(i, count, words));
  domain::sort_for_exposition(vms);
  for (std::uint64_t i = 0; i < count; ++i) server.vm_states.push_back(state(i));
  server.vms = std::make_shared<const std::vector<domain::Vm>>(std::move(vms));
  server.tasks = none<domain::Task>();
  server.schedules = none<domain::Schedule>();
  server.policies = none<domain::Policy>();
  server.rules = none<domain::Rule>();
  server.nodes = none<domain::Node>();
  server.destinations = none<domain::Destination>();
  domain::Snapshot made{.taken_at = kNow, .servers = {}};
  made.servers.push_back(std::move(server));
  return std::make_shared<const domain::Snapshot>(std::move(made));
}

}  // namespace bench
