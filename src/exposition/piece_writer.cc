#include "exposition/piece_writer.h"

#include <algorithm>
#include <cstring>

namespace exposition {

PieceWriter::PieceWriter(const Sink& sink)
    : sink_(sink), piece_(std::make_unique_for_overwrite<char[]>(kPiece)) {}

void PieceWriter::append(std::string_view text) {
  while (!text.empty()) {
    if (used_ == kPiece) hand_over();
    const std::size_t size = std::min(text.size(), kPiece - used_);
    std::memcpy(piece_.get() + used_, text.data(), size);
    used_ += size;
    text.remove_prefix(size);
  }
}

bool PieceWriter::finish() {
  hand_over();
  return !ended_;
}

void PieceWriter::hand_over() {
  if (used_ > 0 && !ended_) ended_ = !sink_({piece_.get(), used_});
  used_ = 0;
}

std::size_t length_of(const std::function<bool(const Sink&)>& write) {
  std::size_t length = 0;
  write([&](std::string_view piece) {
    length += piece.size();
    return true;
  });
  return length;
}

}  // namespace exposition
