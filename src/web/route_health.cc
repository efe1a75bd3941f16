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

// Without their names: anybody may ask.
std::string unread_servers(const domain::Snapshot& snapshot) {
  const auto& servers = snapshot.servers;
  const auto unread = std::count_if(servers.begin(), servers.end(),
                                    [](const domain::ServerState& server) { return !attempted(server); });
  if (unread == 0) return "";
  return std::to_string(unread) + " of " + std::to_string(servers.size()) + " servers";
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
  return {
      "GET",
      "/-/healthy",
      Rule::open(),
      [](const Asked&, httplib::Response& response) { response.set_content("OK\n", kText); },
      {.about = "Whether the process answers.", .parameters = {}, .outcomes = {text_outcome("It does.")}}};
}

Route ready_route(const LatestSnapshot& latest) {
  return {"GET",
          "/-/ready",
          Rule::open(),
          [&latest](const Asked&, httplib::Response& response) { answer_ready(latest.get(), response); },
          {.about = "Whether every server has been read once.",
           .parameters = {},
           .outcomes = {text_outcome("It has."),
                        {.status = 503, .about = "Not yet.", .type = "text/plain", .schema = {}}}}};
}

}  // namespace web
