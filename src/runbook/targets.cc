#include "runbook/targets.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/text.h"

namespace runbook {
namespace {

using domain::Snapshot;
using domain::Vm;

constexpr std::size_t kMostCandidates = 10;
constexpr std::size_t kMostShown = 200;  // bytes of a name

// The ids are read once, not for each VM.
struct Wanted {
  explicit Wanted(const VmSelector& selector)
      : guid(selector.guid), uuid(selector.uuid), name(selector.name), tenant(selector.tenant) {}

  bool fits(const Vm& vm) const {
    return (guid.empty() || vm.id == guid) && (uuid.empty() || vm.uuid == uuid) &&
           (name.empty() || vm.name == name) && (tenant.empty() || vm.tenant.view() == tenant);
  }

  domain::VmId guid;
  domain::PlatformId uuid;
  std::string_view name;
  std::string_view tenant;
};

std::vector<Subject> all_that_fit(const Snapshot& snapshot, const domain::Scope& scope,
                                  std::string_view server, const Wanted& wanted) {
  std::vector<Subject> found;
  for (const domain::ServerState& state : snapshot.servers) {
    if (!server.empty() && state.name != server) continue;
    for (std::size_t at = 0; at < state.vms->size(); ++at) {
      const Vm& vm = (*state.vms)[at];
      if (wanted.fits(vm) && scope.shows(vm.tenant.view()))
        found.push_back({&state, &vm, &state.vm_states[at]});
    }
  }
  return found;
}

// A VM that is not here may be in another one.
std::string shard_of(const Snapshot& snapshot) {
  if (snapshot.shard.is_everything()) return "";
  return " in this shard, " + domain::to_text(snapshot.shard);
}

std::string candidates(const std::vector<Subject>& found) {
  std::string text;
  for (std::size_t at = 0; at < std::min(found.size(), kMostCandidates); ++at) {
    const Subject& subject = found[at];
    text += (text.empty() ? "" : "; ") + ("guid " + subject.vm->id.text()) + " (" +
            base::excerpt(subject.vm->name, kMostShown) + ", server " + subject.server->name + ", tenant " +
            base::excerpt(subject.vm->tenant.view(), kMostShown) + ")";
  }
  return text;
}

}  // namespace

std::string text_of(const VmSelector& selector) {
  std::string text;
  const auto add = [&](const char* what, const std::string& value) {
    if (!value.empty()) text += (text.empty() ? "" : ", ") + (what + base::excerpt(value, kMostShown));
  };
  add("guid ", selector.guid);
  add("uuid ", selector.uuid);
  add("name ", selector.name);
  add("tenant ", selector.tenant);
  return text;
}

const domain::Task* open_task(const Subject& subject, std::initializer_list<std::string_view> types) {
  const auto& tasks = *subject.server->tasks;
  const auto found = std::find_if(tasks.begin(), tasks.end(), [&](const domain::Task& task) {
    return task.entity == subject.vm->id && domain::is_open(task) &&
           std::find(types.begin(), types.end(), task.type.view()) != types.end();
  });
  return found == tasks.end() ? nullptr : &*found;
}

std::optional<Refusal> unreachable(const Subject& subject) {
  if (subject.server->up) return std::nullopt;
  return Refusal{"server_unreachable", "The server " + subject.server->name + " could not be read last.", {}};
}

const domain::ServerState* find_server(const Snapshot& snapshot, std::string_view name) {
  const auto found = std::find_if(snapshot.servers.begin(), snapshot.servers.end(),
                                  [&](const domain::ServerState& server) { return server.name == name; });
  return found == snapshot.servers.end() ? nullptr : &*found;
}

std::variant<Subject, Refusal> find_vm(const Snapshot& snapshot, const domain::Scope& scope,
                                       std::string_view server, const VmSelector& selector) {
  const auto found = all_that_fit(snapshot, scope, server, Wanted(selector));
  if (found.size() == 1) return found.front();
  if (found.empty())
    return Refusal{"vm_unknown", "There is no VM with " + text_of(selector) + shard_of(snapshot) + ".", {}};
  return Refusal{
      "vm_ambiguous",
      std::to_string(found.size()) + " VMs have " + text_of(selector) + ": " + candidates(found) + ".",
      {}};
}

}  // namespace runbook
