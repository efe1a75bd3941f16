#include "coverage.h"

#include <algorithm>

#include "calendar.h"

namespace simulator {
namespace {

using Schedules = std::vector<const Schedule*>;

template <class Matches>
const Backup* last_that(const Attempts& attempts, Matches matches) {
  const auto found = std::find_if(attempts.rbegin(), attempts.rend(), matches);
  return found == attempts.rend() ? nullptr : *found;
}

TimePoint first_sight(const Vm& vm, const Attempts& attempts, const Watch& watch) {
  const TimePoint seen = std::max(watch.since, vm.created);
  return attempts.empty() ? seen : std::min(seen, *backup_time(*attempts.front()));
}

// Where a success is no longer listed, the VM's own record still knows of it.
OptionalTime success_of(const Vm& vm, const Attempts& attempts) {
  const Backup* success = last_success(attempts);
  return success != nullptr ? backup_time(*success) : vm.last_backup;
}

bool is_switched_on(const Model& model, const Schedule& schedule, Id policy) {
  const auto active = [&](Id id) {
    return at(model.rules, id).policy == policy && at(model.rules, id).active;
  };
  return schedule.active && at(model.policies, policy).active &&
         std::any_of(schedule.rules.begin(), schedule.rules.end(), active);
}

Schedules tied_to(const Model& model, Id policy) {
  Schedules tied;
  for (const Schedule& schedule : model.schedules) {
    if (is_tied(model, schedule, policy)) tied.push_back(&schedule);
  }
  return tied;
}

Schedules switched_on(const Model& model, Id policy) {
  Schedules schedules = tied_to(model, policy);
  std::erase_if(schedules, [&](const Schedule* each) { return !is_switched_on(model, *each, policy); });
  return schedules;
}

bool all_rules_are_off(const Model& model, Id policy) {
  bool has_rules = false, has_active = false;
  for (const Rule& rule : model.rules) {
    if (rule.policy != policy) continue;
    has_rules = true;
    has_active = has_active || rule.active;
  }
  return has_rules && !has_active;
}

bool is_paused(const Model& model, Id policy) {
  if (!at(model.policies, policy).active || all_rules_are_off(model, policy)) return true;
  return !tied_to(model, policy).empty() && switched_on(model, policy).empty();
}

OptionalTime due_of(const Model& model, const Vm& vm, TimePoint base, Millis grace) {
  if (!vm.present || !vm.policy) return std::nullopt;
  OptionalTime due;
  for (const Schedule* schedule : switched_on(model, *vm.policy)) {
    const OptionalTime run = next_run(*schedule, base);
    if (run && (!due || *run + schedule->window + grace < *due)) due = *run + schedule->window + grace;
  }
  return due;
}

std::string_view coverage_of(const Model& model, const Vm& vm, const Attempts& attempts, bool overdue) {
  if (!vm.present) return "not_present";
  if (!vm.policy) return "no_policy";
  if (is_paused(model, *vm.policy)) return "paused";
  if (tied_to(model, *vm.policy).empty()) return "no_schedule";
  if (!success_of(vm, attempts)) return "never_backed_up";
  if (overdue) return "overdue";
  const Backup* last = last_ended(attempts);
  return last != nullptr && last->status == BackupStatus::failed ? "failing" : "covered";
}

}  // namespace

std::vector<Attempts> attempts_by_vm(const Model& model) {
  std::vector<Attempts> attempts(model.vms.size());
  for (const auto* list : {&model.wiped, &model.backups}) {
    for (const Backup& backup : *list) {
      if (backup_time(backup)) at(attempts, backup.vm).push_back(&backup);
    }
  }
  for (Attempts& each : attempts) {
    std::stable_sort(each.begin(), each.end(),
                     [](const Backup* a, const Backup* b) { return backup_time(*a) < backup_time(*b); });
  }
  return attempts;
}

const Backup* last_success(const Attempts& attempts) {
  return last_that(attempts, [](const Backup* backup) { return is_success(backup->status); });
}

const Backup* last_ended(const Attempts& attempts) {
  return last_that(attempts, [](const Backup* backup) { return has_ended(backup->status); });
}

Protection protection_of(const Model& model, const Vm& vm, const Attempts& attempts, const Watch& watch,
                         TimePoint now) {
  const TimePoint base = success_of(vm, attempts).value_or(first_sight(vm, attempts, watch));
  Protection protection{.due = due_of(model, vm, base, watch.grace)};
  protection.overdue = protection.due && now > *protection.due;
  protection.coverage = coverage_of(model, vm, attempts, protection.overdue);
  return protection;
}

}  // namespace simulator
