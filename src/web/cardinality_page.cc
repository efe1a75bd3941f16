#include "web/cardinality_page.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "web/html.h"

namespace web {
namespace {

using exposition::Census;
using exposition::FamilyCount;
using exposition::Switch;

std::string_view word_of(Switch state) {
  switch (state) {
    case Switch::on:
      return "on";
    case Switch::off:
      return "off";
    case Switch::fixed:
      return "always on";
  }
  return "";
}

std::string budget_cell(const FamilyCount& family) {
  return family.budget ? number_cell(*family.budget) : "<td class=\"number\">none</td>";
}

std::string dropped_cell(std::size_t dropped) {
  if (dropped == 0) return number_cell(0);
  return "<td class=\"number bad\">" + std::to_string(dropped) + "</td>";
}

std::string row(const FamilyCount& family) {
  return "<tr>" + cell(family.name) + cell(openmetrics_type_of(family.type)) + number_cell(family.series) +
         budget_cell(family) + dropped_cell(family.dropped) + cell(word_of(family.state)) + "</tr>\n";
}

FamilyCount sum_of(const std::vector<FamilyCount>& families) {
  FamilyCount sum;
  for (const FamilyCount& family : families) {
    sum.series += family.series;
    sum.dropped += family.dropped;
  }
  return sum;
}

std::string total_row(const std::vector<FamilyCount>& families) {
  const FamilyCount sum = sum_of(families);
  return "<tr><th>All families<td></td>" + number_cell(sum.series) + "<td></td>" + dropped_cell(sum.dropped) +
         "<td></td></tr>\n";
}

std::vector<FamilyCount> largest_first(std::vector<FamilyCount> families) {
  std::sort(families.begin(), families.end(), [](const FamilyCount& a, const FamilyCount& b) {
    return std::tie(b.series, a.name) < std::tie(a.series, b.name);
  });
  return families;
}

std::string table(const std::vector<FamilyCount>& families) {
  std::string html =
      "<section><table><thead><tr><th>Family<th>Type<th class=\"number\">Series<th class=\"number\">Budget"
      "<th class=\"number\">Dropped<th>Switched</tr></thead><tbody>\n" +
      total_row(families);
  for (const FamilyCount& family : largest_first(families)) html += row(family);
  return html + "</tbody></table></section>\n";
}

}  // namespace

std::string cardinality_page(const Census& census, std::string_view nonce) {
  return page_head("vProtect exporter: cardinality", nonce) +
         "<body><h1>Cardinality</h1>\n<p>Series of one scrape of everything, which is " +
         std::to_string(census.bytes) +
         " bytes of text. Budgets and switches are <code>metrics</code> in the configuration.</p>\n"
         "<nav><a href=\"../\">Overview</a><a href=\"../metrics\">Metrics</a></nav>\n" +
         table(census.families) + "</body></html>\n";
}

}  // namespace web
