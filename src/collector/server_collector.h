#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/periodic_task.h"
#include "collector/backup_book.h"
#include "collector/backup_reader.h"
#include "collector/options.h"
#include "collector/portion.h"
#include "collector/restore_book.h"
#include "collector/sightings_book.h"
#include "collector/task_book.h"
#include "collector/tenants.h"
#include "domain/inventory.h"
#include "ledger/ledger.h"
#include "vprotect/api.h"

namespace collector {

// Polls one server: each resource on its own thread and interval, so that a slow or failing one delays no
// other. Works from construction to destruction.
class ServerCollector {
 public:
  // What one collector leaves to the next one of the same server.
  struct Known {
    domain::Inventory inventory;
    base::Shared<Portion> portion;
    std::uint64_t arrivals = 0;  // of the portion, whose history is in
    HeldBackups backups;
  };

  // After each attempt to read a resource, from that resource's thread.
  using Changed = std::function<void(domain::Resource)>;

  // References outlive the collector.
  ServerCollector(std::unique_ptr<vprotect::Api> api, ledger::Ledger& ledger, const Options& options,
                  const TenantOptions& tenants, const base::Clock& clock, Known known, Changed changed);
  // Cancels the reads under way and waits for them.
  ~ServerCollector();
  ServerCollector(const ServerCollector&) = delete;
  ServerCollector& operator=(const ServerCollector&) = delete;

  // Asks for the end of all reads, and returns at once. Any thread.
  void request_stop();
  // Waits for that end, and hands out what it knows. What other threads ask for stays, but for backups.
  Known retire();

  // What the server has said so far. Any thread.
  domain::Inventory inventory() const;
  // What is held of one VM's backups, see BackupReader. Any thread.
  std::optional<std::vector<domain::BackupRun>> backups_of(const domain::VmId& vm) const {
    return backups_.runs_of(vm);
  }
  std::optional<std::vector<domain::Bytes>> sizes_of(const domain::VmId& vm, std::size_t most) const {
    return backups_.sizes_of(vm, most);
  }

 private:
  template <class Row>
  using List = domain::Source<std::vector<Row>> domain::Inventory::*;
  template <class Row>
  using ReadList = base::Result<vprotect::Listing<Row>> (vprotect::Api::*)();

  template <class Row>
  void poll_list(domain::Resource resource, List<Row> list, ReadList<Row> read,
                 std::chrono::milliseconds interval);
  using Read = std::function<void(const std::stop_token&)>;
  void poll(domain::Resource resource, std::chrono::milliseconds interval, Read read);
  void start_polling();

  void read_vms();
  void read_tasks(const std::stop_token& stop);
  void wait_for_vms(const std::stop_token& stop);
  void read_backups(const std::stop_token& stop);
  void read_protection();

  // What a read brought, besides the data.
  struct Extent {
    std::uint64_t rows = 0;
    std::uint64_t pages = 0;
    std::uint64_t skipped = 0;
    std::optional<std::uint64_t> reported_rows;
    std::optional<std::chrono::milliseconds> clock_skew;
  };
  template <class Row>
  static Extent extent_of(const vprotect::Listing<Row>& listing);

  // Of a read that began at `begun`.
  template <class T>
  void succeeded(domain::Resource resource, domain::Source<T> domain::Inventory::*source,
                 base::TimePoint begun, base::Shared<T> data, const Extent& extent);
  template <class T>
  void failed(domain::Resource resource, domain::Source<T> domain::Inventory::*source, base::TimePoint begun,
              const base::Error& error);
  base::TimePoint server_time(const std::optional<std::chrono::milliseconds>& measured_skew);
  struct Vms {
    base::Shared<Portion> portion;
    base::Shared<std::vector<domain::Vm>> ours;
  };
  Vms vms_for_tasks() const;
  base::Shared<Portion> split(std::vector<domain::Vm>& vms) const;
  base::Shared<Portion> portion() const;
  void take_over(base::Shared<Portion> portion);
  void note_arrivals();
  void remember(const std::function<void(domain::Memory&)>& change);
  void log_change(domain::Resource resource, const domain::SourceHealth& before,
                  const domain::SourceHealth& after) const;

  // Constant after construction.
  const std::unique_ptr<vprotect::Api> api_;
  const Options options_;
  const base::Clock& clock_;
  const std::string name_;
  const Changed changed_;

  TenantAssigner tenants_;  // of the thread that reads VMs
  SightingsBook sightings_;
  TaskBook task_book_;        // of the thread that reads tasks
  RestoreBook restore_book_;  // likewise
  BackupReader backups_;      // read by the thread that reads backups
  BackupBook backup_book_;

  mutable std::mutex mutex_;
  std::condition_variable_any vms_tried_;
  domain::Inventory inventory_;    // guarded by mutex_
  base::Shared<Portion> portion_;  // guarded by mutex_; null until the first list, unless all of it is ours
  std::uint64_t known_arrivals_ = 0;  // guarded by mutex_: whose history is in

  std::vector<std::unique_ptr<base::PeriodicTask>> tasks_;  // last member: stopped and joined first
};

}  // namespace collector
