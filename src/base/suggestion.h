#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace base {

// The one of `known` that `text` was probably meant to be: at most two typing errors away, and nearer than
// all others.
std::optional<std::string_view> closest(std::string_view text, const std::vector<std::string_view>& known);

// `; did you mean "x"?` or nothing.
std::string did_you_mean(std::string_view text, const std::vector<std::string_view>& known);

}  // namespace base
