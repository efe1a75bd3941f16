#include "ledger/facts.h"

#include <string>
#include <string_view>

#include "ledger/kill_switch.h"
#include "ledger/query.h"
#include "ledger/stored.h"

namespace ledger::facts {
namespace {

using StoredVm = std::pair<std::string, std::string>;  // server and id

// Each once; what it was called in the question.
using Asked = std::map<StoredVm, VmKey>;

Asked asked_in(const FactsQuestion& question) {
  Asked asked;
  for (const VmKey& key : question.vms)
    asked.try_emplace({stored_text(key.server), stored_text(key.vm.text())}, key);
  return asked;
}

// Runs a statement over the VMs. SQLite takes a list of pairs as VALUES only, and looks them up in an index
// only where these are a table.
void run_over(soci::session& session, const RowsStatement& sql, const Asked& asked, const Row& results = {},
              const TakeRow& take = {}) {
  auto next = asked.begin();
  run_over_rows(
      session, sql, asked.size(),
      [&](std::size_t) {
        const auto& [server, id] = (next++)->first;
        return Row{server, id};
      },
      results, take);
}

const VmKey& key_of(const Asked& asked, const Row& row) { return asked.at({row[0].text(), row[1].text()}); }

void add_open_operations(soci::session& session, const Asked& asked, Facts& facts) {
  run_over(session,
           {"SELECT server, vm, MIN(operation) FROM runbook_jobs WHERE is_open = 1 AND (server, vm) IN "
            "(SELECT * FROM (VALUES ",
            ") AS asked) GROUP BY server, vm"},
           asked, {kText, kText, kText},
           [&](const Row& row) { facts.vms[key_of(asked, row)].open_operation = row[2].text(); });
}

void add_last_begun(soci::session& session, const Asked& asked, domain::OperationKind kind, Facts& facts) {
  run_over(session,
           {"SELECT server, vm, MAX(begun) FROM runbook_jobs WHERE kind = :kind"
            " AND (server, vm) IN (SELECT * FROM (VALUES ",
            ") AS asked) GROUP BY server, vm HAVING MAX(begun) IS NOT NULL",
            {std::string(domain::name_of(kind))}},
           asked, {kText, kText, kNumber},
           [&](const Row& row) { facts.vms[key_of(asked, row)].last_begun = row[2].time(); });
}

// What is counted by a text.
using Counts = std::map<std::string, std::uint64_t>;

Counts counts(soci::session& session, const std::string& sql, const Row& parameters) {
  Counts all;
  run(session, sql, parameters, {kText, kNumber},
      [&](const Row& row) { all[row[0].text()] = static_cast<std::uint64_t>(row[1].number()); });
  return all;
}

std::uint64_t sum(const Counts& counts) {
  std::uint64_t sum = 0;
  for (const auto& [_, count] : counts) sum += count;
  return sum;
}

Counts alerted(soci::session& session, const Asked& asked, const FactsQuestion& question) {
  Counts all =
      counts(session, "SELECT server, COUNT(*) FROM runbook_alerts WHERE alerted >= :since GROUP BY server",
             {question.alerted_since});
  if (!question.by_alert) return all;
  for (const auto& [vm, _] : asked) ++all[vm.first];
  run_over(session,
           {"SELECT server, vm FROM runbook_alerts WHERE alerted >= :since AND (server, vm) IN (SELECT * "
            "FROM (VALUES ",
            ") AS asked)",
            {question.alerted_since}},
           asked, {kText, kText}, [&](const Row& row) { --all[row[0].text()]; });
  return all;
}

}  // namespace

Facts read(soci::session& session, const FactsQuestion& question) {
  Facts facts;
  const Asked asked = asked_in(question);
  add_open_operations(session, asked, facts);
  add_last_begun(session, asked, question.kind, facts);
  facts.begun_by_tenant = counts(session,
                                 "SELECT tenant, COUNT(*) FROM runbook_jobs WHERE kind = :kind"
                                 " AND begun >= :since GROUP BY tenant",
                                 {std::string(domain::name_of(question.kind)), question.begun_since});
  facts.begun = sum(facts.begun_by_tenant);
  facts.open_by_server =
      counts(session, "SELECT server, COUNT(*) FROM runbook_jobs WHERE is_open = 1 GROUP BY server", {});
  facts.open = sum(facts.open_by_server);
  facts.alerted_by_server = alerted(session, asked, question);
  facts.kill_switch = kill_switch::read(session);
  return facts;
}

void note_alerted(soci::session& session, const FactsQuestion& question) {
  const Asked asked = asked_in(question);
  auto next = asked.begin();
  run_over_rows(session,
                {"INSERT INTO runbook_alerts (server, vm, alerted) VALUES ",
                 " ON CONFLICT (server, vm) DO UPDATE SET alerted = excluded.alerted"
                 " WHERE runbook_alerts.alerted < excluded.alerted"},
                asked.size(), [&](std::size_t) {
                  const auto& [server, id] = (next++)->first;
                  return Row{server, id, question.now};
                });
}

void forget_alerted_before(soci::session& session, base::TimePoint limit) {
  run(session, "DELETE FROM runbook_alerts WHERE alerted < :limit", {limit});
}

}  // namespace ledger::facts
