// GET /report: the page for people. It holds nothing of any site itself; its script asks the read API, as far
// as whoever looks at it may.

#include <string>

#include "web/answers.h"
#include "web/html.h"
#include "web/page/assets.h"
#include "web/routes.h"

namespace web {
namespace {

std::string report_page(std::string_view nonce) {
  return page_head("vProtect: backup protection report", nonce) + std::string(kReportBody) +
         "<script nonce=\"" + escaped(nonce) + "\">" + std::string(kReportScript) +
         "</script>\n</body></html>\n";
}

}  // namespace

Route report_page_route() {
  return {
      "GET",
      "/report",
      Rule::open(),
      [](const Asked&, httplib::Response& response) { answer_page(report_page, response, PageScript::own); },
      {.about = "The report, for people.",
       .parameters = {},
       .outcomes = {text_outcome("A page.", "text/html")}}};
}

}  // namespace web
