#include "web/landing_page.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace web {
namespace {

constexpr std::size_t kMostError = 300;  // bytes of an error's text

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --line: #8886; --good: #1a7f37; --bad: #c4231c; }
@media (prefers-color-scheme: dark) { :root { --good: #4ac26b; --bad: #ff7b72; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
nav a { margin-right: 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.good { color: var(--good); }
.bad { color: var(--bad); }
section { overflow-x: auto; }
)";

std::string cell(std::string_view text) { return "<td>" + escaped(text) + "</td>"; }

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
         "<td class=\"number\">" + std::to_string(health.rows) + "</td>" + cell(error_of(health)) + "</tr>\n";
}

std::string server_row(const domain::ServerState& server, base::TimePoint now) {
  std::optional<base::TimePoint> newest;
  for (const domain::SourceState& source : server.sources)
    newest = std::max(newest, source.health.last_success);
  return "<tr>" + cell(server.name) + judged(server.up, server.up ? "up" : "down") + "<td class=\"number\">" +
         std::to_string(server.vms ? server.vms->size() : 0) + "</td>" + cell(age_of(newest, now)) +
         "</tr>\n";
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

std::string head(std::string_view nonce) {
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<title>vProtect exporter</title>\n<style nonce=\"" +
         escaped(nonce) + "\">" + std::string(kStyle) + "</style></head>\n";
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string html;
  html.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

std::string landing_page(const domain::Snapshot* snapshot, base::TimePoint now, std::string_view version,
                         std::string_view nonce) {
  return head(nonce) + "<body><h1>vProtect exporter</h1>\n<p>Version " + escaped(version) +
         ": Prometheus metrics of Storware vProtect.</p>\n"
         "<nav><a href=\"metrics\">Metrics</a><a href=\"-/ready\">Ready</a><a href=\"-/healthy\">Healthy</a>"
         "</nav>\n" +
         tables(snapshot, now) + "</body></html>\n";
}

}  // namespace web
