#include "exposition/deflater.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

namespace exposition {
namespace {

constexpr std::size_t kBlock = std::size_t{1024} * 1024;
constexpr int kRawDeflate = -MAX_WBITS;
constexpr int kDefaultMemory = 8;

void append_little_endian(std::string& to, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) to += static_cast<char>(value >> shift & 0xFF);
}

}  // namespace

class Deflater::Impl {
 public:
  Impl() : block_(std::make_unique_for_overwrite<unsigned char[]>(kBlock)) {
    if (deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, kRawDeflate, kDefaultMemory, Z_DEFAULT_STRATEGY) !=
        Z_OK)
      throw std::bad_alloc();
    begin_block();
  }
  ~Impl() { deflateEnd(&stream_); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void write(std::string_view piece) {
    // zlib counts in unsigned int; pieces are far smaller.
    constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
    for (; !piece.empty(); piece.remove_prefix(std::min(piece.size(), kMost))) {
      const std::string_view part = piece.substr(0, kMost);
      const auto* bytes = reinterpret_cast<const Bytef*>(part.data());
      result_.crc = static_cast<std::uint32_t>(crc32(result_.crc, bytes, static_cast<uInt>(part.size())));
      result_.text_length += part.size();
      stream_.next_in = const_cast<Bytef*>(bytes);
      stream_.avail_in = static_cast<uInt>(part.size());
      run(Z_NO_FLUSH);
    }
  }

  Deflated finish(End end) {
    run(end == End::whole ? Z_FINISH : Z_FULL_FLUSH);
    end_block();
    return std::move(result_);
  }

 private:
  // Until zlib has no more to write for now.
  void run(int flush) {
    do {
      if (stream_.avail_out == 0) end_block();
      deflate(&stream_, flush);
    } while (stream_.avail_out == 0);
  }

  void begin_block() {
    stream_.next_out = block_.get();
    stream_.avail_out = static_cast<uInt>(kBlock);
  }

  void end_block() {
    const std::size_t size = kBlock - stream_.avail_out;
    if (size > 0) result_.blocks.emplace_back(reinterpret_cast<const char*>(block_.get()), size);
    result_.length += size;
    begin_block();
  }

  z_stream stream_{};
  std::unique_ptr<unsigned char[]> block_;  // being filled
  Deflated result_;
};

Deflater::Deflater() : impl_(std::make_unique<Impl>()) {}
Deflater::~Deflater() = default;
void Deflater::write(std::string_view piece) { impl_->write(piece); }
Deflated Deflater::finish(End end) { return impl_->finish(end); }

std::string gzip_header() {
  // Magic, deflate, no flags, no time, fastest, unknown system (RFC 1952, 2.3).
  return {"\x1F\x8B\x08\x00\x00\x00\x00\x00\x04\xFF", 10};
}

std::string gzip_trailer(const Deflated& first, const Deflated& last) {
  std::string trailer;
  const auto last_length = static_cast<z_off_t>(last.text_length);
  append_little_endian(trailer, static_cast<std::uint32_t>(crc32_combine(first.crc, last.crc, last_length)));
  append_little_endian(trailer, static_cast<std::uint32_t>(first.text_length + last.text_length));
  return trailer;
}

}  // namespace exposition
