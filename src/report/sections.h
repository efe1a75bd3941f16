#pragma once

#include <string_view>
#include <vector>

#include "report/report.h"

namespace report {

// A list of VMs in a report, and what is told of each.
struct Section {
  std::string_view key;
  std::string_view title;
  std::vector<std::string_view> columns;      // of vm_fields(), behind those that say which VM it is
  const Rows* (*rows)(const Report& report);  // null: not known
};

inline const std::vector<std::string_view> kWhichVm{"server", "tenant", "name", "guid"};

const std::vector<Section>& list_sections();
const std::vector<Section>& change_sections();

// The places of named columns.
Places places_of(const Table& table, const std::vector<std::string_view>& names);

}  // namespace report
