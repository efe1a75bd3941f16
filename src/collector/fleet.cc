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

// The place in the list of the server's.
template <class Polled>
auto find(Polled& polled, std::string_view server) {
  return std::find_if(polled.begin(), polled.end(), [&](const auto& one) { return one.name == server; });
}

ServerCollector::Known without_backups(ServerCollector::Known known) {
  known.inventory.backups = {};
  known.inventory.history_backups.reset();
  known.inventory.history_from.reset();
  known.backups = {};
  return known;
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
  std::vector<Polled> wanted;
  wanted.reserve(members.size());
  for (const Member& member : members) {  // all at once, before the first is waited for
    ServerCollector* const earlier = collector_of(member.name);
    if (earlier != nullptr && !goes_on(member)) earlier->request_stop();
  }
  for (const Member& member : members)
    wanted.push_back({.name = member.name, .collector = goes_on(member) ? nullptr : successor(member)});
  const std::lock_guard lock(mutex_);
  options_ = options;
  take_over(wanted);
}

// Those that go on take their place among the wanted, which leaves those that end.
void Fleet::take_over(std::vector<Polled>& wanted) {
  for (Polled& one : wanted) {
    if (!one.collector) one.collector = std::move(find(polled_, one.name)->collector);
  }
  polled_.swap(wanted);
}

bool Fleet::goes_on(const Member& member) const {
  return member.keep == Member::Keep::everything && collector_of(member.name) != nullptr;
}

std::unique_ptr<ServerCollector> Fleet::successor(const Member& member) {
  ServerCollector::Known known;
  ServerCollector* const earlier = collector_of(member.name);
  if (earlier != nullptr && member.keep != Member::Keep::nothing) known = earlier->retire();
  if (member.keep == Member::Keep::all_but_backups) known = without_backups(std::move(known));
  known.inventory.server = member.name;
  return std::make_unique<ServerCollector>(member.connect(), ledger_, member.options, member.tenants, clock_,
                                           std::move(known),
                                           [this](domain::Resource resource) { changed(resource); });
}

ServerCollector* Fleet::collector_of(std::string_view server) const {
  const auto found = find(polled_, server);
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
