#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ledger/ledger.h"

namespace support {

// A ledger in memory, which a test can let fail. What it holds outlives those who write to it, as a file
// would. Any thread.
class FakeLedger final : public ledger::Ledger {
 public:
  // Every call from now on; absent: none.
  void fail_with(std::optional<base::Error> error) {
    const std::lock_guard lock(mutex_);
    failure_ = std::move(error);
  }
  // Of calls that change something.
  std::size_t writes() const {
    const std::lock_guard lock(mutex_);
    return writes_;
  }

  base::Result<domain::Sightings> sightings(const std::string& server) override {
    return read(server, [](const Book& book) { return book.sightings; });
  }

  base::Result<base::Done> note(const std::string& server,
                                const std::vector<std::pair<domain::VmId, domain::Sighting>>& vms) override {
    return write(server, [&](Book& book) {
      for (auto [id, sighting] : vms) {
        const auto [known, is_new] = book.sightings.try_emplace(id, sighting);
        sighting.first_seen = std::min(sighting.first_seen, known->second.first_seen);
        if (!sighting.last) sighting.last = known->second.last;
        known->second = sighting;
      }
      return base::Done{};
    });
  }

  base::Result<base::Done> forget(const std::string& server, const std::vector<domain::VmId>& vms) override {
    return write(server, [&](Book& book) {
      for (const domain::VmId& id : vms) {
        book.sightings.erase(id);
        book.failures.counters.erase(id);
        book.days.erase(id);
      }
      return base::Done{};
    });
  }

  base::Result<ledger::TaskBook> tasks(const std::string& server) override {
    return read(server, [](const Book& book) { return book.tasks; });
  }

  base::Result<domain::TaskCounters> count(const std::string& server,
                                           const std::vector<ledger::EndedTask>& tasks,
                                           base::TimePoint now) override {
    return write(server, [&](Book& book) {
      domain::TaskCounters touched;
      for (const ledger::EndedTask& task : tasks) {
        const domain::TaskGroupId group{.tenant = task.tenant, .type = task.type};
        domain::TaskCounter& counter =
            book.tasks.counters.try_emplace(group, domain::TaskCounter{.created = now}).first->second;
        const auto [known, is_new] = book.tasks.counted.try_emplace(task.id, false);
        if (is_new) ++counter.finished;
        if (task.failed && !known->second) ++counter.failures;
        known->second = known->second || task.failed;
        touched[group] = counter;
      }
      return touched;
    });
  }

  base::Result<base::Done> forget(const std::string& server,
                                  const std::vector<domain::TaskId>& tasks) override {
    return write(server, [&](Book& book) {
      for (const domain::TaskId& id : tasks) book.tasks.counted.erase(id);
      return base::Done{};
    });
  }

  base::Result<ledger::FailureBook> backup_failures(const std::string& server) override {
    return read(server, [](const Book& book) { return book.failures; });
  }

  base::Result<domain::FailureCounters> count(const std::string& server,
                                              const std::vector<ledger::FailedBackup>& backups,
                                              base::TimePoint now) override {
    return write(server, [&](Book& book) {
      domain::FailureCounters touched;
      for (const ledger::FailedBackup& backup : backups) {
        domain::Counter& counter =
            book.failures.counters.try_emplace(backup.vm, domain::Counter{.created = now}).first->second;
        const bool too_old = book.failures.counted_from && backup.at < *book.failures.counted_from;
        if (!too_old && book.failures.counted.emplace(backup.id, backup.at).second) ++counter.count;
        touched[backup.vm] = counter;
      }
      return touched;
    });
  }

  base::Result<base::Done> forget_failures_before(const std::string& server, base::TimePoint limit) override {
    return write(server, [&](Book& book) {
      std::erase_if(book.failures.counted, [&](const auto& entry) { return entry.second < limit; });
      book.failures.counted_from = std::max(book.failures.counted_from.value_or(limit), limit);
      return base::Done{};
    });
  }

  base::Result<domain::DayStrips> days(const std::string& server) override {
    return read(server, [](const Book& book) { return book.days; });
  }

  base::Result<base::Done> note(
      const std::string& server,
      const std::vector<std::pair<domain::VmId, base::Shared<domain::DayStrip>>>& strips) override {
    return write(server, [&](Book& book) {
      for (const auto& [id, strip] : strips) book.days[id] = strip;
      return base::Done{};
    });
  }

  base::Result<domain::LastRestores> last_restores(const std::string& server) override {
    return read(server, [](const Book& book) { return book.restores; });
  }

  base::Result<base::Done> note_restores(const std::string& server,
                                         const domain::LastRestores& restores) override {
    return write(server, [&](Book& book) {
      for (const auto& [vm, at] : restores) {
        base::TimePoint& known = book.restores.try_emplace(vm, at).first->second;
        known = std::max(known, at);
      }
      return base::Done{};
    });
  }

 private:
  struct Book {
    domain::Sightings sightings;
    ledger::TaskBook tasks;
    ledger::FailureBook failures;
    domain::DayStrips days;
    domain::LastRestores restores;
  };

  template <class Read>
  auto read(const std::string& server, Read what) -> base::Result<decltype(what(std::declval<Book&>()))> {
    const std::lock_guard lock(mutex_);
    if (failure_) return *failure_;
    return what(books_[server]);
  }

  template <class Write>
  auto write(const std::string& server, Write what) -> base::Result<decltype(what(std::declval<Book&>()))> {
    const std::lock_guard lock(mutex_);
    if (failure_) return *failure_;
    ++writes_;
    return what(books_[server]);
  }

  mutable std::mutex mutex_;
  std::optional<base::Error> failure_;  // guarded by mutex_, as all below
  std::size_t writes_ = 0;
  std::map<std::string, Book> books_;
};

inline base::Error ledger_failure() {
  return {base::ErrorKind::unreachable, "sqlite:///exporter.db: disk full"};
}

}  // namespace support
