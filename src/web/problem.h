#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace web {

// What is wrong with a parameter of a request.
struct Fault {
  std::string parameter;
  std::string detail;  // what it has to be

  bool operator==(const Fault&) const = default;
};

// Why a request was not answered as asked: RFC 9457.
struct Problem {
  int status = 500;
  std::string detail;         // one sentence for the caller; nothing that only the operator may know
  std::string allow;          // with 405: the methods that the path takes
  std::vector<Fault> faults;  // with 400: the parameters that are wrong
  std::vector<std::pair<std::string, std::string>> headers;  // more of them
  std::string members = {};  // a JSON object, whose members are added to the problem's own

  bool operator==(const Problem&) const = default;
};

// 400 with all of them; absent: there is none.
std::optional<Problem> problem_of(std::vector<Fault> faults);

inline constexpr std::string_view kProblemType = "application/problem+json";

std::string_view reason_of(int status);  // "Not Found"
std::string to_json(const Problem& problem);

// A whole answer, as it goes over the wire. An answer to HEAD has no body; `closing` says that nothing
// follows.
struct AnswerShape {
  bool head = false;
  bool closing = true;
};
std::string to_answer(const Problem& problem, AnswerShape shape);

}  // namespace web
