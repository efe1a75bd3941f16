#include "ledger/stored.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <system_error>

#include "base/text.h"

namespace ledger {
namespace {

constexpr std::size_t kMostBytes = 500;
constexpr std::size_t kMostLongBytes = 16384;
constexpr std::size_t kMostWholeBytes = 1024UL * 1024;
constexpr std::size_t kChecksumDigits = 16;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::string without_nul(std::string text) {
  for (std::size_t at = 0; (at = text.find('\0', at)) != std::string::npos;)
    text.replace(at, 1, kReplacement);
  return text;
}

// FNV-1a: the same on every machine and in every version.
std::uint64_t checksum(std::string_view text) {
  std::uint64_t sum = 14695981039346656037U;
  for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return sum;
}

std::string hexadecimal(std::uint64_t number) {
  std::array<char, kChecksumDigits> digits{};
  const auto end = std::to_chars(digits.begin(), digits.end(), number, 16).ptr;
  return {digits.begin(), end};
}

std::string shortened(std::string_view text, std::size_t most) {
  std::string plain = without_nul(base::to_valid_utf8(text));
  if (plain.size() <= most) return plain;
  return std::string(base::beginning(plain, most - kChecksumDigits - 1)) + "~" + hexadecimal(checksum(plain));
}

std::string count_text(std::string_view before, std::uint16_t count) {
  return count == 0 ? "" : std::string(before) + std::to_string(count);
}

// The number that the text is; an empty one is 0.
std::optional<std::uint16_t> count_of(std::string_view text) {
  std::uint16_t count = 0;
  if (text.empty()) return count;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return count;
}

std::optional<domain::DayResults> day_of(std::string_view text) {
  const auto slash = std::min(text.find('/'), text.size());
  const auto successes = count_of(text.substr(0, slash));
  const auto failures = count_of(text.substr(std::min(slash + 1, text.size())));
  if (!successes || !failures) return std::nullopt;
  return domain::DayResults{*successes, *failures};
}

}  // namespace

std::string stored_text(std::string_view text) { return shortened(text, kMostBytes); }

std::string stored_long_text(std::string_view text) { return shortened(text, kMostLongBytes); }

std::string stored_whole_text(std::string_view text) { return shortened(text, kMostWholeBytes); }

std::string stored_days(const std::vector<domain::DayResults>& days) {
  std::string text;
  for (const auto& [successes, failures] : days) {
    text.append(count_text("", successes)).append(count_text("/", failures)).append(";");
  }
  return text;
}

std::optional<std::vector<domain::DayResults>> days_of(std::string_view text) {
  std::vector<domain::DayResults> days;
  while (!text.empty()) {
    const auto end = text.find(';');
    const auto day = end == std::string_view::npos ? std::nullopt : day_of(text.substr(0, end));
    if (!day) return std::nullopt;
    days.push_back(*day);
    text.remove_prefix(end + 1);
  }
  return days;
}

}  // namespace ledger
