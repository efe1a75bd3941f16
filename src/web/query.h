#pragma once

#include <httplib.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/field.h"
#include "report/period.h"
#include "web/problem.h"

namespace web {

// A parameter of a request's query.
struct Parameter {
  std::string name;
  report::Kind kind = report::Kind::text;
  std::string about;                    // one sentence
  std::vector<std::string_view> words;  // all that it may be; none: anything of its kind
  bool repeats = false;                 // may be given several times: any of them
};

std::vector<std::string> values_of(const httplib::Params& given, std::string_view name);

// The parameters of one request, held against those that its route takes. What is wrong is noted, and asked
// for at the end: so a caller hears of all of it at once.
class Query {
 public:
  Query(const httplib::Params& given, const std::vector<Parameter>& known);

  std::optional<std::string> one(std::string_view name) const;
  std::vector<std::string> all(std::string_view name) const { return values_of(given_, name); }
  bool flag(std::string_view name, bool otherwise);
  std::size_t count(std::string_view name, std::size_t least, std::size_t most, std::size_t otherwise);
  std::chrono::milliseconds duration(std::string_view name, std::chrono::milliseconds most,
                                     std::chrono::milliseconds otherwise);
  // Of `from` and `to`: the last seven days where neither is given.
  report::Period period(base::TimePoint now);

  void fault(std::string_view name, std::string detail);
  const std::vector<Fault>& faults() const { return faults_; }
  std::optional<Problem> problem() const { return problem_of(faults_); }

 private:
  std::optional<std::chrono::sys_days> day(std::string_view name);

  const httplib::Params& given_;
  std::vector<Fault> faults_;
};

// `from` and `to`, for those routes that show days.
std::vector<Parameter> period_parameters();

}  // namespace web
