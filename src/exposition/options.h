#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace exposition {

// What of the catalogue is exposed. Families of the exporter's health are, whatever stands here.
struct Options {
  std::size_t series_budget = 1'000'000;                    // samples of one family in one exposition
  std::map<std::string, std::size_t, std::less<>> budgets;  // of single families instead
  std::set<std::string, std::less<>> disabled;              // families that are not exposed

  std::size_t budget_of(std::string_view family) const;

  bool operator==(const Options&) const = default;
};

// Whether an operator may switch a family off or give it a budget.
enum class Kind {
  data,    // yes
  health,  // no: alerts gate on it, and the configuration alone tells its size
  own,     // no: of the exporter itself, and so not in the catalogue
};
std::optional<Kind> kind_of(std::string_view family);  // absent for a name that no family has

// Names of all families that the exporter can show, its own among them.
std::vector<std::string_view> family_names();

}  // namespace exposition
