#include "ledger/restores.h"

#include <map>

#include "ledger/query.h"
#include "ledger/stored.h"

namespace ledger::restores {
namespace {

// In the order of ids, in which every process locks them.
std::map<std::string, base::TimePoint> stored(const domain::LastRestores& restores) {
  std::map<std::string, base::TimePoint> all;
  for (const auto& [vm, at] : restores) all.emplace(stored_text(vm.text()), at);
  return all;
}

}  // namespace

domain::LastRestores read(soci::session& session, const std::string& server) {
  domain::LastRestores all;
  run(session, "SELECT vm, restored FROM runbook_restores WHERE server = :server", {server}, {kText, kNumber},
      [&](const Row& row) { all.emplace(row[0].text(), row[1].time()); });
  return all;
}

void note(soci::session& session, const std::string& server, const domain::LastRestores& restores) {
  const auto all = stored(restores);
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
