#include "exposition/body.h"

#include <algorithm>

namespace exposition {

const std::vector<std::string_view>& collector_names() {
  static const std::vector<std::string_view> kNames{
      "servers", "vms", "backups", "coverage", "tenants", "tasks", "plans", "infrastructure", "exporter"};
  return kNames;
}

std::optional<Collector> collector_named(std::string_view name) {
  const auto& names = collector_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Collector>(found - names.begin());
}

}  // namespace exposition
