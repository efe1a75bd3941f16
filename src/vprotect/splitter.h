#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace vprotect {

// Cuts the text of a JSON array into the texts of its elements while the bytes arrive, so that neither the
// body nor a tree of it is ever held. It knows brackets and strings only: whether an element is JSON is for
// its reader to say.
class ArraySplitter {
 public:
  enum class Fault { none, empty, html, not_an_array, truncated, trailing, broken, element_too_large };
  // Told each element's text, valid during the call. False stops the splitting.
  using OnElement = std::function<bool(std::string_view)>;

  ArraySplitter(std::size_t most_element, OnElement on_element);

  // False once there is a fault or the listener has stopped; nothing may be fed after that.
  bool feed(std::string_view bytes);
  // The body is over.
  Fault finish();
  Fault fault() const { return fault_; }

 private:
  enum class State { before, first_or_end, element, in_scalar, in_nested, separator, after };

  bool fail(Fault fault);
  bool step(std::string_view bytes, std::size_t& at);
  bool begin(char c);
  bool begin_element(std::string_view bytes, std::size_t& at);
  bool separate(char c);
  bool scan_scalar(std::string_view bytes, std::size_t& at);
  bool scan_nested(std::string_view bytes, std::size_t& at);
  bool end_element(std::string_view tail);
  bool keep(std::string_view part);

  const std::size_t most_element_;
  const OnElement on_element_;
  State state_ = State::before;
  Fault fault_ = Fault::none;
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  std::string partial_;  // what earlier pieces brought of the current element
};

// "empty", "truncated", ... for a message.
std::string_view describe(ArraySplitter::Fault fault);

}  // namespace vprotect
