#include "report/pieces.h"

#include <utility>

namespace report {
namespace {

constexpr std::size_t kPiece = std::size_t{64} * 1024;

}  // namespace

Part part_of(std::string text) {
  return [text = std::move(text)](std::string& out) {
    out += text;
    return false;
  };
}

Part part_of_each(std::size_t count, std::function<void(std::string& out, std::size_t i)> write) {
  return [count, write = std::move(write), i = std::size_t{0}](std::string& out) mutable {
    if (i < count) write(out, i++);
    return i < count;
  };
}

Pieces in_pieces(std::vector<Part> parts) {
  return [parts = std::move(parts), at = std::size_t{0}](std::string& out) mutable {
    const std::size_t before = out.size();
    while (at < parts.size() && out.size() - before < kPiece) {
      if (!parts[at](out)) ++at;
    }
    return out.size() > before;
  };
}

}  // namespace report
