#include "ledger/operations.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "ledger/operation_rows.h"
#include "ledger/query.h"
#include "ledger/stored.h"
#include "ledger/where.h"

namespace ledger::operations {
namespace {

std::vector<domain::Operation> select(soci::session& session, const Where& where, const std::string& after) {
  std::vector<domain::Operation> all;
  const std::string sql =
      "SELECT " + std::string(kOperationColumns) + " FROM runbook_operations" + where.text() + after;
  run(session, sql, where.parameters(), kOperationResults,
      [&](const Row& row) { all.push_back(operation_of(row)); });
  return all;
}

using JobsByOperation = std::map<std::string, std::vector<domain::Job>>;

void sort(std::vector<domain::Job>& jobs) {
  std::sort(jobs.begin(), jobs.end(),
            [](const domain::Job& a, const domain::Job& b) { return a.number < b.number; });
}

// `where` tells which jobs of these operations.
JobsByOperation jobs_of(soci::session& session, const std::vector<domain::Operation>& operations,
                        Where where) {
  JobsByOperation jobs;
  where.add("operation IN ");
  const std::string before = "SELECT " + std::string(kJobColumns) + " FROM runbook_jobs" + where.text() + "(";
  run_over_rows(
      session, {before, ")", where.parameters()}, operations.size(),
      [&](std::size_t at) { return Row{operations[at].id}; }, kJobResults,
      [&](const Row& row) { jobs[operation_id_of(row)].push_back(job_of(row)); });
  return jobs;
}

// Those operations that have such jobs: an operation may be forgotten between two statements.
std::vector<domain::Operation> with_jobs(soci::session& session, std::vector<domain::Operation> operations,
                                         const Where& where) {
  JobsByOperation jobs = jobs_of(session, operations, where);
  for (domain::Operation& operation : operations) {
    operation.jobs = std::move(jobs[operation.id]);
    sort(operation.jobs);
  }
  std::erase_if(operations, [](const domain::Operation& operation) { return operation.jobs.empty(); });
  return operations;
}

std::optional<domain::Operation> first(std::vector<domain::Operation> operations) {
  if (operations.empty()) return std::nullopt;
  return std::move(operations.front());
}

// What more must hold of an open job that is the shard's, and what is bound to it. Jobs that are about no VM
// are everybody's.
std::pair<std::string, Row> condition_of(const domain::Shard& shard, soci::session& session,
                                         const std::string& server) {
  if (shard.is_everything()) return {};
  std::string condition = " AND (vm = ''";
  Row tenants;
  run(session, "SELECT DISTINCT tenant FROM runbook_jobs WHERE server = :server AND is_open = 1 AND vm <> ''",
      {stored_text(server)}, {kText}, [&](const Row& row) {
        if (!domain::owns(shard, server, row[0].text())) return;
        condition += " OR tenant = :t" + std::to_string(tenants.size());
        tenants.push_back(row[0]);
      });
  return {condition + ")", tenants};
}

std::string kind_text(domain::OperationKind kind) { return std::string(domain::name_of(kind)); }

Value begun(const domain::Operation& operation, const domain::Job& job) {
  if (job.outcome == domain::JobOutcome::refused) return std::optional<base::TimePoint>();
  return std::optional(job.sent.value_or(operation.created));
}

Value is_open_value(const domain::Job& job) { return domain::is_open(job) ? 1LL : 0LL; }

Row new_job(const domain::Operation& operation, const domain::Job& job) {
  Row row = row_of(operation.id, job);
  row.insert(row.end(),
             {kind_text(operation.kind), operation.created, begun(operation, job), is_open_value(job)});
  return row;
}

// What the filter wants of one and the same job.
void add_job_conditions(Where& where, const OperationFilter& filter) {
  where.add_text("server = ", filter.server);
  where.add_text("tenant = ", filter.tenant);
  where.add_text("vm = ", filter.vm.text());
  if (filter.outcome) where.add("outcome = ", std::string(domain::name_of(*filter.outcome)));
}

void add_conditions(Where& where, const OperationFilter& filter) {
  where.add_text("id < ", filter.before);
  if (filter.kind) where.add("kind = ", kind_text(*filter.kind));
  where.add_text("origin = ", filter.origin);
  where.add_text("caller = ", filter.caller);
  where.add_time("created >= ", filter.from);
  where.add_time("created < ", filter.to);
}

// Of the jobs that the scope shows: others do not tell a tenant whether an operation is open.
void add_open_condition(Where& where, const OperationFilter& filter) {
  Where open("o");
  open.add("is_open = 1");
  static_cast<void>(open.add_scope("tenant", filter.scope));
  where.add_select(*filter.open ? "id IN (SELECT operation FROM runbook_jobs"
                                : "id NOT IN (SELECT operation FROM runbook_jobs",
                   open, ")");
}

// When none of its jobs is open any more.
void end_operation(soci::session& session, const std::string& id, base::TimePoint now) {
  run(session,
      "UPDATE runbook_operations SET ended = (SELECT COALESCE(MAX(j.ended), :now) FROM runbook_jobs j"
      " WHERE j.operation = runbook_operations.id) WHERE id = :id AND NOT EXISTS"
      " (SELECT 1 FROM runbook_jobs j WHERE j.operation = runbook_operations.id AND j.is_open = 1)",
      {now, id});
}

// By operation, then number; each with its operation, of which the id is there.
void add_operations(soci::session& session, std::vector<OpenJob>& jobs) {
  std::sort(jobs.begin(), jobs.end(), [](const OpenJob& a, const OpenJob& b) {
    return std::tie(a.operation.id, a.job.number) < std::tie(b.operation.id, b.job.number);
  });
  std::map<std::string, domain::Operation> operations;
  for (const OpenJob& job : jobs) operations[job.operation.id];
  auto next = operations.begin();
  const std::string before =
      "SELECT " + std::string(kOperationColumns) + " FROM runbook_operations WHERE id IN (";
  std::vector<domain::Operation> read;
  run_over_rows(
      session, {before, ")"}, operations.size(), [&](std::size_t) { return Row{(next++)->first}; },
      kOperationResults, [&](const Row& row) { read.push_back(operation_of(row)); });
  for (domain::Operation& operation : read) operations[operation.id] = std::move(operation);
  for (OpenJob& job : jobs) job.operation = operations[job.operation.id];
}

constexpr const char* kSave =
    "UPDATE runbook_jobs SET name = :name, ask = :ask, state = :state, outcome = :outcome, rule = :rule,"
    " passes_at = :passes_at, detail = :detail, window_start = :window_start, window_end = :window_end,"
    " task = :task, second_task = :second_task, backup = :backup, made = :made, progress = :progress,"
    " attempts = :attempts, retries = :retries,"
    " cancel_asked = CASE WHEN cancel_asked = 1 THEN 1 ELSE :cancel_asked END,"
    " sent = :sent, changed = :changed, ended = :ended, is_open = :is_open,"
    " begun = CASE WHEN :outcome_again = 'refused' THEN NULL ELSE COALESCE(:begun, created) END"
    " WHERE operation = :operation AND number = :number AND is_open = 1 AND owner = :owner"
    " AND lease_until > :now RETURNING number";

}  // namespace

std::optional<domain::Operation> with_key(soci::session& session, const std::string& key) {
  Where where("k");
  where.add("request_key = ", stored_text(key));
  return first(with_jobs(session, select(session, where, ""), Where("j")));
}

domain::Operation insert(soci::session& session, const domain::Operation& operation) {
  domain::Operation kept = stored(operation);
  run_over_rows(
      session,
      {"INSERT INTO runbook_operations (id, request_key, digest, kind, origin, caller, source, reason,"
       " request, callback, created) VALUES ",
       ""},
      1, [&](std::size_t) { return row_of(kept); });
  const std::string before =
      "INSERT INTO runbook_jobs (" + std::string(kJobColumns) + ", kind, created, begun, is_open) VALUES ";
  run_over_rows(session, {before, ""}, kept.jobs.size(),
                [&](std::size_t at) { return new_job(kept, kept.jobs[at]); });
  return kept;
}

std::optional<domain::Operation> find(soci::session& session, const std::string& id,
                                      const domain::Scope& scope) {
  Where jobs("j");
  if (!jobs.add_scope("tenant", scope)) return std::nullopt;
  Where where("i");
  where.add("id = ", stored_text(id));
  return first(with_jobs(session, select(session, where, ""), jobs));
}

std::vector<domain::Operation> list(soci::session& session, const OperationFilter& filter) {
  Where shown("s");
  if (!shown.add_scope("tenant", filter.scope)) return {};
  Where wanted("w");
  wanted.add("operation = id");
  static_cast<void>(wanted.add_scope("tenant", filter.scope));
  add_job_conditions(wanted, filter);
  Where where("f");
  add_conditions(where, filter);
  if (filter.open) add_open_condition(where, filter);
  where.add_select("EXISTS (SELECT 1 FROM runbook_jobs", wanted, ")");
  return with_jobs(session, select(session, where, " ORDER BY id DESC LIMIT " + std::to_string(filter.limit)),
                   shown);
}

std::vector<OpenJob> claim(soci::session& session, const std::string& server, const std::string& owner,
                           const Lease& lease, const domain::Shard& shard) {
  std::vector<OpenJob> all;
  const std::string me = stored_text(owner);
  const auto [condition, tenants] = condition_of(shard, session, server);
  Row values{me, lease.until, stored_text(server), me, lease.now};
  values.insert(values.end(), tenants.begin(), tenants.end());
  run(session,
      "UPDATE runbook_jobs SET owner = :owner, lease_until = :until WHERE server = :server AND is_open = 1"
      " AND (owner = :me OR lease_until <= :now)" +
          condition + " RETURNING " + std::string(kJobColumns),
      values, kJobResults, [&](const Row& row) {
        all.emplace_back().operation.id = operation_id_of(row);
        all.back().job = job_of(row);
      });
  add_operations(session, all);
  return all;
}

void release_all(soci::session& session) {
  run(session, "UPDATE runbook_jobs SET owner = '', lease_until = 0 WHERE is_open = 1");
}

bool save(soci::session& session, const std::string& operation, const domain::Job& job,
          const std::string& owner, base::TimePoint now) {
  const std::string id = stored_text(operation);
  Row row = row_of(id, stored(job));
  Row values(row.begin() + 5, row.end());  // but what it is a job of
  values.insert(values.end(), {is_open_value(job), row[8], job.sent, id, row[1], stored_text(owner), now});
  bool is_saved = false;
  run(session, kSave, values, {kNumber}, [&](const Row&) { is_saved = true; });
  if (is_saved && !domain::is_open(job)) end_operation(session, id, now);
  return is_saved;
}

std::size_t ask_cancel(soci::session& session, const std::string& operation, const domain::Scope& scope) {
  Where where("c");
  where.add("is_open = 1");
  where.add("operation = ", stored_text(operation));
  if (!where.add_scope("tenant", scope)) return 0;
  std::size_t count = 0;
  run(session, "UPDATE runbook_jobs SET cancel_asked = 1" + where.text() + " RETURNING number",
      where.parameters(), {kNumber}, [&](const Row&) { ++count; });
  return count;
}

void forget_before(soci::session& session, base::TimePoint limit) {
  run(session,
      "DELETE FROM runbook_jobs WHERE operation IN (SELECT id FROM runbook_operations WHERE ended < :limit)",
      {limit});
  run(session, "DELETE FROM runbook_operations WHERE ended < :limit", {limit});
}

std::map<std::pair<std::string, domain::OperationKind>, std::uint64_t> open_jobs(soci::session& session) {
  std::map<std::pair<std::string, domain::OperationKind>, std::uint64_t> counts;
  run(session, "SELECT server, kind, COUNT(*) FROM runbook_jobs WHERE is_open = 1 GROUP BY server, kind", {},
      {kText, kText, kNumber}, [&](const Row& row) {
        if (const auto kind = domain::operation_kind_named(row[1].text()))
          counts[{row[0].text(), *kind}] = static_cast<std::uint64_t>(row[2].number());
      });
  return counts;
}

}  // namespace ledger::operations
