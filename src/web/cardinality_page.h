#pragma once

#include <string>
#include <string_view>

#include "exposition/census.h"

namespace web {

// How many series each family has, most first, and how many its budget left out. `nonce` is that of
// page_head().
std::string cardinality_page(const exposition::Census& census, std::string_view nonce);

}  // namespace web
