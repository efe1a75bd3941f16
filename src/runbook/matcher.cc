#include "runbook/matcher.h"

#include <re2/re2.h>

#include <array>
#include <utility>

#include "base/text.h"

namespace runbook {
namespace {

using Kind = Matcher::Kind;

constexpr std::size_t kMostPattern = 200;
constexpr std::int64_t kMostMemory = 1 << 20;  // of a pattern that is read, bytes

constexpr std::array<std::pair<std::string_view, Kind>, 4> kOperators{{
    {"=~", Kind::like},
    {"!~", Kind::not_like},
    {"!=", Kind::not_equal},
    {"=", Kind::equal},
}};

RE2::Options quiet() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMostMemory);
  return options;
}

bool is_pattern(Kind kind) { return kind == Kind::like || kind == Kind::not_like; }

bool is_readable(std::string_view pattern) {
  return pattern.size() <= kMostPattern && RE2(std::string(pattern), quiet()).ok();
}

bool is_label_name(std::string_view name) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
  return !name.empty() && kLetters.find(name.front()) != name.npos &&
         name.find_first_not_of(std::string(kLetters) + "0123456789") == name.npos;
}

// The text between quotes, or the text itself; absent when a quote has no partner.
std::optional<std::string> unquoted(std::string_view text) {
  if (!text.starts_with('"'))
    return text.find('"') == text.npos ? std::optional(std::string(text)) : std::nullopt;
  std::string plain;
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '"') return at + 1 == text.size() ? std::optional(plain) : std::nullopt;
    if (text[at] == '\\' && at + 1 < text.size() && (text[at + 1] == '"' || text[at + 1] == '\\')) ++at;
    plain += text[at];
  }
  return std::nullopt;
}

bool is_like(const std::string& value, const std::string& pattern) {
  return RE2::FullMatch(value, RE2(pattern, quiet()));
}

}  // namespace

std::optional<Matcher> parse_matcher(std::string_view text) {
  const auto at = text.find_first_of("=!");
  if (at == text.npos) return std::nullopt;
  const std::string_view label = base::trimmed(text.substr(0, at));
  for (const auto& [sign, kind] : kOperators) {
    if (!text.substr(at).starts_with(sign)) continue;
    auto value = unquoted(base::trimmed(text.substr(at + sign.size())));
    if (!value || !is_label_name(label) || (is_pattern(kind) && !is_readable(*value))) return std::nullopt;
    return Matcher{kind, std::string(label), std::move(*value)};
  }
  return std::nullopt;
}

bool matches(const Matcher& matcher, const Labels& labels) {
  const auto found = labels.find(matcher.label);
  const std::string value = found == labels.end() ? std::string() : found->second;
  switch (matcher.kind) {
    case Kind::equal:
      return value == matcher.value;
    case Kind::not_equal:
      return value != matcher.value;
    case Kind::like:
      return is_like(value, matcher.value);
    case Kind::not_like:
      return !is_like(value, matcher.value);
  }
  return false;
}

}  // namespace runbook
