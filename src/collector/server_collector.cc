#include "collector/server_collector.h"

#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "domain/snapshot.h"

namespace collector {

using domain::Inventory;
using domain::Resource;
using vprotect::Api;

namespace {

// What an earlier collector knew, under the tenants of now. Those that only a filter tells stay until the
// next read.
Inventory with_tenants(Inventory known, const TenantOptions& tenants) {
  if (!known.vms.data || !tenants.filter.empty()) return known;
  std::vector<domain::Vm> vms = *known.vms.data;
  assign_by_project(vms, tenants.rules);
  domain::sort_for_exposition(vms);
  known.vms.data = std::make_shared<const std::vector<domain::Vm>>(std::move(vms));
  return known;
}

}  // namespace

ServerCollector::ServerCollector(std::unique_ptr<Api> api, const Options& options,
                                 const TenantOptions& tenants, const base::Clock& clock, Inventory known,
                                 Changed changed)
    : api_(std::move(api)),
      options_(options),
      clock_(clock),
      name_(known.server),
      changed_(std::move(changed)),
      tenants_(*api_, tenants),
      backups_(*api_, options),
      inventory_(with_tenants(std::move(known), tenants)) {
  start_polling();
}

ServerCollector::~ServerCollector() {
  for (const auto& task : tasks_) task->request_stop();
  api_->cancel();
}

Inventory ServerCollector::inventory() const {
  const std::lock_guard lock(mutex_);
  return inventory_;
}

void ServerCollector::start_polling() {
  poll(Resource::virtual_machines, options_.interval, [this] { read_vms(); });
  poll(Resource::backups, options_.interval, [this] { read_backups(); });
  poll(Resource::protection, options_.interval, [this] { read_protection(); });
  poll_list(Resource::tasks, &Inventory::tasks, &Api::tasks, options_.tasks_interval);
  poll_list(Resource::schedules, &Inventory::schedules, &Api::schedules, options_.slow_interval);
  poll_list(Resource::policies, &Inventory::policies, &Api::policies, options_.slow_interval);
  poll_list(Resource::rules, &Inventory::rules, &Api::rules, options_.slow_interval);
  poll_list(Resource::nodes, &Inventory::nodes, &Api::nodes, options_.slow_interval);
  poll_list(Resource::backup_destinations, &Inventory::destinations, &Api::destinations,
            options_.slow_interval);
}

void ServerCollector::poll(Resource resource, std::chrono::milliseconds interval,
                           std::function<void()> read) {
  auto job = [this, resource, read = std::move(read)](const std::stop_token& stop) {
    read();
    if (!stop.stop_requested()) changed_(resource);
  };
  tasks_.push_back(std::make_unique<base::PeriodicTask>(interval, std::move(job)));
}

template <class Row>
void ServerCollector::poll_list(Resource resource, List<Row> list, ReadList<Row> read,
                                std::chrono::milliseconds interval) {
  poll(resource, interval, [this, resource, list, read] {
    const base::TimePoint begun = clock_.now();
    auto listing = (*api_.*read)();
    if (!listing) return failed(resource, list, begun, listing.error());
    const std::uint64_t rows = listing->rows.size();
    auto data = std::make_shared<const std::vector<Row>>(std::move(listing->rows));
    succeeded(resource, list, begun, std::move(data), rows, listing->skipped, listing->clock_skew);
  });
}

void ServerCollector::read_vms() {
  const base::TimePoint begun = clock_.now();
  auto listing = api_->virtual_machines();
  if (!listing) return failed(Resource::virtual_machines, &Inventory::vms, begun, listing.error());
  const auto assigned = tenants_.assign(listing->rows, begun);
  if (!assigned) return failed(Resource::virtual_machines, &Inventory::vms, begun, assigned.error());
  domain::sort_for_exposition(listing->rows);
  {
    const std::lock_guard lock(mutex_);
    inventory_.tenant_filter_effective = tenants_.filter_effective();
  }
  const std::uint64_t rows = listing->rows.size();
  auto data = std::make_shared<const std::vector<domain::Vm>>(std::move(listing->rows));
  succeeded(Resource::virtual_machines, &Inventory::vms, begun, std::move(data), rows, listing->skipped,
            listing->clock_skew);
}

void ServerCollector::read_backups() {
  const base::TimePoint begun = clock_.now();
  const auto reading = backups_.read(begun);
  if (!reading) return failed(Resource::backups, &Inventory::backups, begun, reading.error());
  succeeded(Resource::backups, &Inventory::backups, begun, reading->summaries, reading->rows,
            reading->skipped, reading->clock_skew);
}

void ServerCollector::read_protection() {
  const base::TimePoint begun = clock_.now();
  const auto totals = api_->protection();
  if (!totals) return failed(Resource::protection, &Inventory::protection, begun, totals.error());
  auto data = std::make_shared<const domain::ProtectionTotals>(*totals);
  succeeded(Resource::protection, &Inventory::protection, begun, std::move(data), 1, 0, std::nullopt);
}

template <class T>
void ServerCollector::succeeded(Resource resource, domain::Source<T> Inventory::*source,
                                base::TimePoint begun, base::Shared<T> data, std::uint64_t rows,
                                std::uint64_t skipped, std::optional<std::chrono::milliseconds> clock_skew) {
  const base::TimePoint now = clock_.now();
  const domain::SourceHealth health{.success = true,
                                    .last_attempt = now,
                                    .last_success = now,
                                    .duration = now - begun,
                                    .rows = rows,
                                    .skipped = skipped,
                                    .error = {}};
  domain::SourceHealth before = health;
  {
    const std::lock_guard lock(mutex_);
    domain::Source<T>& slot = inventory_.*source;
    std::swap(before, slot.health);
    slot.health = health;
    slot.data.swap(data);  // the old data is released after the lock
    if (clock_skew) inventory_.clock_skew = clock_skew;
  }
  log_change(resource, before, health);
}

template <class T>
void ServerCollector::failed(Resource resource, domain::Source<T> Inventory::*source, base::TimePoint begun,
                             const base::Error& error) {
  if (error.kind == base::ErrorKind::cancelled) return;  // we are stopping: nothing was learnt of the server
  const base::TimePoint now = clock_.now();
  domain::SourceHealth before;
  domain::SourceHealth after;
  {
    const std::lock_guard lock(mutex_);
    domain::SourceHealth& health = (inventory_.*source).health;
    before = health;
    health.success = false;
    health.last_attempt = now;
    health.duration = now - begun;
    health.error = error;
    after = health;
  }
  log_change(resource, before, after);
}

// A state is logged when it begins, not at each poll.
void ServerCollector::log_change(Resource resource, const domain::SourceHealth& before,
                                 const domain::SourceHealth& after) const {
  const std::string collector(domain::name_of(resource));
  if (!after.success) {
    if (before.error && before.error->kind == after.error->kind) return;
    base::log::warn("a collector fails",
                    {{"server", name_}, {"collector", collector}, {"error", after.error->message}});
  } else if (before.error) {
    base::log::info("a collector works again", {{"server", name_}, {"collector", collector}});
  }
  if (after.success && after.skipped != 0 && before.skipped != after.skipped) {
    base::log::warn(
        "records could not be read and were left out",
        {{"server", name_}, {"collector", collector}, {"records", std::to_string(after.skipped)}});
  }
}

}  // namespace collector
