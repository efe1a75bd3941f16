#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/shared_text.h"
#include "domain/id.h"
#include "domain/quantity.h"

namespace domain {

// A machine that does the work; its staging space is where exports wait for their store.
struct Node {
  NodeId id;
  std::string name;
  std::string version;     // the only place where the product's version is told
  base::SharedText state;  // values unpublished: an open set
  std::optional<base::TimePoint> last_seen;
  std::optional<Bytes> staging_used;
  std::optional<Bytes> staging_total;

  bool operator==(const Node&) const = default;
};

// Where backups are kept. The figures move only with a backup or a clean-up job (API page, 3.7).
struct Destination {
  DestinationId id;
  std::string name;
  base::SharedText type;
  std::optional<Bytes> used;      // totalUsedSpace
  std::optional<Bytes> capacity;  // totalAvailableSpace, which is the capacity despite its name

  bool operator==(const Destination&) const = default;
};

// The server's own totals of its VMs: `vm` of /dashboard/protection.
struct ProtectionTotals {
  std::optional<std::uint64_t> is_protected;
  std::optional<std::uint64_t> not_protected;
  std::optional<std::uint64_t> no_schedule;

  bool operator==(const ProtectionTotals&) const = default;
};

}  // namespace domain
