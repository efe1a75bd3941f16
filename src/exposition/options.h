#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace exposition {

// What of the catalogue is exposed. Families of the exporter's health are, whatever stands here.
struct Options {
  std::size_t series_budget = 1'000'000;                    // samples of one family in one exposition
  std::map<std::string, std::size_t, std::less<>> budgets;  // of single families instead
  std::set<std::string, std::less<>> disabled;              // families that are not exposed

  std::size_t budget_of(std::string_view family) const {
    const auto own = budgets.find(family);
    return own == budgets.end() ? series_budget : own->second;
  }

  bool operator==(const Options&) const = default;
};

}  // namespace exposition
