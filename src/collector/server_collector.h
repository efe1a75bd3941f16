#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/periodic_task.h"
#include "collector/backup_reader.h"
#include "collector/options.h"
#include "collector/tenants.h"
#include "domain/inventory.h"
#include "vprotect/api.h"

namespace collector {

// Polls one server: each resource on its own thread and interval, so that a slow or failing one delays no
// other. Works from construction to destruction.
class ServerCollector {
 public:
  // After each attempt to read a resource, from that resource's thread.
  using Changed = std::function<void(domain::Resource)>;

  // `known` is what an earlier collector of the same server had.
  ServerCollector(std::unique_ptr<vprotect::Api> api, const Options& options, const TenantOptions& tenants,
                  const base::Clock& clock, domain::Inventory known, Changed changed);
  // Cancels the reads under way and waits for them.
  ~ServerCollector();
  ServerCollector(const ServerCollector&) = delete;
  ServerCollector& operator=(const ServerCollector&) = delete;

  // What the server has said so far. Any thread.
  domain::Inventory inventory() const;

 private:
  template <class Row>
  using List = domain::Source<std::vector<Row>> domain::Inventory::*;
  template <class Row>
  using ReadList = base::Result<vprotect::Listing<Row>> (vprotect::Api::*)();

  template <class Row>
  void poll_list(domain::Resource resource, List<Row> list, ReadList<Row> read,
                 std::chrono::milliseconds interval);
  void poll(domain::Resource resource, std::chrono::milliseconds interval, std::function<void()> read);
  void start_polling();

  void read_vms();
  void read_backups();
  void read_protection();

  // What a read that began at `begun` brought.
  template <class T>
  void succeeded(domain::Resource resource, domain::Source<T> domain::Inventory::*source,
                 base::TimePoint begun, base::Shared<T> data, std::uint64_t rows, std::uint64_t skipped,
                 std::optional<std::chrono::milliseconds> clock_skew);
  template <class T>
  void failed(domain::Resource resource, domain::Source<T> domain::Inventory::*source, base::TimePoint begun,
              const base::Error& error);
  void log_change(domain::Resource resource, const domain::SourceHealth& before,
                  const domain::SourceHealth& after) const;

  // Constant after construction.
  const std::unique_ptr<vprotect::Api> api_;
  const Options options_;
  const base::Clock& clock_;
  const std::string name_;
  const Changed changed_;

  TenantAssigner tenants_;  // of the thread that reads VMs
  BackupReader backups_;    // of the thread that reads backups

  mutable std::mutex mutex_;
  domain::Inventory inventory_;  // guarded by mutex_

  std::vector<std::unique_ptr<base::PeriodicTask>> tasks_;  // last member: stopped and joined first
};

}  // namespace collector
