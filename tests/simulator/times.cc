#include "times.h"

#include <array>
#include <charconv>
#include <utility>

namespace simulator {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Takes so many digits off the text.
std::optional<unsigned> digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + count, number);
  if (error != std::errc{} || end != text.data() + count) return std::nullopt;
  text.remove_prefix(count);
  return number;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<std::chrono::sys_days> day_off(std::string_view& text) {
  const auto year = digits(text, 4);
  if (!year || !take(text, "-")) return std::nullopt;
  const auto month = digits(text, 2);
  if (!month || !take(text, "-")) return std::nullopt;
  const auto day = digits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day)};
  return date.ok() ? std::optional(std::chrono::sys_days(date)) : std::nullopt;
}

std::optional<Millis> hour_off(std::string_view& text) {
  const auto hour = digits(text, 2);
  if (!hour || !take(text, ":")) return std::nullopt;
  const auto minute = digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  const Millis time = hours(*hour) + minutes(*minute);
  return time <= hours(24) ? std::optional(time) : std::nullopt;
}

// "ms" comes before "m".
constexpr std::array<std::pair<std::string_view, Millis>, 5> kUnits{
    {{"ms", Millis(1)}, {"d", days(1)}, {"h", hours(1)}, {"m", minutes(1)}, {"s", seconds(1)}}};

std::optional<Millis> unit_off(std::string_view& text) {
  for (const auto& [name, length] : kUnits) {
    if (take(text, name)) return length;
  }
  return std::nullopt;
}

}  // namespace

OptionalTime instant_in(std::string_view text) {
  const auto day = day_off(text);
  if (!day || !take(text, "T")) return std::nullopt;
  const auto hour = hour_off(text);
  if (!hour || !take(text, ":")) return std::nullopt;
  const auto second = digits(text, 2);
  if (!second || *second > 59 || text != "Z") return std::nullopt;
  return TimePoint(*day) + *hour + seconds(*second);
}

std::optional<Millis> span_in(std::string_view text) {
  if (text.empty()) return std::nullopt;
  Millis span{};
  while (!text.empty()) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const auto unit = unit_off(text);
    if (!unit) return std::nullopt;
    span += number * *unit;
  }
  return span;
}

OptionalTime moment_in(std::string_view text, TimePoint now) {
  if (text == "now") return now;
  const bool before = text.starts_with('-');
  if (!before && !text.starts_with('+')) return instant_in(text);
  const auto span = span_in(text.substr(1));
  if (!span) return std::nullopt;
  return before ? now - *span : now + *span;
}

std::optional<Millis> hour_in(std::string_view text) {
  const auto hour = hour_off(text);
  return text.empty() ? hour : std::nullopt;
}

}  // namespace simulator
