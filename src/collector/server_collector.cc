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

// The server answered, and what it said is not the whole list.
bool is_incomplete(base::ErrorKind kind) {
  return kind == base::ErrorKind::incomplete || kind == base::ErrorKind::malformed ||
         kind == base::ErrorKind::too_large;
}

// As the list of VMs failed.
base::Error not_divided(const domain::SourceHealth& vms) {
  return {vms.error ? vms.error->kind : base::ErrorKind::timeout,
          "the server's VMs, by which it is told what belongs to this shard, are not known"};
}

}  // namespace

ServerCollector::ServerCollector(std::unique_ptr<Api> api, ledger::Ledger& ledger, const Options& options,
                                 const TenantOptions& tenants, const base::Clock& clock, Known known,
                                 Changed changed)
    : api_(std::move(api)),
      options_(options),
      clock_(clock),
      name_(known.inventory.server),
      changed_(std::move(changed)),
      tenants_(*api_, tenants),
      sightings_(ledger, name_, options.history, options.shard),
      task_book_(ledger, name_, options.shard),
      restore_book_(ledger, name_),
      backups_(*api_, options, std::move(known.backups)),
      backup_book_(ledger, name_, options.history),
      inventory_(with_tenants(std::move(known.inventory), tenants)),
      portion_(options.shard.is_everything() ? std::make_shared<const Portion>() : std::move(known.portion)),
      known_arrivals_(known.arrivals) {
  inventory_.tenant_rules = std::make_shared<const std::vector<domain::TenantRule>>(tenants.rules);
  start_polling();
}

ServerCollector::~ServerCollector() { request_stop(); }

void ServerCollector::request_stop() {
  for (const auto& task : tasks_) task->request_stop();
  api_->cancel();
}

// The backups that a book has not written are noted again when they are read again.
ServerCollector::Known ServerCollector::retire() {
  request_stop();
  tasks_.clear();
  Known known{.inventory = inventory(), .portion = portion(), .arrivals = known_arrivals_, .backups = {}};
  if (backup_book_.is_written()) known.backups = backups_.take_held();
  return known;
}

Inventory ServerCollector::inventory() const {
  const std::lock_guard lock(mutex_);
  return inventory_;
}

void ServerCollector::start_polling() {
  poll(Resource::virtual_machines, options_.interval, [this](const auto&) { read_vms(); });
  poll(Resource::backups, options_.interval, [this](const auto& stop) { read_backups(stop); });
  poll(Resource::protection, options_.interval, [this](const auto&) { read_protection(); });
  poll(Resource::tasks, options_.tasks_interval, [this](const auto& stop) { read_tasks(stop); });
  poll_list(Resource::schedules, &Inventory::schedules, &Api::schedules, options_.slow_interval);
  poll_list(Resource::policies, &Inventory::policies, &Api::policies, options_.slow_interval);
  poll_list(Resource::rules, &Inventory::rules, &Api::rules, options_.slow_interval);
  poll_list(Resource::nodes, &Inventory::nodes, &Api::nodes, options_.slow_interval);
  poll_list(Resource::backup_destinations, &Inventory::destinations, &Api::destinations,
            options_.slow_interval);
}

void ServerCollector::poll(Resource resource, std::chrono::milliseconds interval, Read read) {
  auto job = [this, resource, read = std::move(read)](const std::stop_token& stop) {
    read(stop);
    if (!stop.stop_requested()) changed_(resource);
  };
  tasks_.push_back(std::make_unique<base::PeriodicTask>(interval, std::move(job)));
}

template <class Row>
ServerCollector::Extent ServerCollector::extent_of(const vprotect::Listing<Row>& listing) {
  return {.rows = listing.rows.size(),
          .pages = listing.pages,
          .skipped = listing.skipped,
          .reported_rows = listing.reported_rows,
          .clock_skew = listing.clock_skew};
}

template <class Row>
void ServerCollector::poll_list(Resource resource, List<Row> list, ReadList<Row> read,
                                std::chrono::milliseconds interval) {
  poll(resource, interval, [this, resource, list, read](const auto&) {
    const base::TimePoint begun = clock_.now();
    auto listing = (*api_.*read)();
    if (!listing) return failed(resource, list, begun, listing.error());
    const Extent extent = extent_of(*listing);
    auto data = std::make_shared<const std::vector<Row>>(std::move(listing->rows));
    succeeded(resource, list, begun, std::move(data), extent);
  });
}

void ServerCollector::read_vms() {
  const base::TimePoint begun = clock_.now();
  auto listing = api_->virtual_machines();
  if (!listing) return failed(Resource::virtual_machines, &Inventory::vms, begun, listing.error());
  const auto assigned = tenants_.assign(listing->rows, begun);
  if (!assigned) return failed(Resource::virtual_machines, &Inventory::vms, begun, assigned.error());
  const Extent extent = extent_of(*listing);
  const auto portion = split(listing->rows);
  domain::sort_for_exposition(listing->rows);
  {
    const std::lock_guard lock(mutex_);
    inventory_.tenant_filter_effective = tenants_.filter_effective();
  }
  auto data = std::make_shared<const std::vector<domain::Vm>>(std::move(listing->rows));
  using Completeness = SightingsBook::Completeness;
  const auto list = extent.skipped == 0 ? Completeness::whole : Completeness::some_left_out;
  auto seen = sightings_.note(data, server_time(extent.clock_skew), list, *portion);
  remember([&](domain::Memory& memory) { memory.sightings = std::move(seen); });
  take_over(portion);
  succeeded(Resource::virtual_machines, &Inventory::vms, begun, std::move(data), extent);
}

// Leaves ours in the list.
base::Shared<Portion> ServerCollector::split(std::vector<domain::Vm>& vms) const {
  auto before = portion();
  if (options_.shard.is_everything()) return before;
  return std::make_shared<const Portion>(options_.shard, name_, vms, before.get());
}

void ServerCollector::take_over(base::Shared<Portion> portion) {
  const std::lock_guard lock(mutex_);
  portion_ = std::move(portion);
  note_arrivals();
}

// With the mutex held, before the list that has them is shown.
void ServerCollector::note_arrivals() {
  auto arrived = portion_->arrived_after(known_arrivals_);
  inventory_.without_history =
      arrived.empty() ? nullptr : std::make_shared<const std::vector<domain::VmId>>(std::move(arrived));
}

// What is ours; null while that cannot be told: without a list of VMs, what is counted as ours would be
// counted by others, too.
base::Shared<Portion> ServerCollector::portion() const {
  const std::lock_guard lock(mutex_);
  return portion_;
}

// Tasks are counted by the tenants of their VMs, so the first list of tasks waits for the first one of VMs;
// what is ours of tasks and backups is told by it, too.
void ServerCollector::wait_for_vms(const std::stop_token& stop) {
  constexpr std::chrono::seconds kMost{10};
  std::unique_lock lock(mutex_);
  vms_tried_.wait_for(lock, stop, kMost, [this] {
    return inventory_.vms.health.last_attempt.has_value() && (portion_ || !inventory_.vms.health.success);
  });
}

void ServerCollector::read_tasks(const std::stop_token& stop) {
  wait_for_vms(stop);
  const base::TimePoint begun = clock_.now();
  if (!portion())
    return failed(Resource::tasks, &Inventory::tasks, begun, not_divided(inventory().vms.health));
  auto listing = api_->tasks();
  if (!listing) return failed(Resource::tasks, &Inventory::tasks, begun, listing.error());
  const Extent extent = extent_of(*listing);
  const Vms vms = vms_for_tasks();
  if (vms.ours) {
    auto counters = task_book_.note(listing->rows, *vms.ours, server_time(listing->clock_skew), *vms.portion);
    remember([&](domain::Memory& memory) { memory.tasks = std::move(counters); });
  }
  std::erase_if(listing->rows, [&](const domain::Task& task) { return !vms.portion->has(task); });
  auto restores = restore_book_.note(listing->rows);
  remember([&](domain::Memory& memory) { memory.restores = std::move(restores); });
  auto data = std::make_shared<const std::vector<domain::Task>>(std::move(listing->rows));
  succeeded(Resource::tasks, &Inventory::tasks, begun, std::move(data), extent);
}

// What tells the tenants of tasks, whose counters are for ever: null while that is still to come. A server
// that does not list its VMs to us has tasks of no tenant.
ServerCollector::Vms ServerCollector::vms_for_tasks() const {
  const std::lock_guard lock(mutex_);
  if (domain::is_withheld(inventory_.vms))
    return {portion_, std::make_shared<const std::vector<domain::Vm>>()};
  return {portion_, inventory_.vms.data};
}

void ServerCollector::read_backups(const std::stop_token& stop) {
  if (!options_.shard.is_everything()) wait_for_vms(stop);
  const base::TimePoint begun = clock_.now();
  const auto ours = portion();
  if (!ours)
    return failed(Resource::backups, &Inventory::backups, begun, not_divided(inventory().vms.health));
  auto reading = backups_.read(begun, ours);
  if (!reading) return failed(Resource::backups, &Inventory::backups, begun, reading.error());
  backup_book_.note(reading->failures, reading->changed_days, server_time(reading->clock_skew), *ours);
  auto failures = backup_book_.failures();
  remember([&](domain::Memory& memory) {
    memory.backup_failures = std::move(failures);
    memory.days = backup_book_.days();
    inventory_.history_backups = reading->history;
    inventory_.history_from = reading->history_from;
  });
  succeeded(Resource::backups, &Inventory::backups, begun, reading->summaries,
            {.rows = reading->rows,
             .pages = reading->pages,
             .skipped = reading->skipped,
             .reported_rows = reading->reported_rows,
             .clock_skew = reading->clock_skew});
  const std::lock_guard lock(mutex_);
  known_arrivals_ = reading->arrivals;
  note_arrivals();
}

void ServerCollector::read_protection() {
  const base::TimePoint begun = clock_.now();
  const auto totals = api_->protection();
  if (!totals) return failed(Resource::protection, &Inventory::protection, begun, totals.error());
  auto data = std::make_shared<const domain::ProtectionTotals>(*totals);
  succeeded(Resource::protection, &Inventory::protection, begun, std::move(data), {.rows = 1, .pages = 1});
}

// Now by the server's clock, of which this may be the first that we hear.
base::TimePoint ServerCollector::server_time(const std::optional<std::chrono::milliseconds>& measured_skew) {
  const std::lock_guard lock(mutex_);
  if (measured_skew) inventory_.clock_skew = measured_skew;
  return domain::server_time(inventory_.clock_skew, clock_.now());
}

void ServerCollector::remember(const std::function<void(domain::Memory&)>& change) {
  const std::lock_guard lock(mutex_);
  change(inventory_.memory);
}

template <class T>
void ServerCollector::succeeded(Resource resource, domain::Source<T> Inventory::*source,
                                base::TimePoint begun, base::Shared<T> data, const Extent& extent) {
  const base::TimePoint now = clock_.now();
  domain::SourceHealth health{.success = true,
                              .last_attempt = now,
                              .last_success = now,
                              .duration = now - begun,
                              .rows = extent.rows,
                              .skipped = extent.skipped,
                              .pages = extent.pages,
                              .reported_rows = extent.reported_rows};
  domain::SourceHealth before;
  {
    const std::lock_guard lock(mutex_);
    domain::Source<T>& slot = inventory_.*source;
    before = slot.health;
    health.incomplete_reads = before.incomplete_reads;
    slot.health = health;
    slot.data.swap(data);  // the old data is released after the lock
    if (extent.clock_skew) inventory_.clock_skew = extent.clock_skew;
  }
  if (resource == Resource::virtual_machines) vms_tried_.notify_all();
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
    if (is_incomplete(error.kind)) ++health.incomplete_reads;
    after = health;
  }
  if (resource == Resource::virtual_machines) vms_tried_.notify_all();
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
