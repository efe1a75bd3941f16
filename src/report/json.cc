// The report as JSON.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "report/fields.h"
#include "report/sections.h"
#include "report/writers.h"

namespace report {
namespace {

using SharedReport = base::Shared<Report>;

std::string json_string(std::string_view text) {
  std::string json;
  append_json_text(json, text);
  return json;
}

std::string member(std::string_view key, const std::string& json) { return json_string(key) + ":" + json; }

std::string day(std::chrono::sys_days day) { return json_string(base::to_rfc3339_date(day)); }

std::string json_of(const Period& period) {
  return "{" + member("from", day(period.from)) + "," + member("to", day(period.to)) + "}";
}

std::string json_of(const std::vector<std::string>& texts) {
  std::string json;
  append_json(json, Value(texts));
  return json;
}

std::string json_of(const std::optional<std::vector<std::string>>& texts) {
  return texts ? json_of(*texts) : "null";
}

std::string json_of(const Table& table, const Places& columns) {
  std::string json = "[";
  for (std::size_t row = 0; row < table.size(); ++row) {
    if (row > 0) json += ',';
    append_json(json, table, row, columns);
  }
  return json + "]";
}

template <class Row>
std::string json_of(const Fields<Row>& fields, const std::vector<Row>& rows) {
  const Table table(fields, rows);
  return json_of(table, all_places(table));
}

std::string json_of_rules() {
  std::string json;
  for (const Statement& rule : rules())
    json += (json.empty() ? "{" : ",") + member(rule.about, json_string(rule.text));
  return json + "}";
}

std::string json_of(const Totals& totals) {
  const Table table(tenant_fields(), std::vector<TenantPart>{{.totals = totals}});
  Places columns = all_places(table);
  std::erase_if(columns, [&](std::size_t column) {
    return table.columns()[column]->name == "server" || table.columns()[column]->name == "tenant";
  });
  std::string json;
  append_json(json, table, 0, columns);
  return json;
}

std::string head_of(const Report& report) {
  return "{" + member("schema", json_string(kReportSchema)) + "," +
         member("snapshot_time", json_string(base::to_rfc3339(report.taken_at))) + "," +
         member("period", json_of(report.period)) + "," +
         member("previous_period", json_of(before(report.period))) + "," +
         member("scope", "{" + member("tenants", json_of(report.scope.tenants)) + "," +
                             member("servers", json_of(report.servers)) + "}") +
         "," + member("complete", report.warnings.empty() ? "true" : "false") + "," +
         member("warnings", json_of(report.warnings)) + "," +
         member("sources", json_of(source_fields(), report.sources)) + "," +
         member("rules", json_of_rules()) + "," + member("totals", json_of(report.totals)) + "," +
         member("tenants", json_of(tenant_fields(), report.tenants));
}

std::size_t shown_of(std::size_t count, const Report& report) {
  return report.lists_whole ? count : std::min(count, kFewItems);
}

std::string list_head(std::string_view key, std::size_t count) {
  return member(key, R"({"count":)" + std::to_string(count) + R"(,"items":[)");
}

void add_list(std::vector<Part>& parts, const SharedReport& report, std::string_view key, const Rows* rows,
              Places columns) {
  if (rows == nullptr) return parts.push_back(part_of(member(key, "null")));
  parts.push_back(part_of(list_head(key, rows->size())));
  parts.push_back(part_of_each(shown_of(rows->size(), *report),
                               [report, rows, columns = std::move(columns)](std::string& out, std::size_t i) {
                                 if (i > 0) out += ',';
                                 append_json(out, report->vms, (*rows)[i], columns);
                               }));
  parts.push_back(part_of("]}"));
}

void add_section(std::vector<Part>& parts, const SharedReport& report, const Section& section) {
  std::vector<std::string_view> names = kWhichVm;
  names.insert(names.end(), section.columns.begin(), section.columns.end());
  add_list(parts, report, section.key, section.rows(*report), places_of(report->vms, names));
}

std::string json_of_vanished(const Report& report, std::string_view key,
                             const std::vector<std::string_view>& columns) {
  if (!report.vanished) return member(key, "null");
  const auto count = static_cast<std::ptrdiff_t>(shown_of(report.vanished->size(), report));
  const Table table(vanished_fields(),
                    std::vector<Vanished>(report.vanished->begin(), report.vanished->begin() + count));
  std::string json = list_head(key, report.vanished->size());
  for (std::size_t row = 0; row < table.size(); ++row) {
    if (row > 0) json += ',';
    append_json(json, table, row, columns.empty() ? all_places(table) : places_of(table, columns));
  }
  return json + "]}";
}

void add_changes(std::vector<Part>& parts, const SharedReport& report) {
  parts.push_back(part_of(R"(,"changes":{)"));
  for (const Section& section : change_sections()) {
    add_section(parts, report, section);
    parts.push_back(part_of(","));
  }
  parts.push_back(
      part_of(json_of_vanished(*report, "gone", {"server", "tenant", "name", "guid", "gone_since"}) + "}"));
}

}  // namespace

Pieces json_of(const SharedReport& report) {
  std::vector<Part> parts{part_of(head_of(*report))};
  for (const Section& section : list_sections()) {
    parts.push_back(part_of(","));
    add_section(parts, report, section);
  }
  parts.push_back(part_of("," + json_of_vanished(*report, "vanished", {})));
  add_changes(parts, report);
  if (report->lists_whole) {
    parts.push_back(part_of(","));
    add_list(parts, report, "vms", &report->wanted, all_places(report->vms));
  }
  parts.push_back(part_of("}\n"));
  return in_pieces(std::move(parts));
}

}  // namespace report
