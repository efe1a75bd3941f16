#include "web/problem.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace web {
namespace {

bool has_header(const Problem& problem, std::string_view name) {
  return std::any_of(problem.headers.begin(), problem.headers.end(),
                     [&](const auto& header) { return header.first == name; });
}

}  // namespace

std::string_view reason_of(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Error";
  }
}

std::optional<Problem> problem_of(std::vector<Fault> faults) {
  if (faults.empty()) return std::nullopt;
  const std::string detail = "\"" + faults.front().parameter + "\" " + faults.front().detail + ".";
  return Problem{.status = 400, .detail = detail, .allow = {}, .faults = std::move(faults)};
}

std::string to_json(const Problem& problem) {
  nlohmann::ordered_json json = {{"type", "about:blank"},
                                 {"title", reason_of(problem.status)},
                                 {"status", problem.status},
                                 {"detail", problem.detail}};
  for (const Fault& fault : problem.faults)
    json["errors"].push_back({{"parameter", fault.parameter}, {"detail", fault.detail}});
  if (!problem.members.empty()) json.update(nlohmann::ordered_json::parse(problem.members));
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string to_answer(const Problem& problem, AnswerShape shape) {
  const std::string body = to_json(problem);
  std::string answer = "HTTP/1.1 " + std::to_string(problem.status) + " ";
  answer.append(reason_of(problem.status)).append("\r\nContent-Type: ").append(kProblemType);
  if (!has_header(problem, "X-Content-Type-Options")) answer += "\r\nX-Content-Type-Options: nosniff";
  answer += "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  if (!problem.allow.empty()) answer += "Allow: " + problem.allow + "\r\n";
  for (const auto& [name, value] : problem.headers)
    answer.append(name).append(": ").append(value).append("\r\n");
  if (shape.closing) answer += "Connection: close\r\n";
  answer += "\r\n";
  if (!shape.head) answer += body;
  return answer;
}

}  // namespace web
