#include "web/body_reader.h"

#include <algorithm>
#include <charconv>

namespace web {
namespace {

constexpr std::size_t kMostLine = 1024;
constexpr std::size_t kMostTrailers = 4096;

}  // namespace

BodyReader::BodyReader(const RequestHead& head, std::size_t most)
    : most_(most),
      chunked_(head.chunked),
      expecting_(head.chunked ? Expecting::chunk_size : Expecting::data),
      missing_(head.length) {
  if (missing_ > most_) {
    state_ = State::too_large;
  } else if (!chunked_ && missing_ == 0) {
    state_ = State::complete;
  }
}

std::size_t BodyReader::feed(std::string_view bytes) {
  std::size_t used = 0;
  while (state_ == State::incomplete && used < bytes.size()) {
    const std::string_view rest = bytes.substr(used);
    used += expecting_ == Expecting::data ? take_data(rest) : take_line(rest);
  }
  return used;
}

std::size_t BodyReader::take_data(std::string_view bytes) {
  const std::size_t taken = std::min<std::uint64_t>(bytes.size(), missing_);
  body_.append(bytes.substr(0, taken));
  missing_ -= taken;
  if (missing_ == 0) data_done();
  return taken;
}

void BodyReader::data_done() {
  if (chunked_) {
    expecting_ = Expecting::chunk_end;
  } else {
    state_ = State::complete;
  }
}

std::size_t BodyReader::take_line(std::string_view bytes) {
  const std::size_t end = bytes.find('\n');
  const std::size_t taken = end == std::string_view::npos ? bytes.size() : end + 1;
  line_.append(bytes.substr(0, taken));
  if (line_.size() > kMostLine) {
    state_ = State::malformed;
  } else if (end != std::string_view::npos) {
    line_done();
    line_.clear();
  }
  return taken;
}

void BodyReader::line_done() {
  if (!line_.ends_with("\r\n")) {
    state_ = State::malformed;
    return;
  }
  switch (expecting_) {
    case Expecting::data:
      break;
    case Expecting::chunk_size:
      chunk_begins();
      break;
    case Expecting::chunk_end:
      if (line_ != "\r\n") state_ = State::malformed;
      expecting_ = Expecting::chunk_size;
      break;
    case Expecting::trailer:
      trailers_ += line_.size();
      if (trailers_ > kMostTrailers) state_ = State::malformed;
      if (line_ == "\r\n") state_ = State::complete;
      break;
  }
}

void BodyReader::chunk_begins() {
  const char* const end = line_.data() + line_.size() - 2;
  const auto [after, error] = std::from_chars(line_.data(), end, missing_, 16);
  const bool huge = error == std::errc::result_out_of_range;
  if (huge || missing_ > most_ - body_.size()) {
    state_ = State::too_large;
  } else if (error != std::errc() || (after != end && *after != ';')) {
    state_ = State::malformed;
  } else {
    expecting_ = missing_ == 0 ? Expecting::trailer : Expecting::data;
  }
}

}  // namespace web
