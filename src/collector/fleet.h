#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/latest.h"
#include "base/periodic_task.h"
#include "collector/options.h"
#include "collector/plan_cache.h"
#include "collector/server_collector.h"
#include "domain/snapshot.h"
#include "ledger/ledger.h"

namespace collector {

// One server to poll.
struct Member {
  std::string name;
  Options options;
  TenantOptions tenants;
  std::function<std::unique_ptr<vprotect::Api>()> connect;
  // What a collector of the same name that polls already may go on with: nothing; the data it has read, but
  // for the backups, of which another account may see more; all data; or everything, when nothing of the
  // member has changed.
  enum class Keep { nothing, all_but_backups, data, everything } keep = Keep::nothing;
};

// Polls all servers, and hands out a snapshot at least at each tick, also while no server answers: ages grow.
// Works from construction to destruction.
class Fleet {
 public:
  using Publish = std::function<void(base::Shared<domain::Snapshot>)>;

  // `publish` is called from one thread of the fleet's. The first snapshot waits until every resource of
  // every server was tried once, though no longer than `first_snapshot_wait`. References outlive the fleet.
  Fleet(const std::vector<Member>& members, const FleetOptions& options, ledger::Ledger& ledger,
        const base::Clock& clock, Publish publish);
  ~Fleet();
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  // Polls these from now on. Collectors that are no longer wanted are stopped before this returns; what they
  // have read is shown until then. One thread at a time.
  void replace(const std::vector<Member>& members, const FleetOptions& options);

  // What is held of the backups of one VM, the newest first, and of the sizes of its newest successes, the
  // oldest first: none of a VM that has none. Absent when no such server is polled (while replace() is at
  // work, too), and until its whole history was read once. As old as the server's backups in the snapshot.
  // Any thread.
  std::optional<std::vector<domain::BackupRun>> backups_of(std::string_view server,
                                                           const domain::VmId& vm) const;
  std::optional<std::vector<domain::Bytes>> sizes_of(std::string_view server, const domain::VmId& vm,
                                                     std::size_t most) const;

  static constexpr std::chrono::seconds first_snapshot_wait{10};

 private:
  struct Polled {
    std::string name;
    std::unique_ptr<ServerCollector> collector;
  };

  // With the lock held, or from the thread that replaces. Null: it is not polled.
  ServerCollector* collector_of(std::string_view server) const;
  bool goes_on(const Member& member) const;
  std::unique_ptr<ServerCollector> successor(const Member& member);
  void take_over(std::vector<Polled>& wanted);  // with the lock held
  std::vector<domain::Inventory> inventories() const;
  domain::DeriveOptions derive_options() const;
  void changed(domain::Resource resource);
  void publish_snapshot();
  bool is_too_early(const std::vector<domain::Inventory>& inventories, base::TimePoint now) const;

  // Constant after construction.
  ledger::Ledger& ledger_;
  const base::Clock& clock_;
  const Publish publish_;
  const base::TimePoint started_;

  mutable std::shared_mutex mutex_;
  std::vector<Polled> polled_;  // guarded by mutex_
  FleetOptions options_;        // guarded by mutex_
  std::atomic<bool> published_ = false;
  PlanCache plans_;  // of the ticker

  base::PeriodicTask ticker_;  // last member: it uses all the others
};

}  // namespace collector
