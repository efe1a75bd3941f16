#pragma once

#include <string>
#include <string_view>

namespace vprotect {

// Percent-encoded: what is no letter, digit or one of "-_.~".
std::string encoded(std::string_view text);

// Appends "name=value" to the query of a URL, percent-encoded.
void add_parameter(std::string& query, std::string_view name, std::string_view value);

}  // namespace vprotect
