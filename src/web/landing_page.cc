#include "web/landing_page.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
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

std::string error_of(const domain::SourceHealth& health) {
  return health.error ? base::excerpt(health.error->message, kMostError) : "";
}

std::string source_row(const domain::SourceState& source, base::TimePoint now) {
  const domain::SourceHealth& health = source.health;
  return "<tr>" + cell(domain::name_of(source.resource)) +
         judged(health.success && !source.stale, state_of(source)) + cell(age_of(health.last_success, now)) +
         number_cell(health.rows) + cell(error_of(health)) + "</tr>\n";
}

std::string server_row(const domain::ServerState& server, base::TimePoint now) {
  std::optional<base::TimePoint> newest;
  for (const domain::SourceState& source : server.sources)
    newest = std::max(newest, source.health.last_success);
  return "<tr>" + cell(server.name) + judged(server.up, server.up ? "up" : "down") +
         number_cell(server.vms ? server.vms->size() : 0) + cell(age_of(newest, now)) + "</tr>\n";
}

std::string servers_table(const domain::Snapshot& snapshot, base::TimePoint now) {
  std::string html =
      "<section><h2>Servers</h2>\n<table><thead><tr><th>Server<th>State<th>VMs<th>Last read</tr></thead>"
      "<tbody>\n";
  for (const domain::ServerState& server : snapshot.servers) html += server_row(server, now);
  return html + "</tbody></table></section>\n";
}

std::string sources_table(const domain::ServerState& server, base::TimePoint now) {
  std::string html = "<section><h2>" + escaped(server.name) +
                     "</h2>\n<table><thead><tr><th>Collector<th>State<th>Last success<th>Rows<th>Error</tr>"
                     "</thead><tbody>\n";
  for (const domain::SourceState& source : server.sources) html += source_row(source, now);
  return html + "</tbody></table></section>\n";
}

std::string tables(const domain::Snapshot* snapshot, base::TimePoint now) {
  if (snapshot == nullptr) return "<p>No server has been read yet.</p>\n";
  std::string html = servers_table(*snapshot, now);
  for (const domain::ServerState& server : snapshot->servers) html += sources_table(server, now);
  return html;
}

}  // namespace

std::string landing_page(const domain::Snapshot* snapshot, base::TimePoint now, std::string_view version,
                         std::string_view nonce) {
  return page_head("vProtect exporter", nonce) + "<body><h1>vProtect exporter</h1>\n<p>Version " +
         escaped(version) +
         ": Prometheus metrics of Storware vProtect.</p>\n"
         "<nav><a href=\"metrics\">Metrics</a><a href=\"-/cardinality\">Cardinality</a>"
         "<a href=\"-/ready\">Ready</a><a href=\"-/healthy\">Healthy</a>"
         "</nav>\n" +
         tables(snapshot, now) + "</body></html>\n";
}

}  // namespace web
