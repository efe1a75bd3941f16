#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace simulator {

using Id = std::uint32_t;

// Everything that has a GUID. vm_uuid and project_uuid are ids in the virtualization platform.
enum class Kind : std::uint8_t {
  vm,
  vm_uuid,
  project,
  project_uuid,
  backup,
  backup_location,
  task,
  schedule,
  policy,
  rule,
  node,
  node_config,
  destination,
  hypervisor,
  manager,
  cluster,
  network,
  flavor,
  restore_job,
};

// A GUID is made from its kind and number, so none is stored: the number stands in the last group.
std::string guid(Kind kind, Id id);
void append_guid(std::string& out, Kind kind, Id id);
// The other way round, in upper or lower case; absent when the text is no GUID of that kind.
std::optional<Id> id_of(Kind kind, std::string_view guid);

}  // namespace simulator
