#include "exposition/deflater.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <utility>

#ifdef VPROTECT_HAS_ISAL
#include <isa-l.h>
#endif

namespace exposition {
namespace {

constexpr std::size_t kBlock = std::size_t{1024} * 1024;

void append_little_endian(std::string& to, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) to += static_cast<char>(value >> shift & 0xFF);
}

enum class Flush {
  none,  // some of the text may be kept back
  byte,  // all of the text is written, up to a byte's end, and what follows does not refer to it
  end,   // all of the text is written, and the stream is closed
};

// Of both libraries: a stream with next_in, avail_in, next_out and avail_out, at its fastest level with a
// search for repetitions, and the CRC of gzip.
class Zlib {
 public:
  Zlib() {
    constexpr int kRaw = -MAX_WBITS;
    constexpr int kDefaultMemory = 8;
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kRaw, kDefaultMemory, Z_DEFAULT_STRATEGY) != Z_OK)
      throw std::bad_alloc();
  }
  ~Zlib() { deflateEnd(&stream); }
  Zlib(const Zlib&) = delete;
  Zlib& operator=(const Zlib&) = delete;

  void step(Flush flush) {
    constexpr std::array<int, 3> kFlushes{Z_NO_FLUSH, Z_FULL_FLUSH, Z_FINISH};
    deflate(&stream, kFlushes.at(static_cast<std::size_t>(flush)));
  }
  static std::uint32_t crc(std::uint32_t before, const unsigned char* text, std::size_t size) {
    return static_cast<std::uint32_t>(crc32_z(before, text, size));
  }

  z_stream stream{};
};

#ifdef VPROTECT_HAS_ISAL
class Isal {
 public:
  Isal() {
    isal_deflate_init(&stream);
    stream.level = 1;
    stream.level_buf = space_.get();
    stream.level_buf_size = ISAL_DEF_LVL1_DEFAULT;
  }
  Isal(const Isal&) = delete;
  Isal& operator=(const Isal&) = delete;

  void step(Flush flush) {
    stream.flush = flush == Flush::byte ? FULL_FLUSH : NO_FLUSH;
    stream.end_of_stream = flush == Flush::end ? 1 : 0;
    isal_deflate(&stream);
  }
  static std::uint32_t crc(std::uint32_t before, const unsigned char* text, std::size_t size) {
    return crc32_gzip_refl(before, text, size);
  }

  isal_zstream stream{};

 private:
  std::unique_ptr<unsigned char[]> space_ =
      std::make_unique_for_overwrite<unsigned char[]>(ISAL_DEF_LVL1_DEFAULT);
};
#endif

}  // namespace

class Deflater::Impl {
 public:
  Impl() = default;
  virtual ~Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  virtual void write(std::string_view piece) = 0;
  virtual Deflated finish(End end) = 0;
};

namespace {

template <class Codec>
class ImplOf : public Deflater::Impl {
 public:
  ImplOf() { begin_block(); }

  void write(std::string_view piece) override {
    // The libraries count in 32 bits; pieces are far smaller.
    constexpr std::size_t kMost = std::numeric_limits<std::uint32_t>::max();
    for (; !piece.empty(); piece.remove_prefix(std::min(piece.size(), kMost))) {
      const std::string_view part = piece.substr(0, kMost);
      const auto* bytes = reinterpret_cast<const unsigned char*>(part.data());
      result_.crc = Codec::crc(result_.crc, bytes, part.size());
      result_.text_length += part.size();
      codec_.stream.next_in = const_cast<unsigned char*>(bytes);
      codec_.stream.avail_in = static_cast<std::uint32_t>(part.size());
      run(Flush::none);
    }
  }

  Deflated finish(Deflater::End end) override {
    run(end == Deflater::End::whole ? Flush::end : Flush::byte);
    end_block();
    return std::move(result_);
  }

 private:
  // Until the library has no more to write for now.
  void run(Flush flush) {
    do {
      if (codec_.stream.avail_out == 0) end_block();
      codec_.step(flush);
    } while (codec_.stream.avail_out == 0);
  }

  void begin_block() {
    codec_.stream.next_out = block_.get();
    codec_.stream.avail_out = static_cast<std::uint32_t>(kBlock);
  }

  void end_block() {
    const std::size_t size = kBlock - codec_.stream.avail_out;
    if (size > 0) result_.blocks.emplace_back(reinterpret_cast<const char*>(block_.get()), size);
    result_.length += size;
    begin_block();
  }

  Codec codec_;
  std::unique_ptr<unsigned char[]> block_ =
      std::make_unique_for_overwrite<unsigned char[]>(kBlock);  // being filled
  Deflated result_;
};

std::unique_ptr<Deflater::Impl> implementation([[maybe_unused]] Deflater::Library library) {
#ifdef VPROTECT_HAS_ISAL
  if (library == Deflater::Library::isal) return std::make_unique<ImplOf<Isal>>();
#endif
  return std::make_unique<ImplOf<Zlib>>();
}

}  // namespace

const std::vector<Deflater::Library>& Deflater::libraries() {
#ifdef VPROTECT_HAS_ISAL
  static const std::vector<Library> kLibraries{Library::isal, Library::zlib};
#else
  static const std::vector<Library> kLibraries{Library::zlib};
#endif
  return kLibraries;
}

Deflater::Deflater() : Deflater(libraries().front()) {}
Deflater::Deflater(Library library) : impl_(implementation(library)) {}
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
