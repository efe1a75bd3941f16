#include "ledger/lock.h"

#include <string>

#include "ledger/query.h"

namespace ledger {

void keep_others_out(soci::session& session, Lock lock) {
  if (session.get_backend_name() != "postgresql") return;
  run(session, "SELECT pg_advisory_xact_lock(" + std::to_string(static_cast<long long>(lock)) + ")");
}

}  // namespace ledger
