// GET /-/healthy: the process answers. GET /-/ready: the metrics are complete.

#include <algorithm>
#include <string>
#include <utility>

#include "web/answers.h"
#include "web/routes.h"

namespace web {
namespace {

constexpr const char* kText = "text/plain; charset=utf-8";

bool attempted(const domain::ServerState& server) {
  return std::all_of(server.sources.begin(), server.sources.end(), [](const domain::SourceState& source) {
    return source.health.last_attempt.has_value();
  });
}

std::string unread_servers(const domain::Snapshot& snapshot) {
  std::string names;
  for (const domain::ServerState& server : snapshot.servers) {
    if (!attempted(server)) names += (names.empty() ? "" : ", ") + server.name;
  }
  return names;
}

void answer_ready(const base::Shared<domain::Snapshot>& snapshot, httplib::Response& response) {
  response.set_header("Cache-Control", "no-store");
  if (!snapshot) return answer_not_yet(kNothingRead, response);
  const std::string unread = unread_servers(*snapshot);
  if (!unread.empty()) return answer_not_yet("Being read for the first time: " + unread, response);
  response.set_content("OK\n", kText);
}

}  // namespace

Route healthy_route() {
  return {"GET", "/-/healthy",
          [](const httplib::Request&, httplib::Response& response) { response.set_content("OK\n", kText); }};
}

Route ready_route(const LatestSnapshot& latest) {
  return {"GET", "/-/ready", [&latest](const httplib::Request&, httplib::Response& response) {
            answer_ready(latest.get(), response);
          }};
}

}  // namespace web
