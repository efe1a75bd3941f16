#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace runbook {

using Labels = std::map<std::string, std::string, std::less<>>;

// One of Alertmanager's matchers: `name="text"`, `!=`, and with a pattern of RE2's kind, of the whole value,
// `=~` and `!~`. A label that is missing is an empty one.
struct Matcher {
  enum class Kind { equal, not_equal, like, not_like } kind = Kind::equal;
  std::string label;
  std::string value;

  bool operator==(const Matcher&) const = default;
};

// Absent when the text is no matcher: also when its pattern is longer than 200 bytes or cannot be read.
std::optional<Matcher> parse_matcher(std::string_view text);
bool matches(const Matcher& matcher, const Labels& labels);

}  // namespace runbook
