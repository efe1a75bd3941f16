#include "collector/sightings_book.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "domain/snapshot.h"
#include "domain/tenant.h"

namespace collector {

using domain::LastKnown;
using domain::Sighting;
using domain::Vm;
using domain::VmId;

namespace {

const base::SharedText& policy_of(const Vm& vm) {
  return vm.policy.name.empty() ? vm.policy.guid : vm.policy.name;
}

base::Shared<LastKnown> last_known(const Vm& vm) {
  return std::make_shared<const LastKnown>(
      LastKnown{.name = vm.name, .tenant = vm.tenant, .policy = policy_of(vm)});
}

void tell_last(const std::vector<Vm>& listed, domain::Sightings& missing) {
  for (const Vm& vm : listed) {
    if (const auto gone = missing.find(vm.id); gone != missing.end()) gone->second.last = last_known(vm);
  }
}

auto told(const LastKnown& last) { return std::tie(last.name, last.tenant, last.policy); }
auto told(const Vm& vm) { return std::tie(vm.name, vm.tenant, policy_of(vm)); }

using SomeVms = std::vector<std::reference_wrapper<const Vm>>;

// Those of one sorted list that are not just so in the other.
SomeVms only_in(const std::vector<Vm>& list, const std::vector<Vm>& other) {
  SomeVms result;
  std::set_difference(list.begin(), list.end(), other.begin(), other.end(), std::back_inserter(result),
                      domain::stands_before);
  return result;
}

// VMs of which `after` tells another name, tenant or policy than `before`. Without an index of all of them:
// most are at the same place of the order.
std::vector<VmId> differing(const std::vector<Vm>& before, const std::vector<Vm>& after) {
  std::unordered_map<VmId, const Vm*> known;
  for (const Vm& vm : only_in(before, after)) known.emplace(vm.id, &vm);
  std::vector<VmId> result;
  for (const Vm& vm : only_in(after, before)) {
    const auto earlier = known.find(vm.id);
    if (earlier != known.end() && told(*earlier->second) != told(vm)) result.push_back(vm.id);
  }
  return result;
}

}  // namespace

SightingsBook::SightingsBook(ledger::Ledger& ledger, std::string server, std::chrono::milliseconds keep,
                             const domain::Shard& shard)
    : ledger_(ledger), server_(std::move(server)), keep_(keep), shard_(shard) {}

base::Shared<domain::Sightings> SightingsBook::note(base::Shared<Vms> listed, base::TimePoint now,
                                                    Completeness list, const Portion& portion) {
  if (sightings_ ? !follow(portion) : !load(portion)) return nullptr;
  note_what_differs(*listed);
  apply(changes(*listed, now, list));
  save(*listed);
  before_ = std::move(listed);
  loaded_ = {};
  forget_long_gone(now);
  return sightings_;
}

// A VM that is not listed is of the shard of its last known tenant.
bool SightingsBook::is_of_others(const VmId& vm, const Sighting& sighting, const Portion& portion) const {
  if (shard_.is_everything() || portion.has(vm)) return false;
  const auto tenant = sighting.last ? sighting.last->tenant.view() : domain::kUnassigned;
  return portion.is_of_other(vm) || !domain::owns(shard_, server_, tenant);
}

bool SightingsBook::follow(const Portion& portion) {
  if (portion.arrivals() != arrivals_ && !add_arrivals(portion)) return false;
  if (portion.departures() != departures_) drop_departures(portion);
  return true;
}

// What another shard has written of the VMs that have come from it, where the ledger is shared.
bool SightingsBook::add_arrivals(const Portion& portion) {
  auto known = ledger_.sightings(server_);
  if (!known) return false;
  std::erase_if(*known, [&](const auto& entry) {
    return !portion.has(entry.first) || sightings_->contains(entry.first);
  });
  for (auto& [id, sighting] : *known) {
    if (!sighting.gone_since) sighting.last = nullptr;
    unsaved_.insert(id);
  }
  auto next = std::make_shared<domain::Sightings>(*sightings_);
  next->merge(*known);
  sightings_ = std::move(next);
  arrivals_ = portion.arrivals();
  return true;
}

void SightingsBook::drop_departures(const Portion& portion) {
  auto next = std::make_shared<domain::Sightings>(*sightings_);
  std::erase_if(*next, [&](const auto& entry) { return portion.is_of_other(entry.first); });
  std::erase_if(unsaved_, [&](const VmId& id) { return portion.is_of_other(id); });
  sightings_ = std::move(next);
  departures_ = portion.departures();
}

bool SightingsBook::load(const Portion& portion) {
  auto known = ledger_.sightings(server_);
  if (!known) return false;
  std::erase_if(*known, [&](const auto& entry) { return is_of_others(entry.first, entry.second, portion); });
  arrivals_ = portion.arrivals();
  departures_ = portion.departures();
  for (auto& [id, sighting] : *known) {
    if (!sighting.gone_since) loaded_.emplace(id, std::exchange(sighting.last, nullptr));
  }
  sightings_ = std::make_shared<const domain::Sightings>(std::move(*known));
  return true;
}

void SightingsBook::note_what_differs(const Vms& listed) {
  if (before_) {
    for (VmId& id : differing(*before_, listed)) unsaved_.insert(std::move(id));
    return;
  }
  for (const Vm& vm : listed) {
    const auto known = loaded_.find(vm.id);
    if (known == loaded_.end()) continue;
    if (!known->second || told(*known->second) != told(vm)) unsaved_.insert(vm.id);
  }
}

SightingsBook::Changes SightingsBook::changes(const Vms& listed, base::TimePoint now,
                                              Completeness list) const {
  Changes changes;
  std::size_t known_and_listed = 0;
  for (const Vm& vm : listed) {
    const auto known = sightings_->find(vm.id);
    if (known == sightings_->end()) {
      changes.emplace_back(vm.id, Sighting{.first_seen = now, .gone_since = {}, .last = {}});
      continue;
    }
    ++known_and_listed;
    if (known->second.gone_since)
      changes.emplace_back(vm.id,
                           Sighting{.first_seen = known->second.first_seen, .gone_since = {}, .last = {}});
  }
  const bool is_whole = list == Completeness::whole;
  if (is_whole && known_and_listed < sightings_->size()) add_missing(listed, now, changes);
  return changes;
}

void SightingsBook::add_missing(const Vms& listed, base::TimePoint now, Changes& changes) const {
  std::unordered_set<VmId> present;
  for (const Vm& vm : listed) present.insert(vm.id);
  domain::Sightings missing;
  for (const auto& [id, sighting] : *sightings_) {
    if (sighting.gone_since || present.contains(id)) continue;
    const auto loaded = loaded_.find(id);
    missing[id] = {.first_seen = sighting.first_seen,
                   .gone_since = now,
                   .last = loaded == loaded_.end() ? nullptr : loaded->second};
  }
  if (before_) tell_last(*before_, missing);
  changes.insert(changes.end(), missing.begin(), missing.end());
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

SightingsBook::Changes SightingsBook::unsaved(const Vms& listed) const {
  Changes changes;
  for (const VmId& id : unsaved_) {
    if (const Sighting& sighting = sightings_->at(id); sighting.gone_since)
      changes.emplace_back(id, sighting);
  }
  for (const Vm& vm : listed) {
    if (!unsaved_.contains(vm.id)) continue;
    changes.emplace_back(vm.id, sightings_->at(vm.id));
    changes.back().second.last = last_known(vm);
  }
  return changes;
}

void SightingsBook::save(const Vms& listed) {
  if (!unsaved_.empty() && ledger_.note(server_, unsaved(listed))) unsaved_.clear();
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
