#pragma once

#include <string_view>

#include "exposition/body.h"

// What a client gets, by what its headers ask for. A header that is malformed, or that nothing we have
// satisfies, is answered as if it were absent: a scrape with odd headers is better than no scrape.
namespace web {

// By Accept. OpenMetrics goes only to who names it, and does not like the text format better.
exposition::Format format_for(std::string_view accept);

// By Accept-Encoding. gzip when it is welcome, at least as much as identity where that is named.
exposition::Encoding encoding_for(std::string_view accept_encoding);

}  // namespace web
