#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vprotect/api.h"

namespace support {

// A server in memory: what it holds is set by the test, at any time, through `edit`. Any thread.
class FakeServer {
 public:
  struct Content {
    std::vector<domain::Vm> vms;
    std::vector<domain::Backup> backups;
    std::vector<domain::Task> tasks;
    std::map<std::string, std::vector<domain::Vm>> vms_of_project;  // answers to a tenant filter that works
    bool ignores_filter = false;
    bool ignores_range = false;
    std::optional<base::Error> failure;         // of every call
    std::optional<base::Error> backup_failure;  // of backups() only
    std::optional<std::size_t> fails_after;     // so many calls of backups(), for good
    bool hangs_at_tasks = false;                // until cancelled
    std::optional<std::chrono::milliseconds> clock_skew;
    std::vector<vprotect::BackupRange> ranges;  // what was asked of backups()
  };

  void edit(const std::function<void(Content&)>& change) {
    const std::lock_guard lock(mutex_);
    change(content_);
  }

 private:
  friend class FakeApi;
  std::mutex mutex_;
  std::condition_variable changed_;
  Content content_;  // guarded by mutex_
};

// One client's connection to a FakeServer, which outlives it.
class FakeApi final : public vprotect::Api {
 public:
  explicit FakeApi(FakeServer& server) : server_(server) {}

  base::Result<vprotect::Listing<domain::Vm>> virtual_machines() override {
    return answer(&FakeServer::Content::vms);
  }

  base::Result<vprotect::Listing<domain::Vm>> virtual_machines(
      const vprotect::TenantFilter& filter) override {
    const std::lock_guard lock(server_.mutex_);
    FakeServer::Content& content = server_.content_;
    return answer(content.ignores_filter ? content.vms : content.vms_of_project[std::string(filter.project)]);
  }

  base::Result<vprotect::Listing<domain::Backup>> backups(const vprotect::BackupRange& range) override {
    const std::lock_guard lock(server_.mutex_);
    FakeServer::Content& content = server_.content_;
    content.ranges.push_back(range);
    if (content.backup_failure) return *content.backup_failure;
    if (content.fails_after == 0U) return base::Error{base::ErrorKind::timeout, "GET /backups: timed out"};
    if (content.fails_after) --*content.fails_after;
    vprotect::Listing<domain::Backup> listing;
    listing.clock_skew = content.clock_skew;
    for (const domain::Backup& backup : content.backups) {
      const auto at = domain::time_of(backup);
      const bool in_range = !at || (range.from <= *at && (!range.to || *at < *range.to));
      if (in_range) listing.rows.push_back(backup);
      if (!in_range && content.ignores_range) ++listing.out_of_range;
    }
    return listing;
  }

  base::Result<vprotect::Listing<domain::Task>> tasks() override {
    std::unique_lock lock(server_.mutex_);
    if (server_.content_.hangs_at_tasks) server_.changed_.wait(lock, [this] { return cancelled_; });
    if (cancelled_) return base::Error{base::ErrorKind::cancelled, "GET /tasks: cancelled"};
    return answer(server_.content_.tasks);
  }

  base::Result<vprotect::Listing<domain::Schedule>> schedules() override { return empty<domain::Schedule>(); }
  base::Result<vprotect::Listing<domain::Policy>> policies() override { return empty<domain::Policy>(); }
  base::Result<vprotect::Listing<domain::Rule>> rules() override { return empty<domain::Rule>(); }
  base::Result<vprotect::Listing<domain::Node>> nodes() override { return empty<domain::Node>(); }
  base::Result<vprotect::Listing<domain::Destination>> destinations() override {
    return empty<domain::Destination>();
  }

  base::Result<domain::ProtectionTotals> protection() override {
    const std::lock_guard lock(server_.mutex_);
    if (server_.content_.failure) return *server_.content_.failure;
    return domain::ProtectionTotals{};
  }

  void cancel() override {
    {
      const std::lock_guard lock(server_.mutex_);
      cancelled_ = true;
    }
    server_.changed_.notify_all();
  }

 private:
  template <class Row>
  base::Result<vprotect::Listing<Row>> answer(std::vector<Row> rows) const {  // the lock is held
    if (server_.content_.failure) return *server_.content_.failure;
    return vprotect::Listing<Row>{.rows = std::move(rows), .clock_skew = {}};
  }

  template <class Row>
  base::Result<vprotect::Listing<Row>> answer(std::vector<Row> FakeServer::Content::*rows) const {
    const std::lock_guard lock(server_.mutex_);
    return answer(server_.content_.*rows);
  }

  template <class Row>
  base::Result<vprotect::Listing<Row>> empty() const {
    const std::lock_guard lock(server_.mutex_);
    return answer(std::vector<Row>{});
  }

  FakeServer& server_;
  bool cancelled_ = false;  // guarded by the server's mutex
};

}  // namespace support
