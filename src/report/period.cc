#include "report/period.h"

namespace report {

using std::chrono::days;

bool Period::holds(base::TimePoint time) const {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  return from <= day && day <= to;
}

Period last_week(base::TimePoint now) {
  const auto today = std::chrono::floor<days>(now);
  return {.from = today - days(6), .to = today};
}

Period before(const Period& period) {
  return {.from = period.from - days(static_cast<std::int64_t>(period.days())), .to = period.from - days(1)};
}

}  // namespace report
