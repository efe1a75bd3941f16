#include "collector/plan_cache.h"

#include <memory>
#include <utility>

namespace collector {

bool PlanCache::Made::is_of(const domain::Inventory& inventory) const {
  return policies == inventory.policies.data && rules == inventory.rules.data &&
         schedules == inventory.schedules.data;
}

PlanCache::Made PlanCache::made_of(const domain::Inventory& inventory) {
  static const std::vector<domain::Rule> kNoRules;
  Made made{.policies = inventory.policies.data,
            .rules = inventory.rules.data,
            .schedules = inventory.schedules.data,
            .plans = nullptr};
  if (made.policies && made.schedules) {
    made.plans = std::make_shared<const domain::Plans>(*made.policies, made.rules ? *made.rules : kNoRules,
                                                       *made.schedules);
  }
  return made;
}

// Those of servers that are no longer polled are let go.
void PlanCache::fill_in(std::vector<domain::Inventory>& inventories) {
  std::map<std::string, Made> made;
  for (domain::Inventory& inventory : inventories) {
    const auto known = made_.find(inventory.server);
    const bool good = known != made_.end() && known->second.is_of(inventory);
    Made of_server = good ? std::move(known->second) : made_of(inventory);
    inventory.plans = of_server.plans;
    made.insert_or_assign(inventory.server, std::move(of_server));
  }
  made_.swap(made);
}

}  // namespace collector
