#include "exposition/options.h"

#include "exposition/catalogue.h"
#include "exposition/self_metrics.h"

namespace exposition {

std::size_t Options::budget_of(std::string_view family) const {
  const auto own = budgets.find(family);
  return own == budgets.end() ? series_budget : own->second;
}

std::optional<Kind> kind_of(std::string_view name) {
  for (const Family& family : catalogue()) {
    if (family.about.name == name) return kind_of(family);
  }
  for (const Description& own : self_descriptions()) {
    if (own.name == name) return Kind::own;
  }
  return std::nullopt;
}

std::vector<std::string_view> family_names() {
  std::vector<std::string_view> names;
  for (const Family& family : catalogue()) names.push_back(family.about.name);
  for (const Description& own : self_descriptions()) names.push_back(own.name);
  return names;
}

}  // namespace exposition
