#include "exposition/reference.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "exposition/catalogue.h"
#include "exposition/self_metrics.h"

namespace exposition {
namespace {

constexpr std::string_view kIntroduction = R"(# Metrics

This page is printed from the catalogue in the code; a test holds it against the code.

Every value is as of the last snapshot, whose time is `vprotect_snapshot_timestamp_seconds`; a scrape asks
nothing of the servers. What is not known has no sample: never 0, never NaN. A resource that was not read for
longer than `collection.stale_after` has no samples until it is read again, and
`vprotect_collector_stale` is 1 meanwhile. In OpenMetrics a counter's family is named without `_total` and an
info's without `_info`; the samples have the same names in both formats. A counter that is kept across restarts
has a second sample there, `_created`: when it began to count.

A family whose series exceed its budget (`metrics.series_budget`) is cut short, and one that is switched off
(`metrics.disabled`) is absent; what is shown to *everyone* and the exporter's own metrics are always whole.

*Shown to* tells what a scrape with `?tenant=` gets: families for *everyone*, the *tenant*'s own samples, and
nothing of what only the *operator* may see.

The headings are the values of `?collect[]=`, which narrows a scrape to them, as `?server=` does to a server; each may be
given several times. With `?labels=slim` the samples of VMs have the labels `server` and `guid` alone, and
`vprotect_vm_info` the others.
)";

constexpr std::string_view kTableHead =
    "\n| metric | type | labels | shown to | meaning |\n|---|---|---|---|---|\n";

std::string_view audience_of(Scope scope) {
  switch (scope) {
    case Scope::health:
      return "everyone";
    case Scope::tenant:
      return "tenant";
    case Scope::site:
      return "operator";
  }
  return "";
}

std::string label_list(const std::vector<std::string_view>& labels) {
  std::string list;
  for (const std::string_view label : labels) {
    if (!list.empty()) list += ", ";
    list.append("`").append(label).append("`");
  }
  return list;
}

std::string row(const Description& about, Scope scope) {
  std::string row = "| `";
  row.append(about.name).append("` | ").append(openmetrics_type_of(about.type));
  row.append(" | ").append(label_list(about.labels)).append(" | ").append(audience_of(scope));
  return row.append(" | ").append(about.help).append(" |\n");
}

std::string heading(Collector collector) {
  std::string heading("\n## ");
  return heading.append(collector_names()[static_cast<std::size_t>(collector)])
      .append("\n")
      .append(kTableHead);
}

std::string summary_row(const Description& about) {
  std::string row = "| `";
  row.append(about.name).append("` | ").append(openmetrics_type_of(about.type));
  return row.append(" | ").append(label_list(about.labels)).append(" |\n");
}

}  // namespace

std::string metrics_summary() {
  std::string table = "| metric | type | labels |\n|---|---|---|\n";
  for (const Family& family : catalogue()) table += summary_row(family.about);
  for (const Description& own : self_descriptions()) table += summary_row(own);
  return table;
}

std::string metrics_reference() {
  std::string page(kIntroduction);
  std::optional<Collector> at;
  for (const Family& family : catalogue()) {
    if (at != family.collector) page += heading(family.collector);
    at = family.collector;
    page += row(family.about, family.scope);
  }
  page += heading(Collector::exporter);
  for (const Description& own : self_descriptions()) page += row(own, Scope::site);
  return page;
}

}  // namespace exposition
