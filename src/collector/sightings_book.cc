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
  bool changed = note_listed(listed, now);
  changed = note_missing(listed, now) || changed;
  save();
  changed = forget_long_gone(now) || changed;
  if (changed || !published_) published_ = std::make_shared<const domain::Sightings>(*sightings_);
  return published_;
}

bool SightingsBook::load() {
  auto known = ledger_.sightings(server_);
  if (!known) return false;
  sightings_ = std::move(*known);
  return true;
}

bool SightingsBook::note_listed(const std::vector<domain::Vm>& listed, base::TimePoint now) {
  bool changed = false;
  for (const domain::Vm& vm : listed) {
    const auto [known, is_new] =
        sightings_->try_emplace(vm.id, Sighting{.first_seen = now, .gone_since = {}});
    if (!is_new && !known->second.gone_since) continue;
    known->second.gone_since.reset();
    unsaved_.insert(vm.id);
    changed = true;
  }
  return changed;
}

bool SightingsBook::note_missing(const std::vector<domain::Vm>& listed, base::TimePoint now) {
  if (listed.size() == sightings_->size()) return false;  // all that are known, since each listed one is
  std::unordered_set<VmId> present;
  for (const domain::Vm& vm : listed) present.insert(vm.id);
  bool changed = false;
  for (auto& [id, sighting] : *sightings_) {
    if (sighting.gone_since || present.contains(id)) continue;
    sighting.gone_since = now;
    unsaved_.insert(id);
    changed = true;
  }
  return changed;
}

void SightingsBook::save() {
  if (unsaved_.empty()) return;
  std::vector<std::pair<VmId, Sighting>> changes;
  for (const VmId& id : unsaved_) changes.emplace_back(id, sightings_->at(id));
  if (ledger_.note(server_, changes)) unsaved_.clear();
}

bool SightingsBook::forget_long_gone(base::TimePoint now) {
  std::vector<VmId> old;
  for (const auto& [id, sighting] : *sightings_) {
    if (sighting.gone_since && *sighting.gone_since + keep_ < now) old.push_back(id);
  }
  if (old.empty() || !ledger_.forget(server_, old)) return false;
  for (const VmId& id : old) {
    sightings_->erase(id);
    unsaved_.erase(id);
  }
  return true;
}

}  // namespace collector
