#include "report/sections.h"

namespace report {
namespace {

const Rows* known(const std::optional<Rows>& rows) { return rows ? &*rows : nullptr; }

}  // namespace

const std::vector<Section>& list_sections() {
  static const std::vector<Section> sections{
      {"worst",
       "Worst first",
       {"state", "policy", "overdue_by_seconds", "failing_since", "last_success", "failure_class",
        "failure_text", "consecutive_failures", "due", "next_run"},
       [](const Report& report) { return &report.worst; }},
      {"never_backed_up",
       "Never backed up",
       {"state", "policy", "first_seen", "due", "overdue_by_seconds", "failing_since", "failure_class",
        "failure_text"},
       [](const Report& report) { return &report.never_backed_up; }},
      {"not_present",
       "No longer on their platform",
       {"policy", "last_success", "kept_backups", "kept_bytes"},
       [](const Report& report) { return &report.not_present; }},
  };
  return sections;
}

const std::vector<Section>& change_sections() {
  static const std::vector<Section> sections{
      {"new",
       "New",
       {"first_seen", "state", "policy"},
       [](const Report& report) { return known(report.changes.added); }},
      {"newly_failing",
       "Newly failing",
       {"failing_since", "last_success", "failure_class", "failure_text"},
       [](const Report& report) { return known(report.changes.newly_failing); }},
      {"recovered",
       "Recovered",
       {"last_success"},
       [](const Report& report) { return known(report.changes.recovered); }},
  };
  return sections;
}

Places places_of(const Table& table, const std::vector<std::string_view>& names) {
  Places places;
  for (const std::string_view name : names) {
    if (const auto place = table.column(name)) places.push_back(*place);
  }
  return places;
}

}  // namespace report
