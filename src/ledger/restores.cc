#include "ledger/restores.h"

#include <algorithm>
#include <map>

#include "ledger/query.h"
#include "ledger/stored.h"

namespace ledger::restores {
namespace {

// Each VM once and in the order of ids, in which every process locks them.
std::map<std::string, base::TimePoint> newest(const std::vector<LastRestore>& restores) {
  std::map<std::string, base::TimePoint> all;
  for (const auto& [vm, at] : restores) {
    base::TimePoint& kept = all.try_emplace(stored_text(vm.text()), at).first->second;
    kept = std::max(kept, at);
  }
  return all;
}

}  // namespace

std::vector<LastRestore> read(soci::session& session, const std::string& server) {
  std::vector<LastRestore> all;
  run(session, "SELECT vm, restored FROM runbook_restores WHERE server = :server ORDER BY vm", {server},
      {kText, kNumber}, [&](const Row& row) {
        all.push_back({domain::VmId(row[0].text()), row[1].time()});
      });
  return all;
}

void note(soci::session& session, const std::string& server, const std::vector<LastRestore>& restores) {
  const auto all = newest(restores);
  auto next = all.begin();
  run_over_rows(session,
                {"INSERT INTO runbook_restores (server, vm, restored) VALUES ",
                 " ON CONFLICT (server, vm) DO UPDATE SET restored = excluded.restored"
                 " WHERE runbook_restores.restored < excluded.restored"},
                all.size(), [&](std::size_t) {
                  const auto& [vm, at] = *next++;
                  return Row{server, vm, at};
                });
}

}  // namespace ledger::restores
