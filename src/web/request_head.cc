#include "web/request_head.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace web {
namespace {

using MaybeProblem = std::optional<Problem>;

Problem bad(std::string detail) { return {.status = 400, .detail = std::move(detail)}; }

bool is_token_char(char c) {
  const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return alphanumeric || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

bool is_value_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

bool is_target_char(char c) { return c > 0x20 && c < 0x7f && c != '#'; }

// The line up to the next CRLF, which is taken off `rest` with it.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find("\r\n"), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 2, rest.size()));
  return line;
}

MaybeProblem read_target(std::string_view target, RequestHead& head) {
  if (target.size() > kMostTarget) return Problem{.status = 414, .detail = "The target is too long."};
  if (target.empty() || target.front() != '/' || !std::all_of(target.begin(), target.end(), is_target_char)) {
    return bad("The target is not an absolute path.");
  }
  head.target = target;
  return {};
}

MaybeProblem read_version(std::string_view version, RequestHead& head) {
  if (version == "HTTP/1.1" || version == "HTTP/1.0") {
    head.keep_alive = version == "HTTP/1.1";
    return {};
  }
  if (version.starts_with("HTTP/")) return Problem{.status = 505, .detail = "HTTP/1.1 is spoken here."};
  return bad("The request line has no version.");
}

MaybeProblem read_request_line(std::string_view line, RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return bad("The request line has not three parts.");
  const std::string_view method = line.substr(0, first);
  if (!is_token(method)) return bad("The method is malformed.");
  head.method = method;
  if (auto problem = read_target(line.substr(first + 1, last - first - 1), head)) return problem;
  return read_version(line.substr(last + 1), head);
}

MaybeProblem read_header(std::string_view line, RequestHead& head) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return bad("A header's name is malformed.");
  }
  const std::string_view value = base::trimmed(line.substr(colon + 1));
  if (!std::all_of(value.begin(), value.end(), is_value_char)) {
    return bad("A header's value holds a control character.");
  }
  if (head.headers.size() == kMostHeaders) return Problem{.status = 431, .detail = "Too many headers."};
  head.headers.emplace_back(line.substr(0, colon), value);
  return {};
}

MaybeProblem read_headers(std::string_view rest, RequestHead& head) {
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    if (line.empty()) return {};
    if (auto problem = read_header(line, head)) return problem;
  }
  return {};
}

std::vector<std::string_view> values_of(const RequestHead& head, std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : head.headers) {
    if (base::equal_ignoring_case(key, name)) values.emplace_back(value);
  }
  return values;
}

MaybeProblem check_host(const RequestHead& head) {
  const std::size_t hosts = values_of(head, "Host").size();
  // keep_alive is still what the version said.
  if (hosts > 1 || (hosts == 0 && head.keep_alive)) return bad("One Host header is needed.");
  return {};
}

MaybeProblem read_length(RequestHead& head) {
  const auto lengths = values_of(head, "Content-Length");
  if (lengths.empty()) return {};
  if (lengths.size() > 1) return bad("There is more than one Content-Length.");
  const std::string_view text = lengths.front();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), head.length);
  if (error == std::errc::result_out_of_range && end == text.data() + text.size()) {
    return Problem{.status = 413, .detail = "The body is too large."};
  }
  if (error != std::errc() || end != text.data() + text.size()) return bad("Content-Length is no number.");
  return {};
}

MaybeProblem read_transfer_encoding(RequestHead& head) {
  const auto codings = values_of(head, "Transfer-Encoding");
  if (codings.empty()) return {};
  if (!values_of(head, "Content-Length").empty()) {
    return bad("Content-Length and Transfer-Encoding exclude each other.");
  }
  if (!head.keep_alive) return bad("HTTP/1.0 has no Transfer-Encoding.");
  if (codings.size() > 1) return bad("There is more than one Transfer-Encoding.");
  if (!base::equal_ignoring_case(codings.front(), "chunked")) {
    return Problem{.status = 501, .detail = "Of transfer encodings, chunked is known."};
  }
  head.chunked = true;
  return {};
}

MaybeProblem read_expectation(RequestHead& head) {
  const auto expectations = values_of(head, "Expect");
  if (expectations.empty()) return {};
  if (expectations.size() > 1 || !base::equal_ignoring_case(expectations.front(), "100-continue")) {
    return Problem{.status = 417, .detail = "Of expectations, 100-continue is known."};
  }
  head.expects_continue = true;
  return {};
}

bool has_option(std::string_view list, std::string_view option) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (base::equal_ignoring_case(base::trimmed(list.substr(0, comma)), option)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

MaybeProblem read_connection(RequestHead& head) {
  for (const std::string_view options : values_of(head, "Connection")) {
    if (has_option(options, "close")) head.keep_alive = false;
  }
  return {};
}

}  // namespace

std::variant<RequestHead, Problem> parse_head(std::string_view text) {
  RequestHead head;
  if (auto problem = read_request_line(take_line(text), head)) return *problem;
  if (auto problem = read_headers(text, head)) return *problem;
  for (const auto step : {read_length, read_transfer_encoding, read_expectation}) {
    if (auto problem = step(head)) return *problem;
  }
  if (auto problem = check_host(head)) return *problem;
  if (auto problem = read_connection(head)) return *problem;
  return head;
}

}  // namespace web
