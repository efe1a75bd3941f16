#include "exposition/catalogue.h"

#include <iterator>

#include "exposition/self_metrics.h"

namespace exposition {
namespace {

std::vector<Family> all_families() {
  std::vector<Family> all;
  for (auto table : {server_families(), vm_families(), tenant_families(), site_families()}) {
    all.insert(all.end(), std::make_move_iterator(table.begin()), std::make_move_iterator(table.end()));
  }
  return all;
}

}  // namespace

const std::vector<Family>& catalogue() {
  static const std::vector<Family> all = all_families();
  return all;
}

Kind kind_of(const Family& family) { return family.scope == Scope::health ? Kind::health : Kind::data; }

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
