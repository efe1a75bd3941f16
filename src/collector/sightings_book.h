#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/latest.h"
#include "collector/portion.h"
#include "domain/memory.h"
#include "domain/shard.h"
#include "domain/vm.h"
#include "ledger/ledger.h"

namespace collector {

// Remembers when each VM of a server was first seen, and what it was of one that is no longer listed. One
// thread.
class SightingsBook {
 public:
  // Of a list that leaves out records which could not be read: what is missing from it may be among them, so
  // nothing is taken for gone.
  enum class Completeness : std::uint8_t { whole, some_left_out };

  // The ledger outlives the book. VMs that are no longer listed are forgotten after `keep`.
  SightingsBook(ledger::Ledger& ledger, std::string server, std::chrono::milliseconds keep,
                const domain::Shard& shard = {});

  // Takes down what is listed at `now`, in the order of sort_for_exposition: what is ours of the list that
  // `portion` was made of. Null while the ledger cannot be read; what it could not write is known all the
  // same, and written with the next note. A VM that has gone to another shard is not gone: it is left to
  // that.
  base::Shared<domain::Sightings> note(base::Shared<std::vector<domain::Vm>> listed, base::TimePoint now,
                                       Completeness list = Completeness::whole, const Portion& portion = {});

 private:
  using Changes = std::vector<std::pair<domain::VmId, domain::Sighting>>;

  using Vms = std::vector<domain::Vm>;

  bool load(const Portion& portion);
  bool is_of_others(const domain::VmId& vm, const domain::Sighting& sighting, const Portion& portion) const;
  bool follow(const Portion& portion);
  bool add_arrivals(const Portion& portion);
  void drop_departures(const Portion& portion);
  void note_what_differs(const Vms& listed);
  Changes changes(const Vms& listed, base::TimePoint now, Completeness list) const;
  void add_missing(const Vms& listed, base::TimePoint now, Changes& changes) const;
  void apply(const Changes& changes);
  Changes unsaved(const Vms& listed) const;
  void save(const Vms& listed);
  void forget_long_gone(base::TimePoint now);

  ledger::Ledger& ledger_;
  const std::string server_;
  const std::chrono::milliseconds keep_;
  const domain::Shard shard_;
  base::Shared<domain::Sightings> sightings_;  // null until loaded; a change makes a new map
  std::set<domain::VmId> unsaved_;
  // What is written of the VMs that are listed: the list before, which is held elsewhere anyway, or, until
  // there is one, what the ledger tells.
  base::Shared<Vms> before_;
  std::unordered_map<domain::VmId, base::Shared<domain::LastKnown>> loaded_;
  std::uint64_t arrivals_ = 0;  // as of the last portion that was followed
  std::uint64_t departures_ = 0;
};

}  // namespace collector
