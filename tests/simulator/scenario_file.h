#pragma once

#include <string>
#include <string_view>

#include "model.h"
#include "scenario_value.h"

namespace simulator {

// A site that a person described, at the moment it is about. README.md has the format.
struct Site {
  Model model;
  TimePoint now{};
  std::string profile;  // empty: any
};

// `now` replaces the file's. Both throw ScenarioError, which names the place; the second one the file, too.
Site site_in(std::string_view json, OptionalTime now = {});
Site site_in_file(const std::string& path, OptionalTime now = {});

// Parts of site_in: each reads one section of the file into the site.
void read_plans(const ScenarioValue& file, Site& site);
void read_tasks(const ScenarioValue& file, Site& site);

// What the value names, or the value is refused.
template <class Row>
Id row_named(const ScenarioValue& value, std::string_view kind, const std::vector<Row>& rows) {
  const std::string name = value.text();
  Id found = 0;
  for (Id id = 1; id <= rows.size(); ++id) {
    if (at(rows, id).name != name) continue;
    if (found != 0) value.refuse("several of the " + std::string(kind) + "s are called '" + name + "'");
    found = id;
  }
  if (found == 0) value.refuse("no " + std::string(kind) + " is called '" + name + "'");
  return found;
}

}  // namespace simulator
