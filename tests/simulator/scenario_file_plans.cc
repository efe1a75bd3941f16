#include <array>
#include <utility>

#include "calendar_names.h"
#include "changes.h"
#include "scenario_file.h"

// Policies, rules and schedules of a scenario file.
namespace simulator {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

template <std::size_t N>
unsigned set_in(const ScenarioValue& row, std::string_view key, const std::array<Choice, N>& names) {
  unsigned set = 0;
  for (const ScenarioValue& each : row.elements(key)) {
    set |= each.parsed("element of " + std::string(key),
                       [&](std::string_view name) { return bit_named(names, name); });
  }
  return set;
}

std::optional<Id> project_in(const ScenarioValue& row, const Model& model) {
  const auto project = row.find("project");
  return project ? std::optional(row_named(*project, "project", model.projects)) : std::nullopt;
}

Policy policy_in(const ScenarioValue& row, const Model& model) {
  row.allow({"name", "active", "priority", "retries", "project"});
  Policy policy{.name = row.at("name").text(), .project = project_in(row, model)};
  if (const auto active = row.find("active")) policy.active = active->flag();
  if (const auto priority = row.find("priority"))
    policy.priority = static_cast<int>(priority->number(0, 100));
  if (const auto retries = row.find("retries")) policy.retries = static_cast<int>(retries->number(0, 100));
  return policy;
}

Rule rule_in(const ScenarioValue& row, const Model& model) {
  row.allow({"name", "policy", "active", "keep_days"});
  Rule rule{.name = row.at("name").text(), .policy = row_named(row.at("policy"), "policy", model.policies)};
  if (const auto active = row.find("active")) rule.active = active->flag();
  if (const auto days = row.find("keep_days")) rule.keep_days = static_cast<int>(days->number(1, 100'000));
  return rule;
}

void set_interval(Schedule& schedule, const ScenarioValue& row) {
  schedule.execution = Execution::interval;
  schedule.frequency = row.at("every").span();
  if (schedule.frequency <= Millis::zero()) row.at("every").refuse("it has to be longer than nothing");
  const auto from = row.find("from"), to = row.find("to");
  schedule.interval_start = from ? from->hour() : Millis::zero();
  schedule.interval_end = to ? to->hour() : hours(23) + minutes(59);
}

void set_hours(Schedule& schedule, const ScenarioValue& row) {
  const auto hour = row.find("at");
  if (!hour) return set_interval(schedule, row);
  for (const char* other : {"every", "from", "to"}) {
    if (row.find(other)) row.refuse(std::string("'at' and '") + other + "' exclude each other");
  }
  schedule.hour = hour->hour();
}

std::vector<Id> rules_in(const ScenarioValue& row, const Model& model) {
  std::vector<Id> rules;
  for (const ScenarioValue& name : row.elements("policies")) {
    const Id policy = row_named(name, "policy", model.policies);
    for (Id rule = 1; rule <= model.rules.size(); ++rule) {
      if (at(model.rules, rule).policy == policy) rules.push_back(rule);
    }
  }
  for (const ScenarioValue& name : row.elements("rules"))
    rules.push_back(row_named(name, "rule", model.rules));
  return rules;
}

Schedule schedule_in(const ScenarioValue& row, const Site& site) {
  row.allow({"name", "active", "type", "at", "every", "from", "to", "days", "months", "occurrences", "window",
             "policies", "rules", "last_run", "project"});
  Schedule schedule{.name = row.at("name").text(),
                    .days = static_cast<std::uint8_t>(set_in(row, "days", kDays)),
                    .months = static_cast<std::uint16_t>(set_in(row, "months", kMonths)),
                    .occurrences = static_cast<std::uint8_t>(set_in(row, "occurrences", kOccurrences)),
                    .rules = rules_in(row, site.model),
                    .project = project_in(row, site.model)};
  set_hours(schedule, row);
  if (const auto active = row.find("active")) schedule.active = active->flag();
  if (const auto window = row.find("window")) schedule.window = window->span();
  if (const auto last = row.find("last_run")) schedule.last_run = last->moment(site.now);
  if (const auto type = row.find("type"))
    schedule.backup_type = type->parsed("type of a backup", backup_type_named);
  return schedule;
}

}  // namespace

void read_plans(const ScenarioValue& file, Site& site) {
  Model& model = site.model;
  for (const ScenarioValue& row : file.elements("policies")) model.policies.push_back(policy_in(row, model));
  for (const ScenarioValue& row : file.elements("rules")) model.rules.push_back(rule_in(row, model));
  if (!file.find("rules")) {
    for (Id policy = 1; policy <= model.policies.size(); ++policy)
      model.rules.push_back({.name = "Default", .policy = policy});
  }
  for (const ScenarioValue& row : file.elements("schedules"))
    model.schedules.push_back(schedule_in(row, site));
}

}  // namespace simulator
