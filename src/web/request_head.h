#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "web/problem.h"

namespace web {

// The line and the headers of one request. What is doubtful never becomes one: two readers of a doubtful head
// (a proxy and we) would see two different requests in it.
struct RequestHead {
  std::string method;
  std::string target;  // as sent: path and query
  std::vector<std::pair<std::string, std::string>> headers;
  bool keep_alive = false;
  std::uint64_t length = 0;  // of the body, unless it is chunked
  bool chunked = false;
  bool expects_continue = false;

  std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
  bool has_body() const { return chunked || length > 0; }
  bool operator==(const RequestHead&) const = default;
};

inline constexpr std::size_t kMostTarget = 8000;  // bytes; the library itself stops at 8192
inline constexpr std::size_t kMostHeaders = 64;

// `head` ends with its empty line.
std::variant<RequestHead, Problem> parse_head(std::string_view head);

}  // namespace web
