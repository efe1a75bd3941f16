#pragma once

#include <gtest/gtest.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "ledger/open.h"
#include "ledger/query.h"
#include "support/manual_clock.h"
#include "support/private_postgres.h"
#include "support/temp_dir.h"

namespace ledger_test {

inline ledger::Location location(const std::string& url) {
  const auto location = ledger::parse_location(url);
  if (!location) throw std::invalid_argument(location.error().message);
  return *location;
}

inline std::unique_ptr<ledger::Store> open_store(const std::string& url) {
  return ledger::open(location(url), nullptr);
}

// One part of a store, which lives as long as somebody has the part.
inline std::shared_ptr<ledger::Ledger> open(const std::string& url) {
  const std::shared_ptr<ledger::Store> store = open_store(url);
  return {store, &store->ledger()};
}

inline std::shared_ptr<ledger::Journal> open_journal(const std::string& url) {
  const std::shared_ptr<ledger::Store> store = open_store(url);
  return {store, &store->journal()};
}

// Why the ledger cannot be opened; empty when it can.
inline std::string refusal(const std::string& url) {
  try {
    open(url);
    return "";
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

inline domain::VmId vm(std::string_view name) { return domain::VmId(name); }
inline domain::TaskId task_id(std::string_view name) { return domain::TaskId(name); }

inline base::Shared<domain::LastKnown> last_known(std::string name, std::string_view tenant,
                                                  std::string_view policy) {
  return std::make_shared<const domain::LastKnown>(domain::LastKnown{
      .name = std::move(name), .tenant = base::SharedText(tenant), .policy = base::SharedText(policy)});
}

// As a test compares them: by what is known, too.
inline std::map<std::string, std::pair<domain::Sighting, domain::LastKnown>> contents(
    const domain::Sightings& sightings) {
  std::map<std::string, std::pair<domain::Sighting, domain::LastKnown>> all;
  for (auto [id, sighting] : sightings) {
    const auto last = std::exchange(sighting.last, nullptr);
    all[id.text()] = {sighting, last ? *last : domain::LastKnown{"nothing is known", {}, {}}};
  }
  return all;
}

inline ledger::EndedTask task(std::string_view id, bool failed = false, std::string_view type = "EXPORT") {
  return {task_id(id), base::SharedText("finance"), base::SharedText(type), failed};
}

inline domain::TaskGroupId group(std::string_view tenant, std::string_view type) {
  return {base::SharedText(tenant), base::SharedText(type)};
}

inline ledger::FailedBackup failure(std::string_view id, std::string_view of, base::TimePoint at) {
  return {domain::BackupId(id), vm(of), at};
}

inline void connect(soci::session& session, const std::string& url) {
  const ledger::Location where = location(url);
  if (where.database == ledger::Database::sqlite)
    session.open(soci::sqlite3, where.address.reveal());
  else
    session.open(soci::postgresql, where.address.reveal());
}

// One server for the whole program: starting one takes seconds.
inline support::PrivatePostgres& postgres() {
  static support::PrivatePostgres server;
  return server;
}

// Runs the statement beside the ledger; of SQLite, while no ledger has the file.
inline void execute(const std::string& url, const std::string& sql) {
  soci::session session;
  connect(session, url);
  ledger::run(session, sql);
}

inline long long number_of(const std::string& url, const std::string& sql) {
  soci::session session;
  connect(session, url);
  long long number = 0;
  ledger::run(session, sql, {}, {ledger::kNumber}, [&](const ledger::Row& row) { number = row[0].number(); });
  return number;
}

// A new, empty database of PostgreSQL; its URL.
inline std::string new_database() {
  static int made = 0;
  const std::string name = "test_" + std::to_string(++made);
  execute(postgres().url(), "CREATE DATABASE " + name);
  return postgres().url(name);
}

// Makes of the tables what they were before there was a journal.
inline void drop_journal(const std::string& url) {
  for (const char* table : {"runbook_operations", "runbook_jobs", "runbook_alerts", "runbook_switch",
                            "runbook_restores", "audit_trail", "audit_head"})
    execute(url, std::string("DROP TABLE ") + table);
  execute(url, "DELETE FROM ledger_migrations WHERE number > 2");
}

// What is tested of each database: with a new one for each test.
class OnEachDatabase : public testing::TestWithParam<ledger::Database> {
 protected:
  void SetUp() override {
    if (GetParam() == ledger::Database::postgresql && !support::PrivatePostgres::is_available())
      GTEST_SKIP() << "VPROTECT_POSTGRES_BIN names no PostgreSQL";
    url_ = GetParam() == ledger::Database::sqlite ? "sqlite://" + (folder_ / "ledger.db").string()
                                                  : new_database();
  }

  const std::string& url() const { return url_; }

 private:
  const support::TempDir folder_;
  std::string url_;
};

inline std::string name_of(const testing::TestParamInfo<ledger::Database>& which) {
  return which.param == ledger::Database::sqlite ? "Sqlite" : "Postgresql";
}

// Runs the work in so many threads at once, each told its number.
inline void at_once(int threads, const std::function<void(int)>& work) {
  std::vector<std::jthread> running(static_cast<std::size_t>(threads));
  for (int number = 0; number < threads; ++number) {
    running[static_cast<std::size_t>(number)] = std::jthread([&work, number] { work(number); });
  }
}

}  // namespace ledger_test
