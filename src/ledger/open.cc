#include "ledger/open.h"

#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/log.h"
#include "ledger/connections.h"
#include "ledger/failures.h"
#include "ledger/migrations.h"
#include "ledger/stored.h"
#include "ledger/tasks.h"
#include "ledger/vms.h"

namespace ledger {
namespace {

// Tells the log when the ledger begins to fail and when it works again, and the observer everything.
class Report {
 public:
  Report(std::string place, Observer observer) : place_(std::move(place)), observer_(std::move(observer)) {}

  void add(std::string_view operation, const std::optional<base::Error>& error) {
    if (observer_) observer_(operation, !error);
    if (!has_changed(error.has_value())) return;
    if (error)
      base::log::error("the ledger fails", {{"ledger", place_}, {"error", error->message}});
    else
      base::log::info("the ledger works again", {{"ledger", place_}});
  }

 private:
  bool has_changed(bool fails) {
    const std::lock_guard lock(mutex_);
    return std::exchange(fails_, fails) != fails;
  }

  // Constant after construction.
  const std::string place_;
  const Observer observer_;

  std::mutex mutex_;
  bool fails_ = false;  // guarded by mutex_
};

class SqlLedger final : public Ledger {
 public:
  SqlLedger(const Location& location, Observer observer)
      : connections_(location), report_(location.text, std::move(observer)) {
    migrate(connections_);
  }

  base::Result<domain::Sightings> sightings(const std::string& server) override {
    return perform<domain::Sightings>(
        "read_vms", [&](auto& session) { return vms::sightings(session, stored_text(server)); });
  }

  base::Result<base::Done> note(
      const std::string& server,
      const std::vector<std::pair<domain::VmId, domain::Sighting>>& sightings) override {
    return write("note_vms", [&](auto& session) { vms::note(session, stored_text(server), sightings); });
  }

  base::Result<base::Done> forget(const std::string& server, const std::vector<domain::VmId>& vms) override {
    return write("forget_vms", [&](auto& session) { vms::forget(session, stored_text(server), vms); });
  }

  base::Result<TaskBook> tasks(const std::string& server) override {
    return perform<TaskBook>("read_tasks",
                             [&](auto& session) { return tasks::read(session, stored_text(server)); });
  }

  base::Result<domain::TaskCounters> count(const std::string& server, const std::vector<EndedTask>& tasks,
                                           base::TimePoint now) override {
    return perform<domain::TaskCounters>(
        "count_tasks", [&](auto& session) { return tasks::count(session, stored_text(server), tasks, now); });
  }

  base::Result<base::Done> forget(const std::string& server,
                                  const std::vector<domain::TaskId>& tasks) override {
    return write("forget_tasks", [&](auto& session) { tasks::forget(session, stored_text(server), tasks); });
  }

  base::Result<FailureBook> backup_failures(const std::string& server) override {
    return perform<FailureBook>("read_backup_failures",
                                [&](auto& session) { return failures::read(session, stored_text(server)); });
  }

  base::Result<domain::FailureCounters> count(const std::string& server,
                                              const std::vector<FailedBackup>& backups,
                                              base::TimePoint now) override {
    return perform<domain::FailureCounters>("count_backup_failures", [&](auto& session) {
      return failures::count(session, stored_text(server), backups, now);
    });
  }

  base::Result<base::Done> forget_failures_before(const std::string& server, base::TimePoint limit) override {
    return write("forget_backup_failures",
                 [&](auto& session) { failures::forget_before(session, stored_text(server), limit); });
  }

  base::Result<domain::DayStrips> days(const std::string& server) override {
    return perform<domain::DayStrips>("read_days",
                                      [&](auto& session) { return vms::days(session, stored_text(server)); });
  }

  base::Result<base::Done> note(
      const std::string& server,
      const std::vector<std::pair<domain::VmId, base::Shared<domain::DayStrip>>>& strips) override {
    return write("note_days", [&](auto& session) { vms::note(session, stored_text(server), strips); });
  }

 private:
  template <class T>
  base::Result<T> perform(std::string_view operation, const std::function<T(soci::session&)>& work) {
    T value;
    auto error = connections_.transact([&](soci::session& session) { value = work(session); });
    report_.add(operation, error);
    if (!error) return value;
    error->message.insert(0, std::string(operation) + " in ");
    return *std::move(error);
  }

  base::Result<base::Done> write(std::string_view operation, const Connections::Work& work) {
    return perform<base::Done>(operation, [&](soci::session& session) {
      work(session);
      return base::Done();
    });
  }

  Connections connections_;
  Report report_;
};

}  // namespace

std::unique_ptr<Ledger> open(const Location& location, Observer observer) {
  try {
    return std::make_unique<SqlLedger>(location, std::move(observer));
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(std::string("cannot open the ledger ") + error.what());
  }
}

}  // namespace ledger
