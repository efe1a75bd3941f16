#include "base/text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <ctime>

namespace base {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

unsigned char byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

bool is_continuation(std::string_view text, std::size_t at) {
  return at < text.size() && (byte_at(text, at) & 0xC0) == 0x80;
}

struct Lead {
  std::size_t length = 0;     // of the whole sequence; 0 when no sequence starts so
  unsigned char low = 0x80;   // bounds of the second byte, which exclude overlong forms,
  unsigned char high = 0xBF;  // surrogates and what is beyond U+10FFFF
};

Lead lead_of(unsigned char byte) {
  if (byte < 0x80) return {1};
  if (byte >= 0xC2 && byte <= 0xDF) return {2};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {3};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte >= 0xF1 && byte <= 0xF3) return {4};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {};
}

// Length of the well-formed sequence at `at`, 0 when there is none.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const Lead lead = lead_of(byte_at(text, at));
  if (lead.length < 2) return lead.length;
  if (!is_continuation(text, at + 1)) return 0;
  if (byte_at(text, at + 1) < lead.low || byte_at(text, at + 1) > lead.high) return 0;
  for (std::size_t i = 2; i < lead.length; ++i) {
    if (!is_continuation(text, at + i)) return 0;
  }
  return lead.length;
}

// Offset of the first malformed byte, or the text's size.
std::size_t first_malformed(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const std::size_t length = sequence_length(text, at);
    if (length == 0) return at;
    at += length;
  }
  return at;
}

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};
// Largest first: a duration names each unit once, in this order.
constexpr std::array<Unit, 7> kUnits{{{"y", 365LL * 86400000},
                                      {"w", 7LL * 86400000},
                                      {"d", 86400000},
                                      {"h", 3600000},
                                      {"m", 60000},
                                      {"s", 1000},
                                      {"ms", 1}}};

char lowered(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

// The number that the text is, all of it digits.
std::optional<int> number_in(std::string_view digits) {
  int number = 0;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (digits.empty() || digits.size() > 8 || !std::all_of(digits.begin(), digits.end(), is_digit))
    return std::nullopt;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

}  // namespace

bool is_valid_utf8(std::string_view text) { return first_malformed(text, 0) == text.size(); }

std::string to_valid_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bad = first_malformed(text, at);
    result.append(text.substr(at, bad - at));
    if (bad == text.size()) break;
    result.append(kReplacement);
    at = bad + 1;
    while (is_continuation(text, at) && sequence_length(text, at) == 0 &&
           lead_of(byte_at(text, bad)).length > 1)
      ++at;
  }
  return result;
}

std::string to_lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lowered);
  return result;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lowered(x) == lowered(y); });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string_view beginning(std::string_view text, std::size_t most) {
  std::size_t end = std::min(most, text.size());
  while (end > 0 && is_continuation(text, end)) --end;
  return text.substr(0, end);
}

std::string excerpt(std::string_view text, std::size_t most) {
  const std::string_view kept = beginning(text, most);
  std::string result = to_valid_utf8(kept);
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  std::replace_if(result.begin(), result.end(), is_control, ' ');
  return kept.size() < text.size() ? result + "..." : result;
}

bool matches_glob(std::string_view text, std::string_view pattern) {
  constexpr auto kNone = std::string_view::npos;
  std::size_t at = 0;
  std::size_t in_pattern = 0;
  std::size_t star = kNone;  // the last `*` met, and where the text went on behind it
  std::size_t resume = 0;
  while (at < text.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      resume = at;
    } else if (in_pattern < pattern.size() &&
               (pattern[in_pattern] == '?' || pattern[in_pattern] == text[at])) {
      ++at;
      ++in_pattern;
    } else if (star != kNone) {
      in_pattern = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in_pattern) == kNone;
}

std::string to_rfc3339(TimePoint time) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> buffer{};
  const std::size_t length = std::strftime(buffer.data(), buffer.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return {buffer.data(), length};
}

std::string to_rfc3339_date(TimePoint time) { return to_rfc3339(time).substr(0, 10); }

std::optional<std::chrono::sys_days> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = number_in(text.substr(0, 4));
  const auto month = number_in(text.substr(5, 2));
  const auto day = number_in(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  return date.ok() ? std::optional(std::chrono::sys_days(date)) : std::nullopt;
}

std::optional<TimePoint> parse_rfc3339(std::string_view text) {
  if (text.size() != 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != 'Z')
    return std::nullopt;
  const auto date = parse_date(text.substr(0, 10));
  const auto hour = number_in(text.substr(11, 2));
  const auto minute = number_in(text.substr(14, 2));
  const auto second = number_in(text.substr(17, 2));
  if (!date || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return *date + std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  constexpr std::int64_t kMost = 100LL * 365 * 86400000;  // no interval of ours is longer than a century
  std::int64_t total = 0;
  if (text.empty()) return std::nullopt;
  for (auto unit = kUnits.begin(); !text.empty(); ++unit) {
    std::int64_t count = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (fault != std::errc() || count < 0 || count > kMost) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const std::string_view name = text.substr(0, text.find_first_of("0123456789"));
    unit = std::find_if(unit, kUnits.end(), [&](const Unit& u) { return u.name == name; });
    if (unit == kUnits.end() || count > kMost / unit->milliseconds) return std::nullopt;
    total += count * unit->milliseconds;
    text.remove_prefix(name.size());
    if (unit + 1 == kUnits.end() && !text.empty()) return std::nullopt;
  }
  if (total > kMost) return std::nullopt;
  return std::chrono::milliseconds(total);
}

std::string to_text(std::chrono::milliseconds duration) {
  std::int64_t rest = duration.count();
  if (rest <= 0) return "0s";
  std::string result;
  for (const Unit& unit : kUnits) {
    if (unit.name == "y" || unit.name == "w" || rest < unit.milliseconds) continue;
    result += std::to_string(rest / unit.milliseconds) + std::string(unit.name);
    rest %= unit.milliseconds;
  }
  return result;
}

}  // namespace base
