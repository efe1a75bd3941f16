#include "web/negotiation.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"

namespace web {
namespace {

// Thousandths, as the grammar of q has no more digits.
using Quality = int;
constexpr Quality kWelcome = 1000;

struct Range {
  std::string_view name;  // "text/plain", "gzip"
  std::string_view version;
  Quality quality = kWelcome;
};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] != separator || quoted) continue;
    parts.push_back(base::trimmed(text.substr(begin, i - begin)));
    begin = i + 1;
  }
  parts.push_back(base::trimmed(text.substr(begin)));
  return parts;
}

// "0.75" is 750. What is no quality is not welcome.
Quality quality_of(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  if (text.size() > 1 && text[1] != '.') return 0;
  Quality quality = (text[0] - '0') * 1000;
  Quality digit_worth = 100;
  for (const char c : text.substr(std::min<std::size_t>(text.size(), 2))) {
    if (c < '0' || c > '9') return 0;
    quality += (c - '0') * digit_worth;
    digit_worth /= 10;
  }
  return quality <= kWelcome ? quality : 0;
}

std::string_view unquoted(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

Range parse_range(std::string_view text) {
  const auto parts = split(text, ';');
  Range range{.name = parts.front()};
  for (const std::string_view part : parts) {
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view key = base::trimmed(part.substr(0, equals));
    const std::string_view value = unquoted(base::trimmed(part.substr(equals + 1)));
    if (base::equal_ignoring_case(key, "q")) range.quality = quality_of(value);
    if (base::equal_ignoring_case(key, "version")) range.version = value;
  }
  return range;
}

std::vector<Range> parse_ranges(std::string_view header) {
  std::vector<Range> ranges;
  for (const std::string_view part : split(header, ',')) {
    if (!part.empty()) ranges.push_back(parse_range(part));
  }
  return ranges;
}

// How welcome what goes by this name is, in this version or in any; absent when it is not named. The best one
// counts when it is named twice.
std::optional<Quality> quality_for(const std::vector<Range>& ranges, std::string_view name,
                                   std::string_view version = {}) {
  std::optional<Quality> best;
  for (const Range& range : ranges) {
    if (!base::equal_ignoring_case(range.name, name)) continue;
    if (!range.version.empty() && range.version != version) continue;
    best = std::max(best.value_or(0), range.quality);
  }
  return best;
}

// The most exact range decides: RFC 9110, 12.5.1.
Quality quality_of_text(const std::vector<Range>& ranges) {
  if (const auto named = quality_for(ranges, "text/plain", "0.0.4")) return *named;
  if (const auto kind = quality_for(ranges, "text/*")) return *kind;
  return quality_for(ranges, "*/*").value_or(0);
}

}  // namespace

exposition::Format format_for(std::string_view accept) {
  const auto ranges = parse_ranges(accept);
  const Quality openmetrics = quality_for(ranges, "application/openmetrics-text", "1.0.0").value_or(0);
  const bool preferred = openmetrics > 0 && openmetrics >= quality_of_text(ranges);
  return preferred ? exposition::Format::openmetrics : exposition::Format::text;
}

exposition::Encoding encoding_for(std::string_view accept_encoding) {
  const auto ranges = parse_ranges(accept_encoding);
  const auto any = quality_for(ranges, "*");
  const auto named = quality_for(ranges, "gzip");
  const Quality gzip = named ? *named : quality_for(ranges, "x-gzip").value_or(any.value_or(0));
  const auto identity = quality_for(ranges, "identity");
  const bool only_gzip_is_left = identity == Quality{0} && !named && !any;
  const bool welcome = gzip > 0 && gzip >= identity.value_or(0);
  return welcome || only_gzip_is_left ? exposition::Encoding::gzip : exposition::Encoding::identity;
}

}  // namespace web
