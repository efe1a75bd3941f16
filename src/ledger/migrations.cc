#include "ledger/migrations.h"

#include <soci/soci.h>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/lock.h"
#include "ledger/query.h"

namespace ledger {
namespace {

using Statements = std::vector<const char*>;

// Number 1 first. Forward only: one that was released is never edited. Times are milliseconds since 1970.
const std::vector<Statements>& migrations() {
  static const std::vector<Statements> all{
      {
          "CREATE TABLE ledger_vms (server text NOT NULL, id text NOT NULL,"
          " first_seen bigint NOT NULL, gone_since bigint, PRIMARY KEY (server, id))",

          "CREATE TABLE ledger_tasks (server text NOT NULL, id text NOT NULL,"
          " failed bigint NOT NULL, PRIMARY KEY (server, id))",

          "CREATE TABLE ledger_task_counters (server text NOT NULL, tenant text NOT NULL, type text NOT NULL,"
          " finished bigint NOT NULL, failures bigint NOT NULL, created bigint NOT NULL,"
          " PRIMARY KEY (server, tenant, type))",

          "CREATE TABLE ledger_failures (server text NOT NULL, id text NOT NULL, ended bigint NOT NULL,"
          " PRIMARY KEY (server, id))",

          "CREATE TABLE ledger_failure_counters (server text NOT NULL, vm text NOT NULL,"
          " failures bigint NOT NULL, created bigint NOT NULL, PRIMARY KEY (server, vm))",

          "CREATE TABLE ledger_failure_limits (server text PRIMARY KEY, counted_from bigint NOT NULL)",

          "CREATE TABLE ledger_days (server text NOT NULL, vm text NOT NULL,"
          " first_day bigint NOT NULL, days text NOT NULL, PRIMARY KEY (server, vm))",
      },
      // Absent in rows that are older.
      {
          "ALTER TABLE ledger_vms ADD COLUMN name text",
          "ALTER TABLE ledger_vms ADD COLUMN tenant text",
          "ALTER TABLE ledger_vms ADD COLUMN policy text",
      },
  };
  return all;
}

long long version_of(soci::session& session) {
  run(session, "CREATE TABLE IF NOT EXISTS ledger_migrations (number bigint PRIMARY KEY)");
  long long version = 0;
  run(session, "SELECT COALESCE(MAX(number), 0) FROM ledger_migrations", {}, {kNumber},
      [&](const Row& row) { version = row[0].number(); });
  return version;
}

// Takes the next step; false when there is none left.
bool take_step(soci::session& session, const Location& location) {
  keep_others_out(session, Lock::migrations);
  const auto known = static_cast<long long>(migrations().size());
  const long long version = version_of(session);
  if (version > known) {
    throw std::runtime_error(location.text + ": it was written by a newer version: schema " +
                             std::to_string(version) + ", this program knows " + std::to_string(known));
  }
  if (version == known) return false;
  for (const char* statement : migrations()[static_cast<std::size_t>(version)]) run(session, statement);
  run(session, "INSERT INTO ledger_migrations (number) VALUES (:number)", {version + 1});
  return true;
}

}  // namespace

void migrate(Connections& connections) {
  for (bool goes_on = true; goes_on;) {
    const auto error = connections.transact(
        [&](soci::session& session) { goes_on = take_step(session, connections.location()); });
    if (error) throw std::runtime_error(error->message);
  }
}

}  // namespace ledger
