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
      {
          // `ended` is absent while a job is open.
          "CREATE TABLE runbook_operations (id text COLLATE \"BINARY\" PRIMARY KEY,"
          " request_key text NOT NULL UNIQUE, digest text NOT NULL, kind text NOT NULL, origin text NOT NULL,"
          " caller text NOT NULL, source text NOT NULL, reason text NOT NULL, request text NOT NULL,"
          " callback text NOT NULL, created bigint NOT NULL, ended bigint)",
          "CREATE INDEX runbook_operations_by_end ON runbook_operations (ended)",

          // `kind` and `created` are the operation's; `begun` is absent when it was refused. Nobody has it
          // from `lease_until` on.
          "CREATE TABLE runbook_jobs (operation text COLLATE \"BINARY\" NOT NULL, number bigint NOT NULL,"
          " server text NOT NULL, tenant text NOT NULL, vm text NOT NULL, name text NOT NULL,"
          " ask text NOT NULL, state text NOT NULL, outcome text NOT NULL, rule text NOT NULL,"
          " passes_at bigint, detail text NOT NULL, window_start bigint, window_end bigint,"
          " task text NOT NULL, second_task text NOT NULL, backup text NOT NULL, made text NOT NULL, "
          "progress text,"
          " attempts bigint NOT NULL, retries bigint NOT NULL, cancel_asked bigint NOT NULL, sent bigint,"
          " changed bigint, ended bigint, kind text NOT NULL, created bigint NOT NULL, begun bigint,"
          " is_open bigint NOT NULL, owner text NOT NULL DEFAULT '', lease_until bigint NOT NULL DEFAULT 0,"
          " PRIMARY KEY (operation, number))",
          // No other index begins with the server: SQLite might prefer one that has the ended jobs, too.
          "CREATE INDEX runbook_open_jobs ON runbook_jobs (server, vm) WHERE is_open = 1",
          "CREATE INDEX runbook_jobs_by_begin ON runbook_jobs (kind, begun)",
          "CREATE INDEX runbook_jobs_by_vm ON runbook_jobs (vm, server, kind, begun)",

          "CREATE TABLE runbook_alerts (server text NOT NULL, vm text NOT NULL, alerted bigint NOT NULL,"
          " PRIMARY KEY (server, vm))",
          "CREATE INDEX runbook_alerts_by_time ON runbook_alerts (alerted)",

          // One row.
          "CREATE TABLE runbook_switch (id bigint PRIMARY KEY, is_on bigint NOT NULL, since bigint,"
          " changed_by text NOT NULL, reason text NOT NULL)",

          "CREATE TABLE runbook_restores (server text NOT NULL, vm text NOT NULL, restored bigint NOT NULL,"
          " PRIMARY KEY (server, vm))",

          "CREATE TABLE audit_trail (number bigint PRIMARY KEY, happened bigint NOT NULL, actor text NOT "
          "NULL,"
          " source text NOT NULL, action text NOT NULL, server text NOT NULL, tenant text NOT NULL,"
          " object text NOT NULL, decision text NOT NULL, rule text NOT NULL, operation text NOT NULL,"
          " detail text NOT NULL, hash text NOT NULL)",
          "CREATE INDEX audit_trail_by_operation ON audit_trail (operation)",
          "CREATE INDEX audit_trail_by_tenant ON audit_trail (tenant, number)",

          // One row, of the newest in the trail: without it nobody would miss rows that were cut off there.
          "CREATE TABLE audit_head (id bigint PRIMARY KEY, number bigint NOT NULL, hash text NOT NULL)",
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

// Texts that are sorted are so by their bytes. Each database has its own name for that.
std::string in_dialect(const soci::session& session, std::string statement) {
  constexpr std::string_view sqlites = "COLLATE \"BINARY\"";
  if (session.get_backend_name() != "postgresql") return statement;
  for (std::size_t at = 0; (at = statement.find(sqlites, at)) != std::string::npos;)
    statement.replace(at, sqlites.size(), "COLLATE \"C\"");
  return statement;
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
  for (const char* statement : migrations()[static_cast<std::size_t>(version)])
    run(session, in_dialect(session, statement));
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
