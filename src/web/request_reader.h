#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "web/body_reader.h"
#include "web/problem.h"
#include "web/request_head.h"

namespace web {

// A request that has arrived to its last byte.
struct Request {
  RequestHead head;
  std::string body;
};

// A request that is answered without being served.
struct Refusal {
  Problem problem;
  AnswerShape shape;  // closing: what follows on the connection cannot be told apart from the refused request
};

struct ReadLimits {
  std::size_t most_head = 0;
  std::size_t most_body = 0;
};

// Tells whether a request may go on, before its body is read.
using Admission = std::function<std::optional<Problem>(const RequestHead& head)>;

// Takes the bytes of one connection, in whatever pieces they arrive, apart into requests.
class RequestReader {
 public:
  struct Incomplete {};
  using Next = std::variant<Incomplete, Request, Refusal>;

  // `admission` outlives the reader.
  RequestReader(ReadLimits limits, const Admission& admission) : limits_(limits), admission_(admission) {}

  void feed(std::string_view bytes) { input_.append(bytes); }
  Next next();

  // True once for a body that its sender holds back until it is asked for.
  bool take_continue();
  bool empty() const { return input_.empty() && !head_; }  // between two requests
  bool in_body() const { return head_.has_value(); }
  std::size_t size() const { return input_.size() + (body_ ? body_->size() : 0); }

 private:
  std::optional<Next> find_head();
  void skip_empty_lines();
  Next incomplete_head();
  std::optional<Next> begin(RequestHead head);
  Next read_body();
  Next finished();

  const ReadLimits limits_;
  const Admission& admission_;
  std::string input_;
  std::size_t searched_ = 0;  // bytes of input_ that hold no end of a head
  std::optional<RequestHead> head_;
  std::optional<BodyReader> body_;  // present with head_
  bool continue_due_ = false;
};

}  // namespace web
