#include "ledger/failures.h"

#include <map>
#include <optional>
#include <utility>

#include "ledger/query.h"
#include "ledger/stored.h"

namespace ledger::failures {
namespace {

struct Failure {
  std::string vm;
  base::TimePoint at;
};

// Each backup once and in the order of ids, in which every process locks them.
using Failures = std::map<std::string, Failure>;

std::optional<base::TimePoint> counted_from(soci::session& session, const std::string& server) {
  std::optional<base::TimePoint> limit;
  run(session, "SELECT counted_from FROM ledger_failure_limits WHERE server = :server", {server}, {kNumber},
      [&](const Row& row) { limit = row[0].time(); });
  return limit;
}

bool is_forgotten(base::TimePoint at, std::optional<base::TimePoint> counted_from) {
  return counted_from && at < *counted_from;
}

Failures countable(const std::vector<FailedBackup>& backups, std::optional<base::TimePoint> from) {
  Failures all;
  for (const FailedBackup& backup : backups) {
    if (is_forgotten(backup.at, from)) continue;
    all.try_emplace(stored_text(backup.id.text()), Failure{stored_text(backup.vm.text()), backup.at});
  }
  return all;
}

// The ids among them that were not in the ledger.
std::vector<std::string> insert(soci::session& session, const std::string& server, const Failures& failures) {
  std::vector<std::string> inserted;
  auto next = failures.begin();
  run_over_rows(
      session,
      {"INSERT INTO ledger_failures (server, id, ended) VALUES ",
       " ON CONFLICT (server, id) DO NOTHING RETURNING id"},
      failures.size(),
      [&](std::size_t) {
        const auto& [id, failure] = *next++;
        return Row{server, id, failure.at};
      },
      {kText}, [&](const Row& row) { inserted.push_back(row[0].text()); });
  return inserted;
}

void erase_before(soci::session& session, const std::string& server, base::TimePoint limit) {
  run(session, "DELETE FROM ledger_failures WHERE server = :server AND ended < :limit", {server, limit});
}

// How many of each VM are to be counted, and that they were.
std::map<std::string, long long> newly_counted(soci::session& session, const std::string& server,
                                               const std::vector<FailedBackup>& backups) {
  const auto before = counted_from(session, server);
  const Failures failures = countable(backups, before);
  const std::vector<std::string> inserted = insert(session, server, failures);
  // Another process may have forgotten some of them just before they were inserted; its limit is visible by
  // now.
  const auto from = counted_from(session, server);
  if (from && from != before) erase_before(session, server, *from);
  std::map<std::string, long long> counts;
  for (const std::string& id : inserted) {
    const auto& [vm, at] = failures.at(id);
    if (!is_forgotten(at, from)) ++counts[vm];
  }
  return counts;
}

void add_counter(domain::FailureCounters& counters, const Row& row) {
  counters[domain::VmId(row[0].text())] = {static_cast<std::uint64_t>(row[1].number()), row[2].time()};
}

const Row kCounter{kText, kNumber, kNumber};

}  // namespace

FailureBook read(soci::session& session, const std::string& server) {
  FailureBook book;
  run(session, "SELECT id, ended FROM ledger_failures WHERE server = :server", {server}, {kText, kNumber},
      [&](const Row& row) { book.counted[domain::BackupId(row[0].text())] = row[1].time(); });
  run(session, "SELECT vm, failures, created FROM ledger_failure_counters WHERE server = :server", {server},
      kCounter, [&](const Row& row) { add_counter(book.counters, row); });
  book.counted_from = counted_from(session, server);
  return book;
}

domain::FailureCounters count(soci::session& session, const std::string& server,
                              const std::vector<FailedBackup>& backups, base::TimePoint now) {
  std::map<std::string, long long> counts = newly_counted(session, server, backups);
  std::vector<Row> raised;
  raised.reserve(counts.size());
  for (const auto& [vm, increment] : counts) raised.push_back({server, vm, increment, now});
  std::vector<Row> kept;
  for (const FailedBackup& backup : backups) {
    std::string vm = stored_text(backup.vm.text());
    if (counts.try_emplace(vm).second) kept.push_back({std::move(vm)});
  }
  domain::FailureCounters counters;
  const auto take = [&](const Row& row) { add_counter(counters, row); };
  run_over_rows(
      session,
      {"INSERT INTO ledger_failure_counters (server, vm, failures, created) VALUES ",
       " ON CONFLICT (server, vm) DO UPDATE SET"
       " failures = ledger_failure_counters.failures + excluded.failures"
       " RETURNING vm, failures, created"},
      raised.size(), [&](std::size_t at) { return raised[at]; }, kCounter, take);
  run_over_rows(
      session,
      {"SELECT vm, failures, created FROM ledger_failure_counters WHERE server = :server AND vm IN (",
       ")",
       {server}},
      kept.size(), [&](std::size_t at) { return kept[at]; }, kCounter, take);
  return counters;
}

void forget_before(soci::session& session, const std::string& server, base::TimePoint limit) {
  run_over_rows(session,
                {"INSERT INTO ledger_failure_limits (server, counted_from) VALUES ",
                 " ON CONFLICT (server) DO UPDATE SET counted_from = excluded.counted_from"
                 " WHERE ledger_failure_limits.counted_from < excluded.counted_from"},
                1, [&](std::size_t) {
                  return Row{server, limit};
                });
  erase_before(session, server, limit);
}

}  // namespace ledger::failures
