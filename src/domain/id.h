#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "base/shared_text.h"

namespace domain {

// The vendor's id of a thing: UUID text as documented, kept in 16 bytes, or any other text a server may use.
// UUIDs are compared without regard to case and read back in lower case.
class Guid {
 public:
  Guid() = default;
  explicit Guid(std::string_view text);

  std::string text() const;
  bool empty() const;
  std::size_t hash() const;

  bool operator==(const Guid&) const = default;
  std::strong_ordering operator<=>(const Guid&) const = default;

 private:
  using Uuid = std::array<std::uint8_t, 16>;
  std::variant<base::SharedText, Uuid> value_;
};

// A Guid that cannot be taken for that of another kind of thing.
template <class Kind>
struct Id {
  Guid guid;

  Id() = default;
  explicit Id(std::string_view text) : guid(text) {}
  std::string text() const { return guid.text(); }
  bool empty() const { return guid.empty(); }
  bool operator==(const Id&) const = default;
  std::strong_ordering operator<=>(const Id&) const = default;
};

using VmId = Id<struct VmKind>;
using BackupId = Id<struct BackupKind>;
using TaskId = Id<struct TaskKind>;
using ScheduleId = Id<struct ScheduleKind>;
using PolicyId = Id<struct PolicyKind>;
using RuleId = Id<struct RuleKind>;
using NodeId = Id<struct NodeKind>;
using DestinationId = Id<struct DestinationKind>;
using PlatformId = Id<struct PlatformKind>;  // `uuid`: the id in the virtualization platform

}  // namespace domain

template <class Kind>
struct std::hash<domain::Id<Kind>> {
  std::size_t operator()(const domain::Id<Kind>& id) const { return id.guid.hash(); }
};
