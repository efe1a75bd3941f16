#include "domain/judge.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "domain/coverage.h"
#include "domain/exclusion.h"

namespace domain {
namespace {

using base::TimePoint;
using std::chrono::milliseconds;

Protection protection_of(const Vm& vm) {
  if (!vm.up_to_date) return Protection::no_schedule;
  return *vm.up_to_date ? Protection::is_protected : Protection::not_protected;
}

// The API does not say whether lastBackup moves with a failed attempt, so the history decides. Where it knows
// of no success, lastBackup is one that the server no longer lists, if it is older than every attempt that it
// does list, and so old that the history cannot have missed it.
std::optional<TimePoint> success_before(const Vm& vm, const BackupSummary& history, TimePoint read_at) {
  constexpr std::chrono::hours kSettled{1};
  constexpr std::chrono::minutes kSameAttempt{1};
  if (!vm.last_backup || *vm.last_backup > read_at - kSettled) return std::nullopt;
  if (history.first_attempt && *vm.last_backup > *history.first_attempt - kSameAttempt) return std::nullopt;
  return vm.last_backup;
}

std::optional<TimePoint> last_success_of(const Vm& vm, const History& history, const BackupSummary& known) {
  if (history.summaries == nullptr) return vm.last_backup;
  return known.last_success ? known.last_success->at : success_before(vm, known, history.read_at);
}

// 3.9 lists a size of 0 for a VM that has no backup.
std::optional<Bytes> known_size(const std::optional<Bytes>& size) {
  return size && size->count > 0 ? size : std::nullopt;
}

void add_history(VmState& state) {
  const BackupSummary& history = *state.history;
  if (history.last_full) state.last_full = history.last_full->at;
  if (!state.last_size && history.last_success) state.last_size = known_size(history.last_success->size);
  if (!state.last_full_size && history.last_full) state.last_full_size = known_size(history.last_full->size);
  if (history.last_attempt) {
    state.last_attempt = history.last_attempt->at;
    state.last_attempt_success = is_success(history.last_attempt->status);
  }
  if (history.last_success) state.last_duration = history.last_success->duration;
}

template <class Map>
const typename Map::mapped_type* find(const base::Shared<Map>& map, const typename Map::key_type& key) {
  if (!map) return nullptr;
  const auto found = map->find(key);
  return found == map->end() ? nullptr : &found->second;
}

// The earliest sign of the VM: ours, or an attempt to back it up that the server still lists. So a ledger
// that was begun today does not make a VM new that has been failing for a week.
std::optional<TimePoint> first_sign_of(const Vm& vm, const VmState& state, const Memory& memory) {
  const Sighting* sighting = find(memory.sightings, vm.id);
  std::optional<TimePoint> first;
  if (sighting != nullptr) first = sighting->first_seen;
  if (state.history && state.history->first_attempt)
    first = std::min(first.value_or(*state.history->first_attempt), *state.history->first_attempt);
  return first;
}

// What we remember of failures is exact even while the server lists none; without it nothing is said.
std::optional<std::uint64_t> failures_of(const Vm& vm, const Memory& memory) {
  if (!memory.backup_failures) return std::nullopt;
  const Counter* counter = find(memory.backup_failures, vm.id);
  return counter == nullptr ? 0 : counter->count;
}

// By the history or, where that has no attempt, by the server's own word that its last run went well. Its
// word that it did not may also be about a run that was missed.
std::optional<bool> last_attempt_failed(const Vm& vm, const VmState& state) {
  if (state.last_attempt_success) return !*state.last_attempt_success;
  return vm.up_to_date.value_or(false) ? std::optional(false) : std::nullopt;
}

// Also 0 is said only where the history has something to count from, or where there was nothing ever.
std::optional<std::uint32_t> failures_in_a_row(const Vm& vm, const BackupSummary& history) {
  const bool nothing_ever = !vm.last_backup && !history.first_attempt;
  return history.last_attempt || nothing_ever ? std::optional(history.consecutive_failures) : std::nullopt;
}

void cover(VmState& state, const Vm& vm, const Grounds& grounds) {
  const Exclusion* exclusion = exclusion_of(vm, grounds.server, grounds.options.exclusions, grounds.now);
  if (exclusion != nullptr) state.excluded_because = exclusion->reason;
  const Evidence evidence{.excluded = exclusion != nullptr,
                          .plan = grounds.plans == nullptr ? nullptr : grounds.plans->of(vm.policy),
                          .last_success = state.last_success,
                          .first_seen = state.first_seen,
                          .last_attempt_failed = last_attempt_failed(vm, state)};
  state.due = due_of(vm, evidence, grounds.options.grace);
  if (state.due) {
    state.overdue = grounds.now > *state.due;
    state.rpo_target = evidence.plan->longest_gap;
  }
  state.coverage = coverage_of(vm, evidence, state.due, grounds.now);
}

}  // namespace

base::Shared<BackupSummary> History::of(const Vm& vm) const {
  static const auto kNone = std::make_shared<const BackupSummary>();
  if (summaries == nullptr) return nullptr;
  const auto known = summaries->find(vm.id);
  return known == summaries->end() ? kNone : known->second;
}

bool History::lacks(const Vm& vm) const {
  return unknown != nullptr && std::binary_search(unknown->begin(), unknown->end(), vm.id);
}

VmState judge(const Vm& vm, const Grounds& grounds) {
  static const BackupSummary kUnknown;
  VmState state{.protection = protection_of(vm)};
  if (grounds.history.lacks(vm)) return state;  // a part of it would tell of successes that were failures
  state.history = grounds.history.of(vm);
  state.last_success = last_success_of(vm, grounds.history, state.history ? *state.history : kUnknown);
  state.last_size = known_size(vm.last_size);
  state.last_full_size = known_size(vm.last_full_size);
  if (state.last_success) state.age = std::max(grounds.now - *state.last_success, milliseconds{});
  if (state.history) {
    add_history(state);
    state.consecutive_failures = failures_in_a_row(vm, *state.history);
  }
  state.first_seen = first_sign_of(vm, state, grounds.memory);
  state.backup_failures = failures_of(vm, grounds.memory);
  if (const TimePoint* restored = find(grounds.memory.restores, vm.id)) state.last_restore = *restored;
  cover(state, vm, grounds);
  return state;
}

}  // namespace domain
