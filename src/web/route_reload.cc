// POST /-/reload: read the configuration again.

#include <utility>

#include "web/routes.h"

namespace web {

Route reload_route(std::function<base::Result<base::Done>()> reload) {
  return {"POST",
          "/-/reload",
          Rule::needs_site(Verb::manage),
          [reload = std::move(reload)](const Asked&, httplib::Response& response) {
            const auto reloaded = reload();
            response.status = reloaded ? 200 : 500;
            response.set_content(
                reloaded ? "The configuration is reloaded.\n" : reloaded.error().message + "\n",
                "text/plain; charset=utf-8");
          },
          {.about = "Reads the configuration again; one that is not good leaves everything as it was.",
           .parameters = {},
           .outcomes = {text_outcome("It is reloaded."),
                        {.status = 500, .about = "It is not good.", .type = "text/plain", .schema = {}}}}};
}

}  // namespace web
