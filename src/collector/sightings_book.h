#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/latest.h"
#include "domain/memory.h"
#include "domain/vm.h"
#include "ledger/ledger.h"

namespace collector {

// Remembers when each VM of a server was first seen. One thread.
class SightingsBook {
 public:
  // The ledger outlives the book. VMs that are no longer listed are forgotten after `keep`.
  SightingsBook(ledger::Ledger& ledger, std::string server, std::chrono::milliseconds keep);

  // Takes down what is listed at `now`. Null while the ledger cannot be read; what it could not write is
  // known all the same, and written with the next note.
  base::Shared<domain::Sightings> note(const std::vector<domain::Vm>& listed, base::TimePoint now);

 private:
  using Changes = std::vector<std::pair<domain::VmId, domain::Sighting>>;

  bool load();
  Changes changes(const std::vector<domain::Vm>& listed, base::TimePoint now) const;
  void add_missing(const std::vector<domain::Vm>& listed, base::TimePoint now, Changes& changes) const;
  void apply(const Changes& changes);
  void save();
  void forget_long_gone(base::TimePoint now);

  ledger::Ledger& ledger_;
  const std::string server_;
  const std::chrono::milliseconds keep_;
  base::Shared<domain::Sightings> sightings_;  // null until loaded; a change makes a new map
  std::set<domain::VmId> unsaved_;
};

}  // namespace collector
