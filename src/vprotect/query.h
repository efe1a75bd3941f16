#pragma once

#include <string>
#include <string_view>

namespace vprotect {

// Appends "name=value" to the query of a URL, percent-encoded.
void add_parameter(std::string& query, std::string_view name, std::string_view value);

}  // namespace vprotect
