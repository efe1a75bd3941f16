#include "report/worst.h"

#include <algorithm>
#include <chrono>
#include <tuple>

#include "report/results.h"

namespace report {
namespace {

using domain::Coverage;
using std::chrono::milliseconds;

enum class Trouble { overdue, failing, never_backed_up };

struct Bad {
  std::size_t row = 0;
  Trouble trouble = Trouble::overdue;
  std::optional<milliseconds> lasts;
};

const domain::FailureNote* failure_of(const VmRow& row) {
  return row.state->history ? row.state->history->last_failure.get() : nullptr;
}

bool is_failing(const VmRow& row) { return row.state->last_attempt_success == false; }

bool is_bad(const VmRow& row) {
  const auto& coverage = row.state->coverage;
  if (!coverage) return is_failing(row);
  return coverage == Coverage::overdue || coverage == Coverage::failing ||
         coverage == Coverage::never_backed_up;
}

base::TimePoint now_of(const VmRow& row) { return time_of(*row.server, row.view->snapshot()); }

Bad bad(std::size_t at, const VmRow& row) {
  const base::TimePoint now = now_of(row);
  if (row.state->overdue.value_or(false)) return {at, Trouble::overdue, now - *row.state->due};
  if (!is_failing(row)) return {at, Trouble::never_backed_up, {}};
  const domain::FailureNote* failure = failure_of(row);
  return {at, Trouble::failing, failure == nullptr ? std::nullopt : std::optional(now - failure->since)};
}

bool is_worse(const Bad& a, const Bad& b) {
  return std::tuple(a.trouble, b.lasts) < std::tuple(b.trouble, a.lasts);
}

bool is_wanted_backed_up(const VmRow& row) {
  return row.state->coverage != Coverage::not_present && row.state->coverage != Coverage::excluded;
}

}  // namespace

std::vector<std::size_t> worst_of(const std::vector<VmRow>& rows) {
  std::vector<Bad> found;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (is_bad(rows[i])) found.push_back(bad(i, rows[i]));
  }
  std::stable_sort(found.begin(), found.end(), is_worse);
  std::vector<std::size_t> worst;
  worst.reserve(found.size());
  for (const Bad& vm : found) worst.push_back(vm.row);
  return worst;
}

bool is_never_backed_up(const VmRow& row) { return !row.state->last_success && is_wanted_backed_up(row); }

bool is_not_present(const VmRow& row) { return row.state->coverage == Coverage::not_present; }

std::optional<bool> fails_at_end(const VmRow& row, const Period& period) {
  const auto today = std::chrono::floor<std::chrono::days>(now_of(row));
  if (period.to < today) return fails_at_end_of(period.to, strip_of(*row.server, row.vm->id));
  if (!row.state->last_attempt_success) return std::nullopt;
  return !*row.state->last_attempt_success;
}

bool is_newly_failing(const VmRow& row, const Period& period) {
  return fails_at_end(row, period) == true && fails_at_end(row, before(period)) != true;
}

bool has_recovered(const VmRow& row, const Period& period) {
  return fails_at_end(row, period) == false && fails_at_end(row, before(period)) == true;
}

}  // namespace report
