#include "exposition/budget_watch.h"

#include "base/log.h"
#include "exposition/self_metrics.h"

namespace exposition {

void BudgetWatch::note(const std::vector<FamilyCount>& snapshot) {
  for (const FamilyCount& family : snapshot) family.dropped > 0 ? note_dropped(family) : note_whole(family);
}

void BudgetWatch::note_dropped(const FamilyCount& family) {
  self_.series_dropped(family.name, family.dropped);
  if (!exceeding_.insert(family.name).second) return;
  base::log::warn("a family exceeds its series budget; the rest of it is left out",
                  {{"family", family.name},
                   {"budget", std::to_string(family.series)},
                   {"dropped", std::to_string(family.dropped)}});
}

void BudgetWatch::note_whole(const FamilyCount& family) {
  if (exceeding_.erase(family.name) == 0) return;
  base::log::info("a family no longer exceeds its series budget",
                  {{"family", family.name}, {"series", std::to_string(family.series)}});
}

}  // namespace exposition
