#include "ledger/vms.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>

#include "base/shared_text.h"
#include "ledger/query.h"
#include "ledger/stored.h"

namespace ledger::vms {
namespace {

using SightingOf = std::pair<std::string, domain::Sighting>;

// Each VM once and in the order of ids, in which every process locks them.
std::vector<SightingOf> merged(const std::vector<std::pair<domain::VmId, domain::Sighting>>& vms) {
  std::map<std::string, domain::Sighting> by_id;
  for (const auto& [id, sighting] : vms) {
    const auto [entry, is_new] = by_id.try_emplace(stored_text(id.text()), sighting);
    if (is_new) continue;
    entry->second = {std::min(entry->second.first_seen, sighting.first_seen), sighting.gone_since,
                     sighting.last ? sighting.last : entry->second.last};
  }
  return {by_id.begin(), by_id.end()};
}

base::Shared<domain::LastKnown> last_known(const Row& row, base::TextPool& pool) {
  if (row[3].is_null()) return nullptr;
  return std::make_shared<const domain::LastKnown>(domain::LastKnown{
      .name = row[3].text(), .tenant = pool.share(row[4].text()), .policy = pool.share(row[5].text())});
}

Row row_of(const std::string& server, const SightingOf& vm) {
  const auto& [id, sighting] = vm;
  std::optional<std::string> name, tenant, policy;
  if (sighting.last) {
    name = stored_text(sighting.last->name);
    tenant = stored_text(sighting.last->tenant.view());
    policy = stored_text(sighting.last->policy.view());
  }
  return {server, id, sighting.first_seen, sighting.gone_since, name, tenant, policy};
}

long long day_number(std::chrono::sys_days day) { return day.time_since_epoch().count(); }

domain::DayStrip strip_of(const Row& row) {
  const auto days = days_of(row[2].text());
  if (!days) throw soci::soci_error("the days of VM " + row[0].text() + " cannot be read");
  return {std::chrono::sys_days(std::chrono::days(row[1].number())), *days};
}

}  // namespace

domain::Sightings sightings(soci::session& session, const std::string& server) {
  domain::Sightings all;
  base::TextPool pool;
  run(session,
      "SELECT id, first_seen, gone_since, name, tenant, policy FROM ledger_vms WHERE server = :server",
      {server}, {kText, kNumber, kNumber, kText, kText, kText}, [&](const Row& row) {
        all[domain::VmId(row[0].text())] = {row[1].time(), row[2].optional_time(), last_known(row, pool)};
      });
  return all;
}

void note(soci::session& session, const std::string& server,
          const std::vector<std::pair<domain::VmId, domain::Sighting>>& vms) {
  const auto rows = merged(vms);
  run_over_rows(session,
                {"INSERT INTO ledger_vms (server, id, first_seen, gone_since, name, tenant, policy) VALUES ",
                 " ON CONFLICT (server, id) DO UPDATE SET gone_since = excluded.gone_since,"
                 " first_seen = CASE WHEN excluded.first_seen < ledger_vms.first_seen"
                 " THEN excluded.first_seen ELSE ledger_vms.first_seen END,"
                 " name = COALESCE(excluded.name, ledger_vms.name),"
                 " tenant = COALESCE(excluded.tenant, ledger_vms.tenant),"
                 " policy = COALESCE(excluded.policy, ledger_vms.policy)"},
                rows.size(), [&](std::size_t at) { return row_of(server, rows[at]); });
}

domain::DayStrips days(soci::session& session, const std::string& server) {
  domain::DayStrips all;
  run(session, "SELECT vm, first_day, days FROM ledger_days WHERE server = :server", {server},
      {kText, kNumber, kText}, [&](const Row& row) {
        all[domain::VmId(row[0].text())] = std::make_shared<const domain::DayStrip>(strip_of(row));
      });
  return all;
}

void note(soci::session& session, const std::string& server,
          const std::vector<std::pair<domain::VmId, base::Shared<domain::DayStrip>>>& strips) {
  std::map<std::string, const domain::DayStrip*> by_vm;
  for (const auto& [vm, strip] : strips) by_vm[stored_text(vm.text())] = strip.get();
  const std::vector<std::pair<std::string, const domain::DayStrip*>> rows(by_vm.begin(), by_vm.end());
  run_over_rows(session,
                {"INSERT INTO ledger_days (server, vm, first_day, days) VALUES ",
                 " ON CONFLICT (server, vm) DO UPDATE SET first_day = excluded.first_day,"
                 " days = excluded.days"},
                rows.size(), [&](std::size_t at) {
                  const auto& [vm, strip] = rows[at];
                  return Row{server, vm, day_number(strip->begin), stored_days(strip->days)};
                });
}

void forget(soci::session& session, const std::string& server, const std::vector<domain::VmId>& vms) {
  const auto row = [&](std::size_t at) { return Row{stored_text(vms[at].text())}; };
  const auto erase = [&](std::string_view before) {
    run_over_rows(session, {before, ")", {server}}, vms.size(), row);
  };
  erase("DELETE FROM ledger_vms WHERE server = :server AND id IN (");
  erase("DELETE FROM ledger_failure_counters WHERE server = :server AND vm IN (");
  erase("DELETE FROM ledger_days WHERE server = :server AND vm IN (");
}

}  // namespace ledger::vms
