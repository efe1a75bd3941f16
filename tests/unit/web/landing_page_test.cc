#include "web/landing_page.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "support/manual_clock.h"

namespace web {
namespace {

using namespace std::chrono_literals;
using support::kNoon;

domain::Snapshot snapshot_of(domain::ServerState server) {
  return {.taken_at = kNoon, .servers = {std::move(server)}};
}

// The page's part from `begin` on, to the end of the next table.
std::string table_after(const std::string& page, const std::string& begin) {
  const std::size_t at = page.find(begin);
  return at == std::string::npos ? "" : page.substr(at, page.find("</table>", at) - at);
}

std::string page_of(const domain::ServerState& server, const domain::Scope& scope = {}) {
  const domain::Snapshot snapshot = snapshot_of(server);
  return landing_page(&snapshot, {scope, kNoon}, "1.0", "n");
}

TEST(LandingPage, SaysThatNothingWasReadYet) {
  EXPECT_NE(
      landing_page(nullptr, {domain::Scope{}, kNoon}, "1.0", "n").find("<p>No server has been read yet.</p>"),
      std::string::npos);
}

TEST(LandingPage, ListsEachServer) {
  domain::ServerState server{.name = "prod", .up = true};
  server.vms = std::make_shared<const std::vector<domain::Vm>>(3);
  server.sources = {
      {.resource = domain::Resource::virtual_machines,
       .health = {.success = true, .last_success = kNoon - 90s}},
      {.resource = domain::Resource::tasks, .health = {.success = true, .last_success = kNoon - 15s}}};

  EXPECT_EQ(
      table_after(page_of(server), "<h2>Servers"),
      "<h2>Servers</h2>\n<table><thead><tr><th>Server<th>State<th>VMs<th>Last read</tr></thead><tbody>\n"
      "<tr><td>prod</td><td class=\"good\">up</td><td class=\"number\">3</td><td>15s "
      "ago</td></tr>\n</tbody>");
}

TEST(LandingPage, SaysWhatShardItShows) {
  const domain::Snapshot snapshot{.shard = {.index = 1, .count = 3}};

  EXPECT_NE(landing_page(&snapshot, {domain::Scope{}, kNoon}, "1.0", "n")
                .find("<p>Shard 1/3: other exporters show the other tenants.</p>"),
            std::string::npos);
}

TEST(LandingPage, DoesNotTakeVmsThatAreNotKnownForNone) {
  domain::ServerState server{.name = "prod"};
  server.vms = std::make_shared<const std::vector<domain::Vm>>();
  server.sources = {{.resource = domain::Resource::virtual_machines,
                     .health = {.last_success = kNoon - 24h},
                     .stale = true}};

  EXPECT_NE(page_of(server).find("<td class=\"number\">unknown</td>"), std::string::npos);
}

TEST(LandingPage, CountsVmsByStateAsFarAsTheViewerMaySee) {
  domain::ServerState server{.name = "prod", .plans = std::make_shared<const domain::Plans>()};
  server.tenants[base::SharedText("finance")].coverage[static_cast<std::size_t>(domain::Coverage::overdue)] =
      2;
  server.tenants[base::SharedText("web")].coverage[static_cast<std::size_t>(domain::Coverage::overdue)] = 5;
  const std::string link = "<a href=\"report?state=overdue\">overdue</a>";

  EXPECT_NE(page_of(server).find("<b class=\"bad\">7</b>" + link), std::string::npos);
  EXPECT_NE(page_of(server, {{{"finance"}}}).find("<b class=\"bad\">2</b>" + link), std::string::npos);
}

TEST(LandingPage, ShowsATenantItsOwnVmsAndNoMoreOfErrorsThanTheirKind) {
  domain::ServerState server{.name = "prod", .up = true};
  std::vector<domain::Vm> vms(3);
  vms.front().tenant = base::SharedText("finance");
  server.vms = std::make_shared<const std::vector<domain::Vm>>(vms);
  server.sources = {
      {.resource = domain::Resource::virtual_machines, .health = {.success = true, .last_success = kNoon}},
      {.resource = domain::Resource::nodes,
       .health = {.last_attempt = kNoon,
                  .rows = 7,
                  .error = base::Error{.kind = base::ErrorKind::unreachable,
                                       .message = "GET https://vp.internal: refused"}}}};
  const std::string page = page_of(server, {{{"finance"}}});

  EXPECT_NE(page.find("<tr><td>prod</td><td class=\"good\">up</td><td class=\"number\">1</td>"),
            std::string::npos);
  EXPECT_NE(page.find("<tr><td>nodes</td><td class=\"bad\">failed</td><td>never</td><td></td>"
                      "<td>unreachable</td></tr>"),
            std::string::npos);
  EXPECT_EQ(page.find("vp.internal"), std::string::npos);
}

TEST(LandingPage, ListsEachCollectorWithItsError) {
  domain::ServerState server{.name = "prod"};
  server.sources = {
      {.resource = domain::Resource::virtual_machines,
       .health = {.success = true, .last_attempt = kNoon, .last_success = kNoon - 90s, .rows = 7}},
      {.resource = domain::Resource::tasks, .health = {}},
      {.resource = domain::Resource::nodes,
       .health = {.last_attempt = kNoon,
                  .last_success = kNoon - 1h,
                  .error = base::Error{.kind = base::ErrorKind::forbidden,
                                       .message = "GET /nodes: 403 <b>\"no\"</b>"}}},
      {.resource = domain::Resource::policies,
       .health = {.success = true, .last_attempt = kNoon, .last_success = kNoon - 24h},
       .stale = true}};

  EXPECT_EQ(
      table_after(page_of(server), "<h2>prod"),
      "<h2>prod</h2>\n<table><thead><tr><th>Collector<th>State<th>Last success<th>Rows<th>Error</tr></thead>"
      "<tbody>\n"
      "<tr><td>virtual_machines</td><td class=\"good\">ok</td><td>1m30s ago</td><td class=\"number\">7</td>"
      "<td></td></tr>\n"
      "<tr><td>tasks</td><td class=\"bad\">not read yet</td><td>never</td><td class=\"number\">0</td>"
      "<td></td></tr>\n"
      "<tr><td>nodes</td><td class=\"bad\">failed</td><td>1h ago</td><td class=\"number\">0</td>"
      "<td>GET /nodes: 403 &lt;b&gt;&quot;no&quot;&lt;/b&gt;</td></tr>\n"
      "<tr><td>policies</td><td class=\"bad\">stale</td><td>1d ago</td><td class=\"number\">0</td>"
      "<td></td></tr>\n</tbody>");
}

TEST(LandingPage, EscapesNames) {
  const std::string page = page_of({.name = "<script>alert('x')</script>"});

  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_NE(page.find("<h2>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;</h2>"), std::string::npos);
}

TEST(LandingPage, AsksNobodyElseForAnything) {
  const std::string page = page_of({.name = "prod"});

  for (const char* outside : {"http:", "https:", "src=", "//", "@import", "url("}) {
    EXPECT_EQ(page.find(outside), std::string::npos) << outside;
  }
}

}  // namespace
}  // namespace web
