#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "exposition/body.h"

namespace exposition {

// Hands text to a sink in pieces of at most 64 KiB. Once the sink has ended it, the rest goes nowhere.
class PieceWriter {
 public:
  static constexpr std::size_t kPiece = std::size_t{64} * 1024;

  // The sink outlives the writer.
  explicit PieceWriter(const Sink& sink);

  void append(std::string_view text);
  // Free bytes of the piece at hand, at least `size`, which is kPiece at most; then what was used of them.
  char* room(std::size_t size) {
    if (size > kPiece - used_) hand_over();
    return piece_.get() + used_;
  }
  void used_up_to(const char* end) { used_ = static_cast<std::size_t>(end - piece_.get()); }

  bool ended() const { return ended_; }
  // Hands over what is left; false when the sink ended it.
  bool finish();

 private:
  void hand_over();

  const Sink& sink_;
  std::unique_ptr<char[]> piece_;
  std::size_t used_ = 0;
  bool ended_ = false;
};

// Bytes that `write` hands to its sink.
std::size_t length_of(const std::function<bool(const Sink&)>& write);

}  // namespace exposition
