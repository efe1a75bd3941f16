#include "web/moments.h"

#include <chrono>

#include "base/text.h"

namespace web {
namespace {

std::optional<base::TimePoint> moment(Query& query, std::string_view name, std::chrono::days beyond_the_day) {
  const auto value = query.one(name);
  if (!value) return std::nullopt;
  if (const auto day = base::parse_date(*value)) return *day + beyond_the_day;
  if (const auto exact = base::parse_rfc3339(*value)) return exact;
  query.fault(name, "must be a UTC day such as 2026-12-31, or a moment such as 2026-12-31T18:00:00Z");
  return std::nullopt;
}

}  // namespace

std::vector<Parameter> moment_parameters() {
  return {{.name = "from",
           .kind = report::Kind::text,
           .about = "Not before this UTC day or moment.",
           .words = {}},
          {.name = "to",
           .kind = report::Kind::text,
           .about = "Not after this UTC day, or before this moment.",
           .words = {}}};
}

std::pair<std::optional<base::TimePoint>, std::optional<base::TimePoint>> moments(Query& query) {
  return {moment(query, "from", std::chrono::days{0}), moment(query, "to", std::chrono::days{1})};
}

}  // namespace web
