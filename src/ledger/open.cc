#include "ledger/open.h"

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "ledger/failures.h"
#include "ledger/migrations.h"
#include "ledger/restores.h"
#include "ledger/sql_journal.h"
#include "ledger/stored.h"
#include "ledger/tasks.h"
#include "ledger/vms.h"

namespace ledger {
namespace {

class SqlLedger final : public Ledger {
 public:
  explicit SqlLedger(Transactions& transactions) : transactions_(transactions) {}

  base::Result<domain::Sightings> sightings(const std::string& server) override {
    return transactions_.perform<domain::Sightings>(
        "read_vms", [&](auto& session) { return vms::sightings(session, stored_text(server)); });
  }

  base::Result<base::Done> note(
      const std::string& server,
      const std::vector<std::pair<domain::VmId, domain::Sighting>>& sightings) override {
    return transactions_.write("note_vms",
                               [&](auto& session) { vms::note(session, stored_text(server), sightings); });
  }

  base::Result<base::Done> forget(const std::string& server, const std::vector<domain::VmId>& vms) override {
    return transactions_.write("forget_vms",
                               [&](auto& session) { vms::forget(session, stored_text(server), vms); });
  }

  base::Result<TaskBook> tasks(const std::string& server) override {
    return transactions_.perform<TaskBook>(
        "read_tasks", [&](auto& session) { return tasks::read(session, stored_text(server)); });
  }

  base::Result<domain::TaskCounters> count(const std::string& server, const std::vector<EndedTask>& tasks,
                                           base::TimePoint now) override {
    return transactions_.perform<domain::TaskCounters>(
        "count_tasks", [&](auto& session) { return tasks::count(session, stored_text(server), tasks, now); });
  }

  base::Result<base::Done> forget(const std::string& server,
                                  const std::vector<domain::TaskId>& tasks) override {
    return transactions_.write("forget_tasks",
                               [&](auto& session) { tasks::forget(session, stored_text(server), tasks); });
  }

  base::Result<FailureBook> backup_failures(const std::string& server) override {
    return transactions_.perform<FailureBook>(
        "read_backup_failures", [&](auto& session) { return failures::read(session, stored_text(server)); });
  }

  base::Result<domain::FailureCounters> count(const std::string& server,
                                              const std::vector<FailedBackup>& backups,
                                              base::TimePoint now) override {
    return transactions_.perform<domain::FailureCounters>("count_backup_failures", [&](auto& session) {
      return failures::count(session, stored_text(server), backups, now);
    });
  }

  base::Result<base::Done> forget_failures_before(const std::string& server, base::TimePoint limit) override {
    return transactions_.write("forget_backup_failures", [&](auto& session) {
      failures::forget_before(session, stored_text(server), limit);
    });
  }

  base::Result<domain::DayStrips> days(const std::string& server) override {
    return transactions_.perform<domain::DayStrips>(
        "read_days", [&](auto& session) { return vms::days(session, stored_text(server)); });
  }

  base::Result<base::Done> note(
      const std::string& server,
      const std::vector<std::pair<domain::VmId, base::Shared<domain::DayStrip>>>& strips) override {
    return transactions_.write("note_days",
                               [&](auto& session) { vms::note(session, stored_text(server), strips); });
  }

  base::Result<domain::LastRestores> last_restores(const std::string& server) override {
    return transactions_.perform<domain::LastRestores>(
        "read_restores", [&](auto& session) { return restores::read(session, stored_text(server)); });
  }

  base::Result<base::Done> note_restores(const std::string& server,
                                         const domain::LastRestores& restores) override {
    return transactions_.write(
        "note_restores", [&](auto& session) { restores::note(session, stored_text(server), restores); });
  }

 private:
  Transactions& transactions_;
};

class SqlStore final : public Store {
 public:
  SqlStore(const Location& location, Observer observer) : transactions_(location, std::move(observer)) {
    migrate(transactions_.connections());
    ledger_.emplace(transactions_);
    journal_ = make_journal(transactions_);
  }

  Ledger& ledger() override { return *ledger_; }
  Journal& journal() override { return *journal_; }

 private:
  Transactions transactions_;
  std::optional<SqlLedger> ledger_;
  std::unique_ptr<Journal> journal_;
};

}  // namespace

std::unique_ptr<Store> open(const Location& location, Observer observer) {
  try {
    return std::make_unique<SqlStore>(location, std::move(observer));
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(std::string("cannot open the ledger ") + error.what());
  }
}

}  // namespace ledger
