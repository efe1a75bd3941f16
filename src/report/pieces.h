#pragma once

#include <functional>
#include <string>
#include <vector>

namespace report {

// A text that is asked for in pieces, so that the whole of it is never in memory: appends some 64 KiB, or
// what is left. False: nothing was left. Not for several threads at once.
using Pieces = std::function<bool(std::string& out)>;

// Appends a little; false when that was the last of it.
using Part = std::function<bool(std::string& out)>;

Part part_of(std::string text);
// write(out, i) for each i below `count`.
Part part_of_each(std::size_t count, std::function<void(std::string& out, std::size_t i)> write);

// The parts, one after the other.
Pieces in_pieces(std::vector<Part> parts);

}  // namespace report
