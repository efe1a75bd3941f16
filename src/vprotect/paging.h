#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace vprotect {

// What one page brought.
struct PageFacts {
  std::uint64_t received = 0;          // records in it
  std::uint64_t skipped = 0;           // of these, unreadable ones
  std::uint64_t fresh = 0;             // of these, with a guid that no page before had
  std::optional<std::uint64_t> total;  // X-Total-Count
};

// Decides what to ask for next while one list is read page by page, and whether what came is the whole list:
// the server may ignore paging, cap the page, tell a total or none, and rows shift while they are read.
class Paging {
 public:
  enum class Next {
    page,     // ask for page() of size()
    restart,  // forget all rows, and ask again for page() of size()
    whole,    // the list is complete
    broken,   // it is not; see problem()
  };

  Paging(std::size_t size, std::size_t most_rows);

  std::uint64_t page() const { return page_; }
  std::uint64_t size() const { return size_; }
  std::uint64_t skipped() const { return skipped_; }
  Next after(const PageFacts& facts);
  // "9998 of 10000 rows"
  std::string problem() const;

 private:
  Next after_first(const PageFacts& facts);
  Next after_later(const PageFacts& facts);
  Next judge();
  Next start_again();
  Next shrink(std::uint64_t cap);
  void add(const PageFacts& facts);
  std::uint64_t rows() const { return distinct_ + skipped_; }

  const std::size_t most_rows_;
  std::uint64_t size_;
  unsigned attempt_ = 1;
  unsigned shrunk_ = 0;

  // Of the attempt under way.
  std::uint64_t page_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t first_received_ = 0;  // by page 0
  std::uint64_t distinct_ = 0;
  std::uint64_t skipped_ = 0;
  std::optional<std::uint64_t> first_total_;
  std::optional<std::uint64_t> total_;
  bool changed_ = false;  // totals differ between pages
  bool shrank_ = false;   // a total is smaller than one before
};

}  // namespace vprotect
