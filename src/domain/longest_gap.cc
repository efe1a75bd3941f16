#include <algorithm>
#include <bit>
#include <cstdint>

#include "domain/calendar.h"

namespace domain {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month;

constexpr year_month kFirstMonth = year{2024} / 1;
constexpr year_month kEndMonth = year{2052} / 1;
constexpr sys_days kFirstDay{kFirstMonth / 1};
constexpr days kPeriod = sys_days{kEndMonth / 1} - kFirstDay;

// Which runs each day of the period has. Days that have the same ones are of the same kind, and there are
// few kinds: what a day's runs are together is found once for each.
class DayKinds {
 public:
  void add(const DayPattern& pattern, const DayRuns& runs);
  const std::vector<std::uint32_t>& of_days() const { return kind_of_day_; }
  // The times of a kind's runs, in order. Empty for kind 0.
  std::vector<milliseconds> times_of(std::uint32_t kind) const;
  std::size_t size() const { return kinds_.size(); }

 private:
  // The runs of another kind, and some more.
  struct Kind {
    std::uint32_t base = 0;
    DayRuns more;
  };

  std::vector<Kind> kinds_{Kind{}};  // 0: no runs
  std::vector<std::uint32_t> kind_of_day_ = std::vector<std::uint32_t>(kPeriod.count(), 0);
};

void DayKinds::add(const DayPattern& pattern, const DayRuns& runs) {
  std::vector<std::uint32_t> extended(kinds_.size(), 0);  // by the kind it was before
  const auto extend = [&](std::uint32_t& kind) {
    if (extended[kind] == 0) {
      extended[kind] = static_cast<std::uint32_t>(kinds_.size());
      kinds_.push_back({.base = kind, .more = runs});
    }
    kind = extended[kind];
  };
  for (year_month month = kFirstMonth; month < kEndMonth; month += std::chrono::months{1}) {
    const days first = sys_days{month / 1} - kFirstDay + runs.later;
    for (std::uint32_t left = pattern.days_of(month); left != 0; left &= left - 1) {
      extend(kind_of_day_[(first + days{std::countr_zero(left)}) % kPeriod / days{1}]);
    }
  }
}

std::vector<milliseconds> DayKinds::times_of(std::uint32_t kind) const {
  std::vector<milliseconds> times;
  for (; kind != 0; kind = kinds_[kind].base) {
    const DayRuns& runs = kinds_[kind].more;
    for (milliseconds time = runs.first; time <= runs.last; time += runs.step) times.push_back(time);
  }
  std::sort(times.begin(), times.end());
  return times;
}

struct DaySpan {
  milliseconds first{};
  milliseconds last{};
  milliseconds longest_gap{};
};

DaySpan span_of(const std::vector<milliseconds>& times) {
  DaySpan span{.first = times.front(), .last = times.back()};
  for (std::size_t i = 1; i < times.size(); ++i) {
    span.longest_gap = std::max(span.longest_gap, times[i] - times[i - 1]);
  }
  return span;
}

// The longest gap of the period, the one at its end included.
class GapFinder {
 public:
  explicit GapFinder(const DayKinds& kinds) : kinds_(kinds), spans_(kinds.size()) {}

  std::optional<milliseconds> longest() {
    for (std::size_t day = 0; day < kinds_.of_days().size(); ++day) {
      if (const std::uint32_t kind = kinds_.of_days()[day]; kind != 0) pass(days{day}, span(kind));
    }
    if (first_) take(kPeriod + *first_);
    return longest_;
  }

 private:
  const DaySpan& span(std::uint32_t kind) {
    if (!spans_[kind]) spans_[kind] = span_of(kinds_.times_of(kind));
    return *spans_[kind];
  }

  void pass(days day, const DaySpan& span) {
    if (!first_) first_ = day + span.first;
    if (last_) take(day + span.first);
    longest_ = std::max(longest_.value_or(span.longest_gap), span.longest_gap);
    last_ = day + span.last;
  }

  void take(milliseconds next) { longest_ = std::max(*longest_, next - *last_); }

  const DayKinds& kinds_;
  std::vector<std::optional<DaySpan>> spans_;  // by kind
  std::optional<milliseconds> first_;
  std::optional<milliseconds> last_;
  std::optional<milliseconds> longest_;
};

}  // namespace

std::optional<milliseconds> longest_gap(const std::vector<Calendar>& calendars) {
  DayKinds kinds;
  for (const Calendar& calendar : calendars) {
    for (const DayRuns& runs : calendar.runs()) kinds.add(calendar.days(), runs);
  }
  return GapFinder(kinds).longest();
}

}  // namespace domain
