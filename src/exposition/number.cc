#include "exposition/number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace exposition {
namespace {

constexpr double kMostWhole = 9007199254740992.0;  // 2^53: integers below are exact
// With fewer than 10^15 of them, milliseconds have at most 15 digits, which name one double and no other.
constexpr double kMostSeconds = 1e12;

char* put(char* at, std::string_view text) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

bool is_whole(double value) {
  return std::abs(value) < kMostWhole && static_cast<double>(static_cast<std::int64_t>(value)) == value;
}

// The nearest number of thousandths.
std::int64_t thousandths_of(double value) {
  return static_cast<std::int64_t>(value * 1000 + (value < 0 ? -0.5 : 0.5));
}

bool is_whole_thousandths(double value) {
  return std::abs(value) < kMostSeconds && static_cast<double>(thousandths_of(value)) / 1000.0 == value;
}

// `thousandths` is no multiple of 1000.
char* put_thousandths(char* at, std::int64_t thousandths) {
  if (thousandths < 0) *at++ = '-';
  const auto magnitude = static_cast<std::uint64_t>(thousandths < 0 ? -thousandths : thousandths);
  at = std::to_chars(at, at + kNumberRoom, magnitude / 1000).ptr;
  const auto rest = static_cast<int>(magnitude % 1000);
  *at++ = '.';
  *at++ = static_cast<char>('0' + rest / 100);
  if (rest % 100 == 0) return at;
  *at++ = static_cast<char>('0' + rest / 10 % 10);
  if (rest % 10 == 0) return at;
  *at++ = static_cast<char>('0' + rest % 10);
  return at;
}

char* put_special(char* at, double value) {
  if (std::isnan(value)) return put(at, "NaN");
  return put(at, value > 0 ? "+Inf" : "-Inf");
}

}  // namespace

char* put_number(char* at, double value) {
  if (is_whole(value)) return std::to_chars(at, at + kNumberRoom, static_cast<std::int64_t>(value)).ptr;
  if (is_whole_thousandths(value)) return put_thousandths(at, thousandths_of(value));
  if (!std::isfinite(value)) return put_special(at, value);
  return std::to_chars(at, at + kNumberRoom, value).ptr;
}

std::string number_text(double value) {
  std::array<char, kNumberRoom> text{};
  return {text.data(), put_number(text.data(), value)};
}

std::string canonical_bound(double bound) {
  if (!std::isfinite(bound)) return number_text(bound);
  std::array<char, kNumberRoom> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), bound, std::chars_format::general);
  std::string result(text.data(), end.ptr);
  return result.find_first_of(".e") == std::string::npos ? result + ".0" : result;
}

}  // namespace exposition
