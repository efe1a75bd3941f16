#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "exposition/body.h"
#include "exposition/description.h"
#include "exposition/options.h"

namespace exposition {

class FamilyWriter;
struct View;

// Who is shown a family.
enum class Scope {
  health,  // of the exporter's reading of a server: everybody, tenants too
  tenant,  // has the label `tenant`: a tenant sees its own samples
  site,    // of the whole server or its other tenants: no tenant
};

struct Family {
  Description about;
  Scope scope = Scope::site;
  std::function<void(const View&, FamilyWriter&)> samples;
  Collector collector = Collector::servers;  // that of its table
};

// Every family that is made from a snapshot, in the order of the exposition. A new metric is a row in one of
// the tables that follow, and nothing else.
const std::vector<Family>& catalogue();

std::vector<Family> server_families();
std::vector<Family> vm_families();
std::vector<Family> backup_families();
std::vector<Family> coverage_families();
std::vector<Family> tenant_families();
std::vector<Family> task_families();
std::vector<Family> plan_families();
std::vector<Family> infrastructure_families();

Kind kind_of(const Family& family);

}  // namespace exposition
