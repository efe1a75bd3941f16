// GET /: what a person who opens the exporter's address sees.

#include <string>
#include <utility>

#include "web/answers.h"
#include "web/landing_page.h"
#include "web/routes.h"

namespace web {

Route landing_route(const LatestSnapshot& latest, const base::Clock& clock, std::string version) {
  return {"GET",
          "/",
          Rule::needs(Verb::report),
          [&latest, &clock, version = std::move(version)](const Asked& asked, httplib::Response& response) {
            const auto snapshot = latest.get();
            const Viewer viewer{asked.caller.scope, clock.now()};
            answer_page(
                [&](std::string_view nonce) { return landing_page(snapshot.get(), viewer, version, nonce); },
                response);
          },
          {.about = "What the exporter is, and how each server fares, for people.",
           .parameters = {},
           .outcomes = {text_outcome("A page.", "text/html")}}};
}

}  // namespace web
