#include "web/request_reader.h"

#include <utility>

namespace web {
namespace {

Refusal fatal(int status, std::string detail) {
  return {.problem = {.status = status, .detail = std::move(detail)}, .shape = {.closing = true}};
}

// The position of the first line feed from `from` on that no carriage return precedes.
std::size_t bare_line_feed(std::string_view text, std::size_t from) {
  std::size_t at = text.find('\n', from);
  while (at != std::string_view::npos && at > 0 && text[at - 1] == '\r') at = text.find('\n', at + 1);
  return at;
}

}  // namespace

RequestReader::Next RequestReader::next() {
  if (!head_) {
    if (auto outcome = find_head()) return std::move(*outcome);
  }
  return read_body();
}

std::optional<RequestReader::Next> RequestReader::find_head() {
  skip_empty_lines();
  const std::size_t end = input_.find("\r\n\r\n", searched_ < 3 ? 0 : searched_ - 3);
  const std::string_view seen = std::string_view(input_).substr(0, end);
  if (bare_line_feed(seen, searched_) != std::string_view::npos) {
    return fatal(400, "A line ends without a carriage return.");
  }
  if (end == std::string::npos) return incomplete_head();
  if (end + 4 > limits_.most_head) return fatal(431, "The request's head is too large.");
  auto parsed = parse_head(std::string_view(input_).substr(0, end + 4));
  input_.erase(0, end + 4);
  searched_ = 0;
  if (const auto* problem = std::get_if<Problem>(&parsed)) return Refusal{*problem, {.closing = true}};
  return begin(std::move(std::get<RequestHead>(parsed)));
}

// RFC 9112, 2.2: some clients end a body with a line end that they do not count.
void RequestReader::skip_empty_lines() {
  std::size_t empty = 0;
  while (input_.compare(empty, 2, "\r\n") == 0) empty += 2;
  if (empty > 0) searched_ = 0;
  input_.erase(0, empty);
}

RequestReader::Next RequestReader::incomplete_head() {
  searched_ = input_.size();
  if (input_.size() < limits_.most_head) return Incomplete{};
  if (input_.find('\n') == std::string::npos) return fatal(414, "The request line is too long.");
  return fatal(431, "The request's head is too large.");
}

std::optional<RequestReader::Next> RequestReader::begin(RequestHead head) {
  const AnswerShape shape{.head = head.method == "HEAD", .closing = head.has_body() || !head.keep_alive};
  if (auto problem = admission_(head)) return Refusal{std::move(*problem), shape};
  body_.emplace(head, limits_.most_body);
  continue_due_ = head.expects_continue && body_->state() == BodyReader::State::incomplete;
  head_ = std::move(head);
  return std::nullopt;
}

RequestReader::Next RequestReader::read_body() {
  input_.erase(0, body_->feed(input_));
  switch (body_->state()) {
    case BodyReader::State::complete:
      return finished();
    case BodyReader::State::malformed:
      return fatal(400, "The body's chunks are malformed.");
    case BodyReader::State::too_large:
      return fatal(413, "The body is too large.");
    case BodyReader::State::incomplete:
      break;
  }
  return Incomplete{};
}

RequestReader::Next RequestReader::finished() {
  Request request{.head = std::move(*head_), .body = body_->take()};
  head_.reset();
  body_.reset();
  continue_due_ = false;
  if (input_.empty()) input_ = {};  // thousands of idle connections hold no buffer
  return request;
}

bool RequestReader::take_continue() { return std::exchange(continue_due_, false); }

}  // namespace web
