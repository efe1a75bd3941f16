#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// What the pages for people share.
namespace web {

// The text with what HTML would take for markup replaced, for elements and quoted attributes.
std::string escaped(std::string_view text);

// From the doctype to the end of the head. `nonce` marks the page's own style, so that its policy can forbid
// any other.
std::string page_head(std::string_view title, std::string_view nonce);

std::string cell(std::string_view text);
std::string number_cell(std::size_t number);

}  // namespace web
