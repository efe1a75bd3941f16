#include "collector/fleet.h"

#include <algorithm>
#include <mutex>
#include <utility>

namespace collector {
namespace {

using domain::Inventory;

bool was_tried(const Inventory& inventory) {
  const auto tried = [](const auto&... sources) { return (sources.health.last_attempt.has_value() && ...); };
  return tried(inventory.vms, inventory.backups, inventory.tasks, inventory.schedules, inventory.policies,
               inventory.rules, inventory.nodes, inventory.destinations, inventory.protection);
}

ServerCollector::Known known_of(ServerCollector* earlier, const std::string& name) {
  if (earlier != nullptr) return earlier->retire();
  ServerCollector::Known nothing;
  nothing.inventory.server = name;
  return nothing;
}

}  // namespace

Fleet::Fleet(const std::vector<Member>& members, const FleetOptions& options, ledger::Ledger& ledger,
             const base::Clock& clock, Publish publish)
    : ledger_(ledger),
      clock_(clock),
      publish_(std::move(publish)),
      started_(clock.now()),
      options_(options),
      ticker_(options.tick, [this](const std::stop_token&) { publish_snapshot(); }) {
  replace(members, options);
}

// The collectors end while the ticker, which they wake, is still there; it publishes nothing of what is left.
Fleet::~Fleet() {
  ticker_.request_stop();
  replace({}, {});
}

void Fleet::replace(const std::vector<Member>& members, const FleetOptions& options) {
  ticker_.set_interval(options.tick);
  std::vector<Polled> running;
  {
    const std::lock_guard lock(mutex_);
    options_ = options;
    running.swap(polled_);
  }
  std::vector<Polled> wanted;
  wanted.reserve(members.size());
  for (const Member& member : members) wanted.push_back(polled(member, running));
  {
    const std::lock_guard lock(mutex_);
    polled_.swap(wanted);
  }
}

// Takes the collector that runs for the member, or makes one that goes on with what it has read.
Fleet::Polled Fleet::polled(const Member& member, std::vector<Polled>& running) {
  const auto earlier =
      std::find_if(running.begin(), running.end(), [&](const Polled& p) { return p.name == member.name; });
  const bool known = earlier != running.end() && member.keep != Member::Keep::nothing;
  if (known && member.keep == Member::Keep::everything) return std::move(*earlier);
  return {.name = member.name,
          .collector = std::make_unique<ServerCollector>(
              member.connect(), ledger_, member.options, member.tenants, clock_,
              known_of(known ? earlier->collector.get() : nullptr, member.name),
              [this](domain::Resource resource) { changed(resource); })};
}

const ServerCollector* Fleet::collector_of(std::string_view server) const {
  const auto found =
      std::find_if(polled_.begin(), polled_.end(), [&](const Polled& p) { return p.name == server; });
  return found == polled_.end() ? nullptr : found->collector.get();
}

std::optional<std::vector<domain::BackupRun>> Fleet::backups_of(std::string_view server,
                                                                const domain::VmId& vm) const {
  const std::shared_lock lock(mutex_);
  const ServerCollector* collector = collector_of(server);
  return collector == nullptr ? std::nullopt : collector->backups_of(vm);
}

std::optional<std::vector<domain::Bytes>> Fleet::sizes_of(std::string_view server, const domain::VmId& vm,
                                                          std::size_t most) const {
  const std::shared_lock lock(mutex_);
  const ServerCollector* collector = collector_of(server);
  return collector == nullptr ? std::nullopt : collector->sizes_of(vm, most);
}

std::vector<Inventory> Fleet::inventories() const {
  const std::shared_lock lock(mutex_);
  std::vector<Inventory> result;
  result.reserve(polled_.size());
  for (const Polled& polled : polled_) result.push_back(polled.collector->inventory());
  return result;
}

// The VMs are what people wait for; the rest is shown with the next tick.
void Fleet::changed(domain::Resource resource) {
  if (resource == domain::Resource::virtual_machines || !published_) ticker_.run_now();
}

void Fleet::publish_snapshot() {
  const base::TimePoint now = clock_.now();
  std::vector<Inventory> known = inventories();
  if (known.empty() || (!published_ && is_too_early(known, now))) return;
  plans_.fill_in(known);
  publish_(std::make_shared<const domain::Snapshot>(domain::derive(known, derive_options(), now)));
  published_ = true;
}

domain::DeriveOptions Fleet::derive_options() const {
  const std::shared_lock lock(mutex_);
  return options_.derive;
}

bool Fleet::is_too_early(const std::vector<Inventory>& inventories, base::TimePoint now) const {
  return now - started_ < first_snapshot_wait &&
         !std::all_of(inventories.begin(), inventories.end(), was_tried);
}

}  // namespace collector
