#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/latest.h"
#include "domain/snapshot.h"
#include "exposition/body.h"
#include "exposition/census.h"
#include "exposition/options.h"

namespace exposition {

class SelfMetrics;

// Makes each snapshot ready to be scraped, once: label text per VM, compressed blocks; plain text is written
// on the fly. A format is made when it is first asked for, and from then on with each snapshot, until nobody
// has asked for it during the last snapshots. A scrape shares no lock with a poll.
class Publisher {
 public:
  explicit Publisher(SelfMetrics& self, Options options = {});
  ~Publisher();

  // From one thread. Counts, and tells the exporter's own metrics and its log, what exceeds its budget.
  void publish(base::Shared<domain::Snapshot> snapshot);

  // From the next snapshot on. Any thread.
  void configure(Options options);

  // What a scrape gets; absent before the first snapshot. Any thread. The exporter's own metrics are
  // appended, as they are at this moment; a tenant's filter leaves them out. What a cut needs is kept with
  // the snapshot while few cuts are asked for, see Demand.
  std::optional<Body> body(Format format, Encoding encoding, const Filter& filter = {}) const;

  // Names of the servers that the snapshot has; none before the first snapshot. Any thread.
  std::vector<std::string> servers() const;

  // What a scrape of everything would get; absent before the first snapshot. Any thread. The snapshot is
  // counted once; its text is, when first asked for.
  std::optional<Census> census() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace exposition
