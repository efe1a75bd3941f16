#include "web/landing_page.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "report/sources.h"
#include "web/html.h"

namespace web {
namespace {

constexpr std::size_t kMostError = 300;  // bytes of an error's text

std::string judged(bool good, std::string_view text) {
  return std::string("<td class=\"") + (good ? "good" : "bad") + "\">" + escaped(text) + "</td>";
}

std::string age_of(const std::optional<base::TimePoint>& time, base::TimePoint now) {
  if (!time) return "never";
  const auto age = std::chrono::floor<std::chrono::seconds>(now - *time);
  return base::to_text(std::max(age, std::chrono::seconds::zero())) + " ago";
}

std::string state_of(const domain::SourceState& source) {
  if (source.stale) return "stale";
  if (source.health.success) return "ok";
  return source.health.last_attempt ? "failed" : "not read yet";
}

std::string error_of(const domain::SourceHealth& health, const Viewer& viewer) {
  if (!health.error) return "";
  if (!viewer.scope.is_everything()) return std::string(base::name_of(health.error->kind));
  return base::excerpt(health.error->message, kMostError);
}

std::string rows_cell(const domain::SourceHealth& health, const Viewer& viewer) {
  return viewer.scope.is_everything() ? number_cell(health.rows) : cell("");
}

std::string vms_cell(const domain::ServerState& server, const Viewer& viewer) {
  if (!server.vms || !report::vms_known(server)) return "<td class=\"number\">unknown</td>";
  const auto is_shown = [&](const domain::Vm& vm) { return viewer.scope.shows(vm.tenant.view()); };
  return number_cell(
      static_cast<std::size_t>(std::count_if(server.vms->begin(), server.vms->end(), is_shown)));
}

std::string source_row(const domain::SourceState& source, const Viewer& viewer) {
  const domain::SourceHealth& health = source.health;
  return "<tr>" + cell(domain::name_of(source.resource)) +
         judged(health.success && !source.stale, state_of(source)) +
         cell(age_of(health.last_success, viewer.now)) + rows_cell(health, viewer) +
         cell(error_of(health, viewer)) + "</tr>\n";
}

std::string server_row(const domain::ServerState& server, const Viewer& viewer) {
  std::optional<base::TimePoint> newest;
  for (const domain::SourceState& source : server.sources)
    newest = std::max(newest, source.health.last_success);
  return "<tr>" + cell(server.name) + judged(server.up, server.up ? "up" : "down") +
         vms_cell(server, viewer) + cell(age_of(newest, viewer.now)) + "</tr>\n";
}

std::string servers_table(const domain::Snapshot& snapshot, const Viewer& viewer) {
  std::string html =
      "<section><h2>Servers</h2>\n<table><thead><tr><th>Server<th>State<th>VMs<th>Last read</tr></thead>"
      "<tbody>\n";
  for (const domain::ServerState& server : snapshot.servers) html += server_row(server, viewer);
  return html + "</tbody></table></section>\n";
}

std::string sources_table(const domain::ServerState& server, const Viewer& viewer) {
  std::string html = "<section><h2>" + escaped(server.name) +
                     "</h2>\n<table><thead><tr><th>Collector<th>State<th>Last success<th>Rows<th>Error</tr>"
                     "</thead><tbody>\n";
  for (const domain::SourceState& source : server.sources) html += source_row(source, viewer);
  return html + "</tbody></table></section>\n";
}

// VMs by state, of those that the viewer may see, at servers that tell.
domain::TenantTotals totals_of(const domain::Snapshot& snapshot, const Viewer& viewer) {
  domain::TenantTotals sum;
  for (const domain::ServerState& server : snapshot.servers) {
    for (const auto& [tenant, totals] : server.tenants) {
      if (!server.plans || !viewer.scope.shows(tenant.view())) continue;
      for (std::size_t i = 0; i < domain::kCoverages; ++i) sum.coverage.at(i) += totals.coverage.at(i);
    }
  }
  return sum;
}

std::string tile(const domain::TenantTotals& totals, domain::Coverage coverage, std::string_view tone) {
  const std::uint64_t count = totals.coverage.at(static_cast<std::size_t>(coverage));
  const std::string state(name_of(coverage));
  std::string words = state;
  std::replace(words.begin(), words.end(), '_', ' ');
  return "<li><b class=\"" + std::string(count > 0 ? tone : "") + "\">" + std::to_string(count) +
         "</b><a href=\"report?state=" + state + "\">" + words + "</a></li>\n";
}

std::string tiles(const domain::Snapshot& snapshot, const Viewer& viewer) {
  using domain::Coverage;
  const domain::TenantTotals totals = totals_of(snapshot, viewer);
  return "<ul class=\"tiles\">\n" + tile(totals, Coverage::covered, "good") +
         tile(totals, Coverage::overdue, "bad") + tile(totals, Coverage::failing, "bad") +
         tile(totals, Coverage::never_backed_up, "bad") + tile(totals, Coverage::no_policy, "") + "</ul>\n";
}

std::string shard_line(const domain::Snapshot& snapshot) {
  if (snapshot.shard.is_everything()) return "";
  return "<p>Shard " + domain::to_text(snapshot.shard) + ": other exporters show the other tenants.</p>\n";
}

std::string tables(const domain::Snapshot* snapshot, const Viewer& viewer) {
  if (snapshot == nullptr) return "<p>No server has been read yet.</p>\n";
  std::string html = shard_line(*snapshot) + tiles(*snapshot, viewer) + servers_table(*snapshot, viewer);
  for (const domain::ServerState& server : snapshot->servers) html += sources_table(server, viewer);
  return html;
}

}  // namespace

std::string landing_page(const domain::Snapshot* snapshot, const Viewer& viewer, std::string_view version,
                         std::string_view nonce) {
  return page_head("vProtect exporter", nonce) + "<body><h1>vProtect exporter</h1>\n<p>Version " +
         escaped(version) +
         ": Prometheus metrics of Storware vProtect.</p>\n"
         "<nav><a href=\"report\">Report</a><a href=\"metrics\">Metrics</a><a "
         "href=\"api/v1/openapi.json\">API</a><a href=\"-/cardinality\">Cardinality</a>"
         "<a href=\"-/ready\">Ready</a><a href=\"-/healthy\">Healthy</a>"
         "</nav>\n" +
         tables(snapshot, viewer) + "</body></html>\n";
}

}  // namespace web
