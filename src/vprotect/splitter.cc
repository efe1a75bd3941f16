#include "vprotect/splitter.h"

#include <utility>

namespace vprotect {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

bool ends_scalar(char c) { return c == ',' || c == ']' || is_blank(c); }

}  // namespace

ArraySplitter::ArraySplitter(std::size_t most_element, OnElement on_element)
    : most_element_(most_element), on_element_(std::move(on_element)) {}

bool ArraySplitter::feed(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    if (!step(bytes, at)) return false;
  }
  return true;
}

ArraySplitter::Fault ArraySplitter::finish() {
  if (fault_ == Fault::none && state_ != State::after)
    fail(state_ == State::before ? Fault::empty : Fault::truncated);
  return fault_;
}

bool ArraySplitter::fail(Fault fault) {
  fault_ = fault;
  return false;
}

// Consumes at least one byte, or changes the state.
bool ArraySplitter::step(std::string_view bytes, std::size_t& at) {
  if (state_ == State::in_nested) return scan_nested(bytes, at);
  if (state_ == State::in_scalar) return scan_scalar(bytes, at);
  const char c = bytes[at];
  if (is_blank(c)) {
    ++at;
    return true;
  }
  switch (state_) {
    case State::before:
      ++at;
      return begin(c);
    case State::first_or_end:
    case State::element:
      return begin_element(bytes, at);
    case State::separator:
      ++at;
      return separate(c);
    default:
      return fail(Fault::trailing);
  }
}

bool ArraySplitter::begin(char c) {
  if (c == '<') return fail(Fault::html);
  if (c != '[') return fail(Fault::not_an_array);
  state_ = State::first_or_end;
  return true;
}

bool ArraySplitter::begin_element(std::string_view bytes, std::size_t& at) {
  const char c = bytes[at];
  if (c == ']' && state_ == State::first_or_end) {
    state_ = State::after;
    ++at;
    return true;
  }
  if (ends_scalar(c) || c == '}' || c == ':') return fail(Fault::broken);
  state_ = c == '{' || c == '[' || c == '"' ? State::in_nested : State::in_scalar;
  return true;
}

bool ArraySplitter::separate(char c) {
  if (c != ',' && c != ']') return fail(Fault::broken);
  state_ = c == ',' ? State::element : State::after;
  return true;
}

bool ArraySplitter::scan_scalar(std::string_view bytes, std::size_t& at) {
  const std::size_t begin = at;
  while (at < bytes.size() && !ends_scalar(bytes[at])) ++at;
  const std::string_view part = bytes.substr(begin, at - begin);
  return at < bytes.size() ? end_element(part) : keep(part);
}

// An object, an array or a string: up to the bracket or quote that closes it.
bool ArraySplitter::scan_nested(std::string_view bytes, std::size_t& at) {
  const std::size_t begin = at;
  for (; at < bytes.size(); ++at) {
    const char c = bytes[at];
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
        continue;
      }
      if (c == '\\') escaped_ = true;
      if (c != '"') continue;
      in_string_ = false;
    } else if (c == '"') {
      in_string_ = true;
      continue;
    } else if (c == '{' || c == '[') {
      ++depth_;
      continue;
    } else if (c == '}' || c == ']') {
      --depth_;
    } else {
      continue;
    }
    if (depth_ > 0) continue;
    ++at;
    return end_element(bytes.substr(begin, at - begin));
  }
  return keep(bytes.substr(begin));
}

bool ArraySplitter::end_element(std::string_view tail) {
  state_ = State::separator;
  if (partial_.empty()) {
    if (tail.size() > most_element_) return fail(Fault::element_too_large);
    return on_element_(tail);
  }
  if (!keep(tail)) return false;
  const bool go_on = on_element_(partial_);
  partial_.clear();
  return go_on;
}

bool ArraySplitter::keep(std::string_view part) {
  if (partial_.size() + part.size() > most_element_) return fail(Fault::element_too_large);
  partial_ += part;
  return true;
}

std::string_view describe(ArraySplitter::Fault fault) {
  switch (fault) {
    case ArraySplitter::Fault::none:
      return "a JSON array";
    case ArraySplitter::Fault::empty:
      return "an empty body, not a JSON array";
    case ArraySplitter::Fault::html:
      return "HTML, perhaps a login page, not a JSON array";
    case ArraySplitter::Fault::not_an_array:
      return "not a JSON array";
    case ArraySplitter::Fault::truncated:
      return "a JSON array that is cut off";
    case ArraySplitter::Fault::trailing:
      return "a JSON array with something behind it";
    case ArraySplitter::Fault::broken:
      return "not valid JSON";
    case ArraySplitter::Fault::element_too_large:
      return "a record beyond the limit of its size";
  }
  return "not a JSON array";
}

}  // namespace vprotect
