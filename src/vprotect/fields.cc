#include "vprotect/fields.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace vprotect {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMostFreeText = 2048;
constexpr std::size_t kMostGuid = 256;
constexpr std::int64_t kYear10000 = 253'402'300'800'000;  // ms since 1970
constexpr std::int64_t kCentury = 100LL * 365 * 86'400'000;
constexpr double kTwoTo63 = 9'223'372'036'854'775'808.0;

template <class Number>
std::optional<Number> parse(std::string_view text) {
  Number value{};
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> between(const Value& value, std::int64_t least, std::int64_t most) {
  const auto result = whole(value);
  return result && *result >= least && *result <= most ? result : std::nullopt;
}

base::SharedText guid_text(std::string_view text, base::TextPool& pool) {
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (is_uuid_like(text) && std::any_of(text.begin(), text.end(), is_upper))
    return pool.share(base::to_lower(text));
  return pool.share(text);
}

}  // namespace

std::optional<bool> flag(const Value& value) {
  if (const auto plain = value.boolean()) return plain;
  if (base::equal_ignoring_case(value.text(), "true")) return true;
  if (base::equal_ignoring_case(value.text(), "false")) return false;
  return std::nullopt;
}

std::optional<std::int64_t> whole(const Value& value) {
  if (const auto plain = value.integer()) return plain;
  if (const auto written = parse<std::int64_t>(value.text())) return written;
  const auto real = number(value);
  if (!real || *real < -kTwoTo63 || *real >= kTwoTo63) return std::nullopt;
  return static_cast<std::int64_t>(*real);
}

std::optional<std::uint64_t> count(const Value& value) {
  const auto result = between(value, 0, INT64_MAX);
  return result ? std::optional<std::uint64_t>(*result) : std::nullopt;
}

std::optional<double> number(const Value& value) {
  if (const auto plain = value.real()) return plain;
  const auto written = parse<double>(value.text());
  return written && std::isfinite(*written) ? written : std::nullopt;
}

std::optional<domain::Bytes> bytes(const Value& value) {
  const auto result = count(value);
  return result ? std::optional(domain::Bytes{*result}) : std::nullopt;
}

std::optional<base::TimePoint> time(const Value& value) {
  const auto result = between(value, 1, kYear10000 - 1);
  return result ? std::optional(base::TimePoint(milliseconds(*result))) : std::nullopt;
}

std::optional<milliseconds> duration(const Value& value) {
  const auto result = between(value, 0, kCentury);
  return result ? std::optional(milliseconds(*result)) : std::nullopt;
}

std::string_view enum_name(const Value& value) {
  return value.is_text() ? value.text() : value["name"].text();
}

base::SharedText enum_text(const Value& value, base::TextPool& pool) { return pool.share(enum_name(value)); }

bool is_uuid_like(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
    if (dash ? text[at] != '-' : std::isxdigit(static_cast<unsigned char>(text[at])) == 0) return false;
  }
  return true;
}

std::string_view own_guid(const Value& record) {
  const std::string_view guid = record["guid"].text();
  return guid.size() <= kMostGuid ? guid : std::string_view();
}

std::string_view guid_of(const Value& value) {
  if (value.is_text()) return is_uuid_like(value.text()) ? value.text() : std::string_view();
  return value["guid"].text();
}

domain::Reference reference(const Value& value, base::TextPool& pool) {
  const std::string_view guid = guid_of(value);
  const std::string_view name = !value.is_text() ? value["name"].text() : guid.empty() ? value.text() : "";
  return {.guid = guid_text(guid, pool), .name = pool.share(name)};
}

std::vector<domain::Reference> references(const Value& list, base::TextPool& pool) {
  std::vector<domain::Reference> result;
  if (!list.is_array()) return result;
  for (Value item = list.first(); item; item = item.next()) {
    domain::Reference one = reference(item, pool);
    if (!one.empty()) result.push_back(std::move(one));
  }
  return result;
}

std::string free_text(const Value& value) { return base::excerpt(value.text(), kMostFreeText); }

}  // namespace vprotect
