#include "simulator.h"

#include <utility>

#include "api.h"
#include "control.h"
#include "http_server.h"
#include "world.h"

namespace simulator {
namespace {

std::unique_ptr<StreamFactory> streams_of(const Options& options) {
  return options.tls ? tls_streams(*options.tls) : plain_streams();
}

Vm* vm_of(Model& model, std::string_view guid) {
  const auto id = id_of(Kind::vm, guid);
  return id && *id <= model.vms.size() ? &at(model.vms, *id) : nullptr;
}

}  // namespace

class Simulator::Parts {
 public:
  Parts(Simulator& self, const Options& options)
      : world(options),
        api(options.host, options.port, streams_of(options),
            [this](const Request& request) { return answer(world, request); }),
        control(options.control_host, options.control_port, self) {}

  // What `change` does to the world as it is now.
  template <class Change>
  auto with(Change change) {
    const std::lock_guard lock(world.mutex);
    world.live();
    return change(world);
  }

  World world;
  std::mutex listening;  // held while the API's port opens or closes
  HttpServer api;
  Control control;
};

Simulator::Simulator(const Options& options) : parts_(std::make_unique<Parts>(*this, options)) {
  parts_->control.start();
}
Simulator::~Simulator() = default;

int Simulator::port() const { return parts_->api.port(); }
int Simulator::control_port() const { return parts_->control.port(); }

std::string Simulator::url() const {
  const Options& options = parts_->world.options;
  return (options.tls ? "https://" : "http://") + options.host + ":" + std::to_string(port());
}

std::string Simulator::control_url() const {
  return "http://" + parts_->world.options.control_host + ":" + std::to_string(control_port());
}

int Simulator::fault(Fault fault) {
  return parts_->with([&](World& world) { return world.faults.add(std::move(fault)); });
}

bool Simulator::remove_fault(int number) {
  return parts_->with([&](World& world) { return world.faults.remove(number); });
}

void Simulator::clear_faults() {
  parts_->with([](World& world) { world.faults.clear(); });
}

std::vector<FaultPlan::Entry> Simulator::faults() const {
  return parts_->with([](World& world) { return world.faults.entries(); });
}

TimePoint Simulator::now() const {
  return parts_->with([](World& world) { return world.clock.now(); });
}

void Simulator::set_time(TimePoint time) {
  parts_->with([&](World& world) { world.clock.set(time), world.live(); });
}

void Simulator::advance(Millis by) {
  parts_->with([&](World& world) { world.clock.advance(by), world.live(); });
}

void Simulator::expire_sessions() {
  parts_->with([](World& world) { world.sessions.expire_all(); });
}

void Simulator::set_session_lifetime(Millis lifetime) {
  parts_->with([&](World& world) { world.sessions.set_lifetime(lifetime); });
}

void Simulator::set_cookies(CookieMode mode) {
  parts_->with([&](World& world) { world.sessions.set_mode(std::move(mode)); });
}

bool Simulator::rename_vm(std::string_view guid, std::string name) {
  return parts_->with([&](World& world) {
    Vm* vm = vm_of(world.model, guid);
    if (vm != nullptr) vm->name = std::move(name);
    return vm != nullptr;
  });
}

bool Simulator::set_present(std::string_view guid, bool present) {
  return parts_->with([&](World& world) {
    Vm* vm = vm_of(world.model, guid);
    if (vm != nullptr) vm->present = present;
    return vm != nullptr;
  });
}

bool Simulator::set_frozen(std::string_view guid, bool frozen) {
  return parts_->with([&](World& world) {
    Vm* vm = vm_of(world.model, guid);
    if (vm != nullptr) vm->frozen = frozen;
    return vm != nullptr;
  });
}

bool Simulator::remove_vm(std::string_view guid) {
  return parts_->with([&](World& world) {
    Vm* vm = vm_of(world.model, guid);
    if (vm != nullptr) vm->gone = true;
    return vm != nullptr;
  });
}

bool Simulator::assign_policy(std::string_view vm_guid, std::optional<std::string_view> policy) {
  return parts_->with([&](World& world) {
    Vm* vm = vm_of(world.model, vm_guid);
    if (vm == nullptr) return false;
    vm->policy = policy ? std::optional(policy_named(world.model, *policy)) : std::nullopt;
    judge_again(world.model);
    return true;
  });
}

bool Simulator::set_policy_active(std::string_view guid, bool active) {
  return parts_->with([&](World& world) {
    return switch_row(world.model, world.model.policies, id_of(Kind::policy, guid), active);
  });
}

bool Simulator::set_schedule_active(std::string_view guid, bool active) {
  return parts_->with([&](World& world) {
    return switch_row(world.model, world.model.schedules, id_of(Kind::schedule, guid), active);
  });
}

bool Simulator::set_rule_active(std::string_view guid, bool active) {
  return parts_->with([&](World& world) {
    return switch_row(world.model, world.model.rules, id_of(Kind::rule, guid), active);
  });
}

std::string Simulator::add_vm(std::string name, std::optional<std::string_view> project,
                              std::optional<std::string_view> policy) {
  return parts_->with([&](World& world) {
    return guid(Kind::vm,
                simulator::add_vm(world.model, world.clock.now(), std::move(name), project, policy).id);
  });
}

std::optional<std::vector<std::string>> Simulator::add_tasks(std::string_view vm_guid, TaskType type,
                                                             TaskState state, int count) {
  return parts_->with([&](World& world) -> std::optional<std::vector<std::string>> {
    const Vm* vm = vm_of(world.model, vm_guid);
    if (vm == nullptr && !vm_guid.empty()) return std::nullopt;
    std::vector<std::string> guids;
    for (int i = 0; i < count; ++i) {
      const Task& task = add_ended_task(world.model, world.clock.now(), vm, type, state);
      guids.push_back(guid(Kind::task, task.id));
    }
    return guids;
  });
}

std::optional<std::string> Simulator::add_backup(std::string_view vm_guid, const EndedBackup& backup) {
  return parts_->with([&](World& world) -> std::optional<std::string> {
    Vm* vm = vm_of(world.model, vm_guid);
    if (vm == nullptr) return std::nullopt;
    return guid(Kind::backup, add_ended_backup(world.model, world.clock.now(), *vm, backup).id);
  });
}

void Simulator::wipe_tasks() {
  parts_->with([](World& world) {
    std::erase_if(world.model.tasks, [](const Task& task) { return has_ended(task.state); });
  });
}

void Simulator::wipe_backups() {
  parts_->with([](World& world) { simulator::wipe_backups(world.model); });
}

void Simulator::watch(TimePoint since, Millis grace) {
  parts_->with([&](World& world) {
    world.watch = {since, grace};
    world.model.wiped.clear();
  });
}

int Simulator::mark_removed(bool removed, std::string_view vm_guid) {
  const BackupStatus from = removed ? BackupStatus::success : BackupStatus::success_removed;
  const BackupStatus to = removed ? BackupStatus::success_removed : BackupStatus::success;
  return parts_->with([&](World& world) {
    int count = 0;
    const Id vm = id_of(Kind::vm, vm_guid).value_or(0);
    for (Backup& backup : world.model.backups) {
      if (backup.status != from || (!vm_guid.empty() && backup.vm != vm)) continue;
      backup.status = to;
      ++count;
    }
    return count;
  });
}

bool Simulator::fail_next(std::string_view vm_guid, int times) {
  return parts_->with([&](World& world) {
    Vm* vm = vm_of(world.model, vm_guid);
    if (vm != nullptr) vm->failures_ahead = times;
    return vm != nullptr;
  });
}

void Simulator::hold_tasks(bool held) {
  parts_->with([&](World& world) { world.model.nodes_are_full = held; });
}

void Simulator::refuse_connections() {
  const std::lock_guard lock(parts_->listening);
  parts_->api.stop_listening();
}

void Simulator::accept_connections() {
  const std::lock_guard lock(parts_->listening);
  parts_->api.listen_again();
}

std::vector<LoggedRequest> Simulator::requests() const {
  return parts_->with([](World& world) { return std::vector(world.requests.begin(), world.requests.end()); });
}

std::vector<ExportCall> Simulator::exports() const {
  return parts_->with(
      [](World& world) { return std::vector(world.calls.exports.begin(), world.calls.exports.end()); });
}

std::vector<RestoreCall> Simulator::restores() const {
  return parts_->with(
      [](World& world) { return std::vector(world.calls.restores.begin(), world.calls.restores.end()); });
}

std::vector<WriteCall> Simulator::writes() const {
  return parts_->with(
      [](World& world) { return std::vector(world.calls.writes.begin(), world.calls.writes.end()); });
}

Counts Simulator::counts() const {
  return parts_->with([](World& world) {
    Counts counts = world.counts;
    counts.open_sessions = world.sessions.count(world.clock.now());
    counts.deleted_cookies_sent = world.sessions.deleted_cookies_sent();
    return counts;
  });
}

std::map<std::string, std::uint64_t> Simulator::requests_by_path() const {
  return parts_->with([](World& world) { return world.requests_by_path; });
}

std::string Simulator::truth() const {
  return parts_->with([](World& world) { return truth_of(world); });
}

Model Simulator::model() const {
  return parts_->with([](World& world) { return world.model; });
}

void Simulator::reset() {
  parts_->with([](World& world) { world.begin_again(); });
}

void Simulator::set_speed(double speed) {
  parts_->with([&](World& world) { world.clock.run_at(speed); });
}

}  // namespace simulator
