#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "web/request_head.h"

namespace web {

// Puts a request's body together as its bytes arrive, and never holds more than it may.
class BodyReader {
 public:
  enum class State { incomplete, complete, malformed, too_large };

  BodyReader(const RequestHead& head, std::size_t most);

  State state() const { return state_; }
  // Returns how many of the bytes belong to this body; what follows them is the next request.
  std::size_t feed(std::string_view bytes);
  std::string take() { return std::move(body_); }
  std::size_t size() const { return body_.size() + line_.size(); }

 private:
  enum class Expecting { data, chunk_size, chunk_end, trailer };

  std::size_t take_data(std::string_view bytes);
  std::size_t take_line(std::string_view bytes);
  void line_done();
  void chunk_begins();
  void data_done();

  const std::size_t most_;
  const bool chunked_;
  State state_ = State::incomplete;
  Expecting expecting_ = Expecting::data;
  std::uint64_t missing_ = 0;  // bytes of the body, or of its current chunk
  std::size_t trailers_ = 0;   // bytes
  std::string line_;           // of the chunked framing, as far as it has arrived
  std::string body_;
};

}  // namespace web
