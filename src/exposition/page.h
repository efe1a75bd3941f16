#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/latest.h"
#include "domain/snapshot.h"
#include "exposition/body.h"
#include "exposition/census.h"
#include "exposition/deflater.h"
#include "exposition/options.h"
#include "exposition/server_text.h"

namespace exposition {

struct Family;
struct View;

// The snapshot's part of every body that is made from it. What is costly is made when first asked for, by
// whoever asks; others who ask for the same wait for it. Any thread.
class Page {
 public:
  // Takes over the label texts of `previous` (may be null) for lists of VMs that are still the same.
  Page(base::Shared<domain::Snapshot> snapshot, const Page* previous, Options options = {});

  // False when the sink ended it.
  bool write(Format format, const Filter& filter, const Sink& sink) const;
  Deflated deflate(Format format, const Filter& filter) const;

  // Of all that the cut has; kept as long as the page. Who asks sees to it that the cuts are few.
  std::size_t length(Format format, const Cut& cut = {}) const;
  const Deflated& deflated(Format format, const Cut& cut = {}) const;
  std::vector<std::string> servers() const;
  // Of the whole snapshot: what was counted while all of it was written, when that was done.
  const std::vector<FamilyCount>& counts() const;

 private:
  struct Kept {
    std::once_flag counted;
    std::size_t length = 0;
    std::once_flag compressed;
    Deflated deflated;
  };
  Kept& kept(Format format, const Cut& cut) const;

  bool write(Format format, const Filter& filter, const Sink& sink, std::vector<FamilyCount>& counts) const;
  Deflated deflate(Format format, const Filter& filter, std::vector<FamilyCount>& counts) const;
  FamilyCount nothing_of(const Family& family) const;
  FamilyCount count(const Family& family, const View& view) const;
  void keep_counts(const Cut& cut, std::vector<FamilyCount> counts) const;

  const base::Shared<domain::Snapshot> snapshot_;
  const Options options_;
  std::vector<std::shared_ptr<const ServerText>> texts_;  // one for each server, constant after construction
  mutable std::mutex mutex_;
  mutable std::map<std::pair<Format, Cut>, Kept> kept_;  // guarded by mutex_, but for what an entry holds
  mutable std::once_flag counted_;
  mutable std::vector<FamilyCount> counts_;
};

}  // namespace exposition
