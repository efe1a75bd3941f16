// GET /-/cardinality: which families have how many series, for people.

#include "web/answers.h"
#include "web/cardinality_page.h"
#include "web/routes.h"

namespace web {

Route cardinality_route(const exposition::Publisher& publisher) {
  return {"GET",
          "/-/cardinality",
          Rule::needs_site(Verb::metrics),
          [&publisher](const Asked&, httplib::Response& response) {
            const auto census = publisher.census();
            if (!census) return answer_not_yet(kNothingRead, response);
            answer_page([&](std::string_view nonce) { return cardinality_page(*census, nonce); }, response);
          },
          {.about = "How many series each family has, for people.",
           .parameters = {},
           .outcomes = {text_outcome("A page.", "text/html")}}};
}

}  // namespace web
