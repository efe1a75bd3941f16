#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

#include "exposition/body.h"

namespace exposition {

// A body that is the same for all who ask for it.
struct BodyKind {
  Format format = Format::text;
  Encoding encoding = Encoding::identity;
  Cut cut;

  auto operator<=>(const BodyKind&) const = default;
};

// Which bodies are worth making before anybody asks: those that were asked for during the last snapshots.
// Any thread.
class Demand {
 public:
  static constexpr std::uint64_t kRememberedSnapshots = 10;
  static constexpr std::size_t kMostKinds = 64;

  // False when more kinds than can be remembered are asked for, and this is another: it is to be made for its
  // answer alone.
  bool asked(const BodyKind& kind);
  void published();

  // For the snapshot that is about to be published.
  std::vector<BodyKind> wanted() const;

 private:
  mutable std::mutex mutex_;
  std::uint64_t snapshots_ = 0;                   // guarded by mutex_: published so far
  std::map<BodyKind, std::uint64_t> last_asked_;  // guarded by mutex_: counted so
};

}  // namespace exposition
