#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace exposition {

// The first `count` labels of a sample as they are written, without braces: server="prod",tenant="finance"
struct LabelText {
  std::string_view text;
  std::size_t count = 0;
};

// Appends name="value", after a comma when `to` is not empty. Quotes, backslashes and line ends are escaped;
// malformed UTF-8, with which Prometheus would refuse the whole scrape, is replaced.
void append_label(std::string& to, std::string_view name, std::string_view value);
// The value alone, without quotes around it.
void append_value(std::string& to, std::string_view value);

// HELP text; OpenMetrics escapes quotes there, too.
enum class Quotes { as_they_are, escaped };
std::string escaped_help(std::string_view help, Quotes quotes);

}  // namespace exposition
