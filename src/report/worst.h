#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "report/period.h"
#include "report/rows.h"

// Which VMs the lists of a report are about: places in the list of rows.
namespace report {

std::vector<std::size_t> worst_of(const std::vector<VmRow>& rows);

bool is_never_backed_up(const VmRow& row);
bool is_not_present(const VmRow& row);

// See rules(): at the end of the period. Absent: not known.
std::optional<bool> fails_at_end(const VmRow& row, const Period& period);
bool is_newly_failing(const VmRow& row, const Period& period);
bool has_recovered(const VmRow& row, const Period& period);

}  // namespace report
