#pragma once

#include <string>
#include <utility>
#include <vector>

#include "web/problem.h"
#include "web/query.h"

namespace web {

// One kind of answer.
struct Outcome {
  int status = 200;
  std::string about;
  std::string type;    // of its body; empty: it has none
  std::string schema;  // of a JSON body: a name among the description's schemas; empty: none is given
};

// What the description of the API tells of a route.
struct Operation {
  std::string about;  // one sentence
  std::vector<Parameter> parameters;
  std::vector<Outcome> outcomes;  // besides those that every route has
  std::string body = {};   // of the request: a name among the description's schemas; empty: it has none
  bool takes_key = false;  // the header Idempotency-Key
};

inline Outcome text_outcome(std::string about, std::string type = "text/plain") {
  return {.status = 200, .about = std::move(about), .type = std::move(type), .schema = {}};
}

inline Outcome problem_outcome(int status, std::string about) {
  return {
      .status = status, .about = std::move(about), .type = std::string(kProblemType), .schema = "Problem"};
}

}  // namespace web
