// GET /api/v1/openapi.json: the description of all routes, itself among them.

#include "web/openapi.h"
#include "web/read_api.h"

namespace web {

void add_openapi_route(std::vector<Route>& routes, const std::string& version) {
  const auto text = std::make_shared<std::string>();
  routes.push_back(
      {"GET",
       "/api/v1/openapi.json",
       Rule::open(),
       [text](const Asked& asked, httplib::Response& response) {
         answer_body(asked, *text, kJson, response);
       },
       {.about = "This description.", .parameters = {}, .outcomes = {text_outcome("OpenAPI 3.1.", kJson)}}});
  *text = openapi(routes, version);
}

}  // namespace web
