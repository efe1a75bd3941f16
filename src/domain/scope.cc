#include "domain/scope.h"

#include <algorithm>

namespace domain {

bool Scope::shows(std::string_view tenant) const {
  return !tenants || std::find(tenants->begin(), tenants->end(), tenant) != tenants->end();
}

Scope common(const Scope& a, const Scope& b) {
  if (a.is_everything()) return b;
  Scope both = a;
  std::erase_if(*both.tenants, [&](const std::string& tenant) { return !b.shows(tenant); });
  return both;
}

}  // namespace domain
