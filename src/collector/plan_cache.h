#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/latest.h"
#include "domain/inventory.h"

namespace collector {

// Makes each server's plans when its policies, rules or schedules were read again, which is rare beside the
// snapshots that need them. One thread.
class PlanCache {
 public:
  // Sets `plans` where policies and schedules are known.
  void fill_in(std::vector<domain::Inventory>& inventories);

 private:
  struct Made {
    base::Shared<std::vector<domain::Policy>> policies;
    base::Shared<std::vector<domain::Rule>> rules;
    base::Shared<std::vector<domain::Schedule>> schedules;
    base::Shared<domain::Plans> plans;

    bool is_of(const domain::Inventory& inventory) const;
  };

  static Made made_of(const domain::Inventory& inventory);

  std::map<std::string, Made> made_;  // by server
};

}  // namespace collector
