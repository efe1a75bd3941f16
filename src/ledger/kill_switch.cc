#include "ledger/kill_switch.h"

#include "ledger/query.h"
#include "ledger/stored.h"

namespace ledger::kill_switch {

KillSwitch read(soci::session& session) {
  KillSwitch value;
  run(session, "SELECT is_on, since, changed_by, reason FROM runbook_switch WHERE id = 1", {},
      {kNumber, kNumber, kText, kText}, [&](const Row& row) {
        value = {row[0].number() != 0, row[1].optional_time(), row[2].text(), row[3].text()};
      });
  return value;
}

void set(soci::session& session, const KillSwitch& value) {
  run(session,
      "INSERT INTO runbook_switch (id, is_on, since, changed_by, reason)"
      " VALUES (1, :is_on, :since, :changed_by, :reason) ON CONFLICT (id) DO UPDATE SET"
      " is_on = excluded.is_on, since = excluded.since, changed_by = excluded.changed_by,"
      " reason = excluded.reason",
      {value.on ? 1LL : 0LL, value.since, stored_text(value.by), stored_long_text(value.reason)});
}

}  // namespace ledger::kill_switch
