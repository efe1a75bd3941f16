#include "domain/day_pattern.h"

#include <bit>
#include <cassert>

namespace domain {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month;
using std::chrono::year_month_day;

constexpr std::uint32_t kWeek = 0x7F;
constexpr std::uint32_t kEveryWeek = 0x10204081;  // bits 0, 7, 14, 21 and 28
constexpr int kMonthsOfAYear = 12;

std::uint8_t bits_of(const std::vector<std::chrono::weekday>& weekdays) {
  if (weekdays.empty()) return kWeek;
  unsigned bits = 0;
  for (const std::chrono::weekday day : weekdays) bits |= 1U << day.c_encoding();
  return static_cast<std::uint8_t>(bits);
}

std::uint16_t bits_of(const std::vector<std::chrono::month>& months) {
  if (months.empty()) return 0xFFF;
  unsigned bits = 0;
  for (const std::chrono::month month : months) bits |= 1U << (static_cast<unsigned>(month) - 1);
  return static_cast<std::uint16_t>(bits);
}

// The n-th Monday of a month is in its n-th seven days, and so is every other weekday.
std::uint32_t weeks_of(const std::vector<Occurrence>& occurrences) {
  if (occurrences.empty()) return UINT32_MAX;
  std::uint32_t days_of_month = 0;
  for (const Occurrence occurrence : occurrences) {
    if (occurrence != Occurrence::last) days_of_month |= kWeek << (7 * static_cast<unsigned>(occurrence));
  }
  return days_of_month;
}

bool has_last(const std::vector<Occurrence>& occurrences) {
  for (const Occurrence occurrence : occurrences) {
    if (occurrence == Occurrence::last) return true;
  }
  return false;
}

// The days of a month that begins with the given weekday.
std::uint32_t days_on(std::uint32_t weekdays, std::chrono::weekday first) {
  const unsigned passed = first.c_encoding();
  const std::uint32_t first_week = (weekdays >> passed | weekdays << (7 - passed)) & kWeek;
  return first_week * kEveryWeek;
}

}  // namespace

DayPattern::DayPattern(const Schedule& schedule)
    : weeks_(weeks_of(schedule.occurrences)),
      months_(bits_of(schedule.months)),
      weekdays_(bits_of(schedule.days)),
      has_last_week_(has_last(schedule.occurrences)) {}

std::uint32_t DayPattern::days_of(year_month month) const {
  if ((months_ >> (static_cast<unsigned>(month.month()) - 1) & 1U) == 0) return 0;
  const auto length = static_cast<unsigned>((month / std::chrono::last).day());
  const std::uint32_t weeks = has_last_week_ ? weeks_ | kWeek << (length - 7) : weeks_;
  const std::uint32_t all = (1U << length) - 1;
  return days_on(weekdays_, std::chrono::weekday{sys_days{month / 1}}) & weeks & all;
}

sys_days DayPattern::first_from(sys_days day) const {
  const year_month_day date{day};
  year_month month{date.year(), date.month()};
  std::uint32_t fitting = days_of(month) & UINT32_MAX << (static_cast<unsigned>(date.day()) - 1);
  for (int more = kMonthsOfAYear; fitting == 0 && more > 0; --more) {
    month += std::chrono::months{1};
    fitting = days_of(month);
  }
  assert(fitting != 0);
  return sys_days{month / 1} + days{std::countr_zero(fitting)};
}

sys_days DayPattern::last_until(sys_days day) const {
  const year_month_day date{day};
  year_month month{date.year(), date.month()};
  std::uint32_t fitting = days_of(month) & UINT32_MAX >> (32 - static_cast<unsigned>(date.day()));
  for (int more = kMonthsOfAYear; fitting == 0 && more > 0; --more) {
    month -= std::chrono::months{1};
    fitting = days_of(month);
  }
  assert(fitting != 0);
  return sys_days{month / 1} + days{31 - std::countl_zero(fitting)};
}

}  // namespace domain
