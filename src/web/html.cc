#include "web/html.h"

#include "web/page/assets.h"

namespace web {
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

std::string page_head(std::string_view title, std::string_view nonce) {
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
         "<link rel=\"icon\" href=\"data:,\">\n<meta name=\"viewport\" content=\"width=device-width, "
         "initial-scale=1\">\n<title>" +
         escaped(title) + "</title>\n<style nonce=\"" + escaped(nonce) + "\">" + std::string(kStyleSheet) +
         "</style></head>\n";
}

std::string cell(std::string_view text) { return "<td>" + escaped(text) + "</td>"; }

std::string number_cell(std::size_t number) {
  return "<td class=\"number\">" + std::to_string(number) + "</td>";
}

}  // namespace web
