#include "exposition/demand.h"

namespace exposition {

bool Demand::asked(const BodyKind& kind) {
  const std::lock_guard lock(mutex_);
  if (!last_asked_.contains(kind) && last_asked_.size() >= kMostKinds) return false;
  last_asked_[kind] = snapshots_;
  return true;
}

void Demand::published() {
  const std::lock_guard lock(mutex_);
  ++snapshots_;
  std::erase_if(last_asked_,
                [&](const auto& one) { return snapshots_ - one.second >= kRememberedSnapshots; });
}

std::vector<BodyKind> Demand::wanted() const {
  const std::lock_guard lock(mutex_);
  std::vector<BodyKind> kinds;
  kinds.reserve(last_asked_.size());
  for (const auto& [kind, when] : last_asked_) kinds.push_back(kind);
  return kinds;
}

}  // namespace exposition
