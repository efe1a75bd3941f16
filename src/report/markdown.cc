// The report as Markdown.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "base/text.h"
#include "report/fields.h"
#include "report/sections.h"
#include "report/writers.h"

namespace report {
namespace {

constexpr std::size_t kMostInCell = 200;  // bytes

// Also what would make a link of it.
bool is_markup(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (std::string_view("\\`*_[]#|~$@").find(c) != std::string_view::npos) return true;
  if (c == ':') return text.substr(at + 1, 1) == "/";
  return c == '.' && at >= 3 && base::equal_ignoring_case(text.substr(at - 3, 3), "www");
}

void append_escaped(std::string& out, std::string_view text, std::size_t at) {
  switch (text[at]) {
    case '<':
      out += "&lt;";
      return;
    case '>':
      out += "&gt;";
      return;
    case '&':
      out += "&amp;";
      return;
    default:
      if (is_markup(text, at)) out += '\\';
      out += text[at];
  }
}

// How many bytes at `at` are a character that turns the direction of what follows: U+061C, U+200E and 200F,
// U+202A to 202E, U+2066 to 2069. Text behind one reads as another text.
std::size_t direction_mark(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("\xD8\x9C")) return 2;
  const bool one = rest.starts_with("\xE2\x80") && rest.size() > 2 &&
                   std::string_view("\x8E\x8F\xAA\xAB\xAC\xAD\xAE").find(rest[2]) != std::string_view::npos;
  const bool other = rest.starts_with("\xE2\x81") && rest.size() > 2 &&
                     std::string_view("\xA6\xA7\xA8\xA9").find(rest[2]) != std::string_view::npos;
  return one || other ? 3 : 0;
}

std::string escaped(std::string_view any, std::size_t most = std::string::npos) {
  const std::string text = base::excerpt(base::to_valid_utf8(any), most);
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t mark = direction_mark(text, i);
    if (mark == 0) append_escaped(out, text, i);
    if (mark > 0) out += "\xEF\xBF\xBD";
    i += std::max<std::size_t>(mark, 1);
  }
  return out;
}

template <class... Numbers>
std::string printed(const char* format, Numbers... numbers) {
  char text[64];
  const int length = std::snprintf(text, sizeof(text), format, numbers...);
  return {text, static_cast<std::size_t>(length)};
}

// Never rounded up: 100 % is all of them.
std::string percentage(double ratio) { return printed("%.1f %%", std::floor(ratio * 1000 + 1e-9) / 10); }

std::string size(double bytes) {
  constexpr std::array kUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < kUnits.size()) {
    bytes /= 1024;
    ++unit;
  }
  return printed(unit == 0 ? "%.0f %s" : "%.1f %s", bytes, kUnits.at(unit));
}

std::string span(double seconds) {
  const auto minutes = static_cast<long long>(seconds / 60);
  if (minutes < 60) return printed("%lld min", minutes);
  if (minutes < 48 * 60) return printed("%lld h %lld min", minutes / 60, minutes % 60);
  return printed("%lld d %lld h", minutes / 1440, minutes % 1440 / 60);
}

double number_of(const Value& value) {
  const auto* integer = std::get_if<std::int64_t>(&value);
  return integer == nullptr ? std::get<double>(value) : static_cast<double>(*integer);
}

std::string cell_of(const Column& column, const Value& value) {
  if (!is_known(value)) return "n/a";
  if (column.name.ends_with("_ratio")) return percentage(number_of(value));
  if (column.name.ends_with("_bytes")) return size(number_of(value));
  if (column.name.ends_with("_seconds")) return span(number_of(value));
  if (std::holds_alternative<std::string>(value)) return escaped(std::get<std::string>(value), kMostInCell);
  return to_text(value);
}

// "overdue_by_seconds" -> "overdue by"
std::string heading_of(const Column& column) {
  std::string text(column.name);
  for (const std::string_view unit : {"_seconds", "_ratio"}) {
    if (text.ends_with(unit)) text.resize(text.size() - unit.size());
  }
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

void append_row(std::string& out, const std::vector<std::string>& cells) {
  for (const std::string& cell : cells) out += "| " + cell + " ";
  out += "|\n";
}

void append_table(std::string& out, const Table& table, const Rows& rows, const Places& columns) {
  std::vector<std::string> cells;
  for (const std::size_t column : columns) cells.push_back(heading_of(*table.columns()[column]));
  append_row(out, cells);
  append_row(out, std::vector<std::string>(columns.size(), "---"));
  for (const std::size_t row : rows) {
    cells.clear();
    for (const std::size_t column : columns)
      cells.push_back(cell_of(*table.columns()[column], table.cell(row, column)));
    append_row(out, cells);
  }
}

void append_list(std::string& out, std::string_view title, const Table& table, const Rows* rows,
                 const Places& columns) {
  out += "\n### " + std::string(title);
  if (rows == nullptr) {
    out += "\n\nNot known.\n";
    return;
  }
  out += ": " + std::to_string(rows->size()) + "\n";
  if (rows->empty()) return;
  const auto shown = static_cast<std::ptrdiff_t>(std::min(rows->size(), kFewItems));
  append_table(out += '\n', table, Rows(rows->begin(), rows->begin() + shown), columns);
  if (rows->size() > kFewItems) out += "\nand " + std::to_string(rows->size() - kFewItems) + " more\n";
}

void append_section(std::string& out, const Report& report, const Section& section) {
  std::vector<std::string_view> names = kWhichVm;
  names.pop_back();  // the guid is for machines
  names.insert(names.end(), section.columns.begin(), section.columns.end());
  append_list(out, section.title, report.vms, section.rows(report), places_of(report.vms, names));
}

Rows all_rows(const Table& table) {
  Rows rows(table.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return rows;
}

void append_vanished(std::string& out, const Report& report) {
  const Table table(vanished_fields(), report.vanished.value_or(std::vector<Vanished>()));
  const Rows rows = all_rows(table);
  append_list(out, "Vanished", table, report.vanished ? &rows : nullptr, all_places(table));
}

std::string day(std::chrono::sys_days day) { return base::to_rfc3339_date(day); }

std::string names_of(const std::optional<std::vector<std::string>>& names) {
  if (!names) return "all";
  std::string text;
  for (const std::string& name : *names) text += (text.empty() ? "" : ", ") + escaped(name);
  return text.empty() ? "none" : text;
}

void append_head(std::string& out, const Report& report) {
  const Period previous = before(report.period);
  out += "# Backup report " + day(report.period.from) + " to " + day(report.period.to) + "\n\n";
  out += "As of " + base::to_rfc3339(report.taken_at) + "; tenants: " + names_of(report.scope.tenants) +
         "; servers: " + names_of(report.servers) + "; changes against " + day(previous.from) + " to " +
         day(previous.to) + ".\n\n";
}

void append_freshness(std::string& out, const Report& report) {
  if (report.warnings.empty()) {
    out += "All data is fresh and complete.\n";
    return;
  }
  out += "**Warning: some of this is stale or missing.**\n\n";
  for (const std::string& warning : report.warnings) out += "- " + escaped(warning) + "\n";
}

void append_totals(std::string& out, const Report& report) {
  const Table table(tenant_fields(), std::vector<TenantPart>{{.totals = report.totals}});
  out += "\n## Totals\n\n| what | |\n| --- | ---: |\n";
  for (const std::size_t column : all_places(table)) {
    const Column& about = *table.columns()[column];
    if (about.kind != Kind::text) append_row(out, {heading_of(about), cell_of(about, table.cell(0, column))});
  }
}

void append_tenants(std::string& out, const Report& report) {
  const Table table(tenant_fields(), report.tenants);
  out += "\n## Tenants\n\n";
  append_table(
      out, table, all_rows(table),
      places_of(table, {"server", "tenant", "vms", "vms_covered", "vms_failing", "vms_overdue",
                        "vms_never_backed_up", "rpo_compliance_ratio", "backup_successes", "backup_failures",
                        "backup_success_ratio", "protected_bytes", "stored_bytes"}));
}

}  // namespace

std::string markdown_of(const Report& report) {
  std::string out;
  append_head(out, report);
  append_freshness(out, report);
  append_totals(out, report);
  append_tenants(out, report);
  out += "\n## VMs\n";
  for (const Section& section : list_sections()) append_section(out, report, section);
  append_vanished(out, report);
  out += "\n## Changes\n";
  for (const Section& section : change_sections()) append_section(out, report, section);
  out += "\n## RPO rule\n\n" + escaped(rules().front().text) + "\n";
  return out;
}

}  // namespace report
