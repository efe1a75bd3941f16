#include "collector/sightings_book.h"

#include <memory>
#include <unordered_set>
#include <utility>

namespace collector {

using domain::Sighting;
using domain::VmId;

SightingsBook::SightingsBook(ledger::Ledger& ledger, std::string server, std::chrono::milliseconds keep)
    : ledger_(ledger), server_(std::move(server)), keep_(keep) {}

base::Shared<domain::Sightings> SightingsBook::note(const std::vector<domain::Vm>& listed,
                                                    base::TimePoint now) {
  if (!sightings_ && !load()) return nullptr;
  apply(changes(listed, now));
  save();
  forget_long_gone(now);
  return sightings_;
}

bool SightingsBook::load() {
  auto known = ledger_.sightings(server_);
  if (!known) return false;
  sightings_ = std::make_shared<const domain::Sightings>(std::move(*known));
  return true;
}

SightingsBook::Changes SightingsBook::changes(const std::vector<domain::Vm>& listed,
                                              base::TimePoint now) const {
  Changes changes;
  std::size_t known_and_listed = 0;
  for (const domain::Vm& vm : listed) {
    const auto known = sightings_->find(vm.id);
    if (known == sightings_->end()) {
      changes.emplace_back(vm.id, Sighting{.first_seen = now, .gone_since = {}});
      continue;
    }
    ++known_and_listed;
    if (known->second.gone_since)
      changes.emplace_back(vm.id, Sighting{.first_seen = known->second.first_seen, .gone_since = {}});
  }
  if (known_and_listed < sightings_->size()) add_missing(listed, now, changes);
  return changes;
}

void SightingsBook::add_missing(const std::vector<domain::Vm>& listed, base::TimePoint now,
                                Changes& changes) const {
  std::unordered_set<VmId> present;
  for (const domain::Vm& vm : listed) present.insert(vm.id);
  for (const auto& [id, sighting] : *sightings_) {
    if (!sighting.gone_since && !present.contains(id))
      changes.emplace_back(id, Sighting{.first_seen = sighting.first_seen, .gone_since = now});
  }
}

void SightingsBook::apply(const Changes& changes) {
  if (changes.empty()) return;
  auto next = std::make_shared<domain::Sightings>(*sightings_);
  for (const auto& [id, sighting] : changes) {
    (*next)[id] = sighting;
    unsaved_.insert(id);
  }
  sightings_ = std::move(next);
}

void SightingsBook::save() {
  if (unsaved_.empty()) return;
  Changes changes;
  for (const VmId& id : unsaved_) changes.emplace_back(id, sightings_->at(id));
  if (ledger_.note(server_, changes)) unsaved_.clear();
}

void SightingsBook::forget_long_gone(base::TimePoint now) {
  std::vector<VmId> old;
  for (const auto& [id, sighting] : *sightings_) {
    if (sighting.gone_since && *sighting.gone_since + keep_ < now) old.push_back(id);
  }
  if (old.empty() || !ledger_.forget(server_, old)) return;
  auto next = std::make_shared<domain::Sightings>(*sightings_);
  for (const VmId& id : old) {
    next->erase(id);
    unsaved_.erase(id);
  }
  sightings_ = std::move(next);
}

}  // namespace collector
