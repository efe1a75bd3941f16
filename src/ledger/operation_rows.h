#pragma once

#include <string>

#include "domain/operation.h"
#include "ledger/query.h"

// Operations and jobs as rows of the tables.
namespace ledger {

// As it comes back from the database.
domain::Operation stored(domain::Operation operation);
domain::Job stored(domain::Job job);

inline constexpr std::string_view kOperationColumns =
    "id, request_key, digest, kind, origin, caller, source, reason, request, callback, created";
extern const Row kOperationResults;
Row row_of(const domain::Operation& stored);
domain::Operation operation_of(const Row& row);  // without its jobs

inline constexpr std::string_view kJobColumns =
    "operation, number, server, tenant, vm, name, ask, state, outcome, rule, passes_at, detail, window_start,"
    " window_end, task, second_task, backup, made, progress, attempts, retries, cancel_asked, sent, changed, "
    "ended";
extern const Row kJobResults;
Row row_of(const std::string& operation, const domain::Job& stored);
std::string operation_id_of(const Row& job);
domain::Job job_of(const Row& row);

}  // namespace ledger
