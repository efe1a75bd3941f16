#pragma once

#include <optional>
#include <set>
#include <string>
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
  bool load();
  bool note_listed(const std::vector<domain::Vm>& listed, base::TimePoint now);
  bool note_missing(const std::vector<domain::Vm>& listed, base::TimePoint now);
  void save();
  bool forget_long_gone(base::TimePoint now);

  ledger::Ledger& ledger_;
  const std::string server_;
  const std::chrono::milliseconds keep_;
  std::optional<domain::Sightings> sightings_;  // absent until loaded
  std::set<domain::VmId> unsaved_;
  base::Shared<domain::Sightings> published_;
};

}  // namespace collector
