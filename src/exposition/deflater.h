#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace exposition {

// Text compressed as raw deflate, with what a gzip trailer needs to know of the text.
struct Deflated {
  std::vector<std::string> blocks;  // of at most 1 MiB
  std::size_t length = 0;           // of the blocks
  std::uint32_t crc = 0;            // of the text
  std::uint64_t text_length = 0;
};

// Compresses one text, handed over in pieces, as fast as can be.
class Deflater {
 public:
  // ISA-L takes a quarter of zlib's time for the same size, and is there for the most common processors.
  enum class Library { isal, zlib };
  // Those that this program was built with, the fastest first.
  static const std::vector<Library>& libraries();

  Deflater();
  explicit Deflater(Library library);
  ~Deflater();
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  void write(std::string_view piece);
  // Once, as the last call. After `more_follows` the blocks end at a byte and another Deflated may be
  // appended to them; `whole` closes the stream.
  enum class End { more_follows, whole };
  Deflated finish(End end);

  class Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

// The two ends of a gzip member. The trailer is that of a text in two parts.
std::string gzip_header();
std::string gzip_trailer(const Deflated& first, const Deflated& last);

}  // namespace exposition
