#pragma once

#include <soci/soci.h>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ledger/journal.h"

// Operations and their jobs. All that writes, but `claim`, is done under the journal's lock. Throws
// soci::soci_error.
namespace ledger::operations {

std::optional<domain::Operation> with_key(soci::session& session, const std::string& key);
// Returns it as it is stored.
domain::Operation insert(soci::session& session, const domain::Operation& operation);

std::optional<domain::Operation> find(soci::session& session, const std::string& id,
                                      const domain::Scope& scope);
std::vector<domain::Operation> list(soci::session& session, const OperationFilter& filter);

struct Lease {
  base::TimePoint now;
  base::TimePoint until;
};
std::vector<OpenJob> claim(soci::session& session, const std::string& server, const std::string& owner,
                           const Lease& lease, const domain::Shard& shard);
void release_all(soci::session& session);
bool save(soci::session& session, const std::string& operation, const domain::Job& job,
          const std::string& owner, base::TimePoint now);
std::size_t ask_cancel(soci::session& session, const std::string& operation, const domain::Scope& scope);
void forget_before(soci::session& session, base::TimePoint limit);

std::map<std::pair<std::string, domain::OperationKind>, std::uint64_t> open_jobs(soci::session& session);

}  // namespace ledger::operations
