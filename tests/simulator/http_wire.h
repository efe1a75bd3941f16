#pragma once

#include <optional>
#include <string>

#include "http.h"
#include "stream.h"

// HTTP/1.1 as it goes over a stream.
namespace simulator {

// The next request; absent when the peer is gone or what it sent is none. `pending` keeps what was read too
// far.
std::optional<Request> next_request(Stream& stream, std::string& pending);
// Status line and header fields.
std::string head_of(const Response& response);
std::string lower(std::string_view text);  // ASCII

}  // namespace simulator
