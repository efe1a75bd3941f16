#include "exposition/catalogue.h"

#include <iterator>

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

}  // namespace exposition
