#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model.h"

namespace simulator {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;
  std::string path;   // decoded
  std::string query;  // as sent
  Fields headers;     // names in lower case
  std::string body;

  // The first header of that name, or an empty text.
  std::string_view header(std::string_view name) const;
};

constexpr std::uint64_t kEndless = std::numeric_limits<std::uint64_t>::max();

// How an answer goes over the wire when it is to go wrong.
struct Delivery {
  Millis delay{};                          // before the first byte
  Millis drip{};                           // before each byte of the body
  std::optional<std::uint64_t> cut_after;  // bytes of the body, then the connection closes
  std::optional<std::uint64_t> promised;   // Content-Length, whatever the body's is
  std::uint64_t filler = 0;                // bytes of white space after the body
  bool reset = false;                      // no answer at all, and a TCP reset
  bool close = false;                      // no answer at all, closed in good order
};

struct Response {
  int status = 200;
  std::string reason;  // empty: the usual one
  Fields headers;
  std::string body;
  Delivery delivery;
  // What is set answers instead, after the delay; it is called whether the client still waits or not.
  std::function<Response()> later;
};

std::string decoded(std::string_view text, bool plus_is_space);

// The parameters of a query, in order; a name may come several times.
class Query {
 public:
  explicit Query(std::string_view text);
  std::optional<std::string_view> value(std::string_view name) const;
  std::vector<std::string_view> values(std::string_view name) const;
  std::optional<std::int64_t> number(std::string_view name) const;

 private:
  Fields fields_;
};

}  // namespace simulator
