#pragma once

#include <set>
#include <string>
#include <vector>

#include "exposition/census.h"

namespace exposition {

class SelfMetrics;

// Tells of families that exceed their budgets: adds what each snapshot left out to the exporter's own
// metrics, and logs a line when that begins and when it ends. From one thread.
class BudgetWatch {
 public:
  explicit BudgetWatch(SelfMetrics& self) : self_(self) {}

  void note(const std::vector<FamilyCount>& snapshot);

 private:
  void note_dropped(const FamilyCount& family);
  void note_whole(const FamilyCount& family);

  SelfMetrics& self_;
  std::set<std::string> exceeding_;
};

}  // namespace exposition
