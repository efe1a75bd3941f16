#pragma once

#include <cstddef>
#include <set>
#include <vector>

#include "domain/policy.h"
#include "domain/schedule.h"

namespace domain {

// Which rules each policy has, and which schedules each rule, told from the references of all three to each
// other. Things are numbered as in their lists.
struct Ties {
  struct OfRule {
    bool active = true;
    bool unclear = false;  // what it has, or whose it is, cannot be told
    std::set<std::size_t> policies;
    std::set<std::size_t> schedules;
  };
  struct OfPolicy {
    bool unclear = false;  // which rules it has cannot be told
    std::vector<std::size_t> rules;
  };

  std::vector<OfRule> rules;  // those that are listed, then those that are not
  std::vector<OfPolicy> policies;
};

Ties ties_between(const std::vector<Policy>& policies, const std::vector<Rule>& rules,
                  const std::vector<Schedule>& schedules);

}  // namespace domain
