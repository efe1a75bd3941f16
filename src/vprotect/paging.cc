#include "vprotect/paging.h"

#include <algorithm>

namespace vprotect {
namespace {

constexpr unsigned kMostAttempts = 3;
constexpr unsigned kMostShrinks = 4;
constexpr std::uint64_t kPageSlack = 8;

}  // namespace

Paging::Paging(std::size_t size, std::size_t most_rows)
    : most_rows_(most_rows), size_(std::max<std::size_t>(1, size)) {}

Paging::Next Paging::after(const PageFacts& facts) {
  if (page_ > most_rows_ / size_ + kPageSlack) return Next::broken;
  return page_ == 0 ? after_first(facts) : after_later(facts);
}

Paging::Next Paging::after_first(const PageFacts& facts) {
  add(facts);
  first_received_ = facts.received;
  if (facts.received > size_) return judge();  // paging is ignored
  if (facts.received == 0) return judge();
  const bool is_short = facts.received < size_;
  if (total_ && is_short) return received_ >= *total_ ? judge() : shrink(facts.received);
  // A full page, after which there may be more whatever the total says; or a short one without a total, which
  // is the end or a cap. Page 1 tells.
  ++page_;
  return Next::page;
}

Paging::Next Paging::after_later(const PageFacts& facts) {
  const bool repeats = facts.fresh == 0 && facts.received > facts.skipped;
  if (repeats) {  // paging is ignored, or rows have shifted onto this page
    add({.received = 0, .total = facts.total});
    return judge();
  }
  if (!total_ && !facts.total && first_received_ < size_ && facts.received > 0)
    return shrink(first_received_);
  add(facts);
  if (facts.received < size_) return judge();
  ++page_;
  return Next::page;
}

void Paging::add(const PageFacts& facts) {
  received_ += facts.received;
  distinct_ += facts.fresh;
  skipped_ += facts.skipped;
  if (!facts.total) return;
  if (!first_total_) first_total_ = facts.total;
  if (total_ && *total_ != *facts.total) changed_ = true;
  if (total_ && *facts.total < *total_) shrank_ = true;
  total_ = facts.total;
}

Paging::Next Paging::judge() {
  if (!total_ || (!changed_ && rows() == *total_)) return Next::whole;
  if (attempt_ < kMostAttempts) {
    ++attempt_;
    return start_again();
  }
  // A list to which rows are added all the time never adds up; what was there at the beginning is.
  return !shrank_ && rows() >= *first_total_ ? Next::whole : Next::broken;
}

Paging::Next Paging::start_again() {
  page_ = received_ = first_received_ = distinct_ = skipped_ = 0;
  first_total_ = total_ = std::nullopt;
  changed_ = shrank_ = false;
  return Next::restart;
}

// The server gives fewer rows than asked for. Whether its offsets follow the size asked for or its own is not
// known, so both are made the same.
Paging::Next Paging::shrink(std::uint64_t cap) {
  if (++shrunk_ > kMostShrinks) return Next::broken;
  size_ = cap;
  return start_again();
}

std::string Paging::problem() const {
  const std::string got = std::to_string(rows());
  if (!total_) return got + " rows, and the pages do not end";
  return got + " of " + std::to_string(*total_) + " rows" +
         (changed_ ? ", whose number changed meanwhile" : "");
}

}  // namespace vprotect
