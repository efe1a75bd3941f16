#include <algorithm>
#include <nlohmann/json.hpp>

#include "encode.h"
#include "world.h"

namespace simulator {
namespace {

using nlohmann::json;

json time_of(const OptionalTime& time) { return time ? json(time->time_since_epoch().count()) : json(); }

json time_of(const Backup* backup) {
  return backup == nullptr ? json()
                           : time_of(backup->snapshot_at ? backup->snapshot_at : backup->given_up_at);
}

// How many of the newest attempts failed, one after the other.
std::ptrdiff_t failures_in_a_row(Attempts attempts) {
  std::erase_if(attempts, [](const Backup* backup) { return !has_ended(backup->status); });
  const auto success = std::find_if(attempts.rbegin(), attempts.rend(),
                                    [](const Backup* backup) { return is_success(backup->status); });
  return success - attempts.rbegin();
}

json history_of(const Vm& vm, const Attempts& attempts) {
  const Backup *success = last_success(attempts), *last = last_ended(attempts);
  return {{"last_success_ms", success != nullptr ? time_of(success) : time_of(vm.last_backup)},
          {"last_attempt_ms", time_of(last)},
          {"last_attempt_failed", last != nullptr && last->status == BackupStatus::failed},
          {"consecutive_failures", failures_in_a_row(attempts)}};
}

json vm_of(const World& world, const Vm& vm, const Attempts& attempts, TimePoint now) {
  const Model& model = world.model;
  const Protection protection = protection_of(model, vm, attempts, world.watch, now);
  json truth{{"guid", guid(Kind::vm, vm.id)},
             {"uuid", guid(Kind::vm_uuid, vm.id)},
             {"name", vm.name},
             {"project", vm.project ? json(at(model.projects, *vm.project).name) : json()},
             {"project_uuid", vm.project ? json(guid(Kind::project_uuid, *vm.project)) : json()},
             {"policy", vm.policy ? json(at(model.policies, *vm.policy).name) : json()},
             {"present", vm.present},
             {"up_to_date", vm.up_to_date ? json(*vm.up_to_date) : json()},
             {"coverage", protection.coverage},
             {"due_ms", time_of(protection.due)},
             {"overdue", protection.overdue}};
  truth.update(history_of(vm, attempts));
  return truth;
}

json events_of(const World& world) {
  json tasks = json::object(), failures = json::object();
  for (const auto& [type, count] : world.model.events.tasks) {
    tasks[std::string(choice_of(world.profile, type).name)] = {{"ended", count.ended},
                                                               {"failed", count.failed}};
  }
  for (const auto& [vm, count] : world.model.events.failed_backups) failures[guid(Kind::vm, vm)] = count;
  return {{"tasks", std::move(tasks)}, {"failed_backups", std::move(failures)}};
}

}  // namespace

std::string truth_of(const World& world) {
  const Model& model = world.model;
  const TimePoint now = world.clock.now();
  const std::vector<Attempts> attempts = attempts_by_vm(model);
  json vms = json::array();
  for (const Vm& vm : model.vms) {
    if (!vm.gone) vms.push_back(vm_of(world, vm, at(attempts, vm.id), now));
  }
  const json truth{{"now_ms", now.time_since_epoch().count()},
                   {"vms", std::move(vms)},
                   {"events", events_of(world)},
                   {"backups", model.backups.size()},
                   {"tasks", model.tasks.size()},
                   {"next_task", model.next_task},
                   {"next_backup", model.next_backup}};
  return truth.dump();
}

}  // namespace simulator
