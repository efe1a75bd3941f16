#include "exposition/catalogue.h"

#include <utility>

#include "exposition/view.h"

namespace exposition {
namespace {

void append(std::vector<Family>& all, Collector collector, std::vector<Family> table) {
  for (Family& family : table) {
    family.collector = collector;
    all.push_back(std::move(family));
  }
}

// What is of a whole server: all shards see it, and one shows it.
std::vector<Family> once(std::vector<Family> table) {
  for (Family& family : table) {
    family.samples = [samples = std::move(family.samples)](const View& view, FamilyWriter& out) {
      samples(view.of_sites(), out);
    };
  }
  return table;
}

std::vector<Family> all_families() {
  std::vector<Family> all;
  append(all, Collector::servers, server_families());
  append(all, Collector::vms, vm_families());
  append(all, Collector::backups, backup_families());
  append(all, Collector::coverage, coverage_families());
  append(all, Collector::tenants, tenant_families());
  append(all, Collector::tasks, task_families());
  append(all, Collector::plans, once(plan_families()));
  append(all, Collector::infrastructure, once(infrastructure_families()));
  return all;
}

}  // namespace

const std::vector<Family>& catalogue() {
  static const std::vector<Family> all = all_families();
  return all;
}

Kind kind_of(const Family& family) { return family.scope == Scope::health ? Kind::health : Kind::data; }

}  // namespace exposition
