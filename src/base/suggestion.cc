#include "base/suggestion.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "base/text.h"

namespace base {
namespace {

constexpr std::size_t kMostLength = 64;  // of what is compared: the work grows with its square
constexpr std::size_t kMostErrors = 2;

// How people misspell a key: in another case, with other word separators.
std::string normalised(std::string_view text) {
  std::string result = to_lower(text);
  std::replace(result.begin(), result.end(), '-', '_');
  return result;
}

// Insertions, deletions and replacements that turn one text into the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = std::exchange(row[j + 1], std::min({row[j] + 1, row[j + 1] + 1, replaced}));
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string_view> closest(std::string_view text, const std::vector<std::string_view>& known) {
  if (text.size() > kMostLength) return std::nullopt;
  std::optional<std::string_view> best;
  std::size_t least = kMostErrors + 1;
  for (const std::string_view candidate : known) {
    const std::size_t errors = distance(normalised(text), normalised(candidate));
    if (errors > least || errors > kMostErrors || errors * 2 >= candidate.size()) continue;
    best = errors == least ? std::nullopt : std::optional(candidate);
    least = errors;
  }
  return best;
}

std::string did_you_mean(std::string_view text, const std::vector<std::string_view>& known) {
  const auto meant = closest(text, known);
  return meant ? "; did you mean \"" + std::string(*meant) + "\"?" : "";
}

}  // namespace base
