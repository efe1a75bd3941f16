#include "web/query.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.h"

namespace web {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

std::string one_of(const std::vector<std::string_view>& words) {
  std::string text = "must be one of ";
  for (const std::string_view word : words) {
    if (text.back() != ' ') text += ", ";
    text += word;
  }
  return text;
}

bool may_be(const Parameter& parameter, const std::string& value) {
  const auto& words = parameter.words;
  return words.empty() || std::find(words.begin(), words.end(), value) != words.end();
}

}  // namespace

std::vector<std::string> values_of(const httplib::Params& given, std::string_view name) {
  std::vector<std::string> values;
  const auto [begin, end] = given.equal_range(std::string(name));
  for (auto at = begin; at != end; ++at) values.push_back(at->second);
  return values;
}

Query::Query(const httplib::Params& given, const std::vector<Parameter>& known) : given_(given) {
  for (auto at = given.begin(); at != given.end(); at = given.upper_bound(at->first)) {
    const auto parameter =
        std::find_if(known.begin(), known.end(), [&](const Parameter& p) { return p.name == at->first; });
    if (parameter == known.end()) {
      fault(at->first, "is not a parameter of this path");
      continue;
    }
    if (!parameter->repeats && given.count(at->first) > 1) fault(at->first, "may be given once");
    for (const std::string& value : all(at->first)) {
      if (!may_be(*parameter, value)) fault(at->first, one_of(parameter->words));
    }
  }
}

std::optional<std::string> Query::one(std::string_view name) const {
  const auto found = given_.find(std::string(name));
  return found == given_.end() ? std::nullopt : std::optional(found->second);
}

bool Query::flag(std::string_view name, bool otherwise) {
  const auto value = one(name);
  if (!value) return otherwise;
  if (*value != "true" && *value != "false") fault(name, "must be true or false");
  return *value == "true";
}

std::size_t Query::count(std::string_view name, std::size_t least, std::size_t most, std::size_t otherwise) {
  const auto value = one(name);
  if (!value) return otherwise;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (error == std::errc() && end == value->data() + value->size() && number >= least && number <= most)
    return number;
  fault(name, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return otherwise;
}

std::chrono::milliseconds Query::duration(std::string_view name, std::chrono::milliseconds most,
                                          std::chrono::milliseconds otherwise) {
  const auto value = one(name);
  if (!value) return otherwise;
  const auto duration = base::parse_duration(*value);
  if (duration && *duration <= most) return *duration;
  fault(name, "must be a duration from 0s to " + base::to_text(most));
  return otherwise;
}

std::optional<std::chrono::sys_days> Query::day(std::string_view name) {
  const auto value = one(name);
  if (!value) return std::nullopt;
  if (const auto day = base::parse_date(*value)) return day;
  if (const auto moment = base::parse_rfc3339(*value)) return std::chrono::floor<days>(*moment);
  fault(name, "must be a UTC day such as 2026-12-31, or a moment of it such as 2026-12-31T18:00:00Z");
  return std::nullopt;
}

report::Period Query::period(base::TimePoint now) {
  const auto from = day("from");
  const auto to = day("to");
  report::Period period = report::last_week(now);
  if (to) period = {.from = *to - days(6), .to = *to};
  if (from) period.from = *from;
  if (from && *from < sys_days{}) fault("from", "must not be before 1970");
  if (from && *from > std::chrono::floor<days>(now)) fault("from", "must not be after today");
  if (period.to < period.from) fault("from", "must not be after the last day, which is \"to\"");
  if (period.to - period.from >= report::kMostDays)
    fault("from", "must be less than " + std::to_string(report::kMostDays.count()) + " days before \"to\"");
  return period.to < period.from ? report::last_week(now) : period;
}

void Query::fault(std::string_view name, std::string detail) {
  faults_.push_back({.parameter = base::excerpt(name, 100), .detail = std::move(detail)});
}

std::vector<Parameter> period_parameters() {
  return {
      {.name = "from",
       .kind = report::Kind::text,
       .about = "First UTC day of the period: six days before its last one.",
       .words = {}},
      {.name = "to", .kind = report::Kind::text, .about = "Last UTC day of the period: today.", .words = {}}};
}

}  // namespace web
