#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "vprotect/record.h"
#include "vprotect/splitter.h"
#include "vprotect/transport.h"

namespace vprotect {

// What a list does with one readable record: the record was fresh, known already, unreadable, or one too
// many.
enum class Taken { fresh, known, unreadable, too_many };

// Reads one page of a list: the body goes in as it arrives, the records come out one by one.
class PageReader {
 public:
  using OnRecord = std::function<Taken(const Value&)>;

  // `record` lends its memory from page to page.
  PageReader(Record& record, std::size_t most_record, OnRecord on_record);

  BodySink sink();
  // After the transfer: what is wrong with the page, the transfer's own fault first.
  std::optional<base::Error> finish(std::string_view request, const Answer& answer);

  std::uint64_t received() const { return received_; }
  std::uint64_t skipped() const { return skipped_; }
  std::uint64_t fresh() const { return fresh_; }

 private:
  bool take(std::string_view text);
  std::string_view problem(const Answer& answer);

  Record& record_;
  const OnRecord on_record_;
  ArraySplitter splitter_;
  std::uint64_t received_ = 0;
  std::uint64_t skipped_ = 0;
  std::uint64_t fresh_ = 0;
  bool invalid_ = false;
  bool too_many_ = false;
};

// Whether the answer says of itself that it is HTML: then it is no list, whatever is in it.
bool is_html(const Answer& answer);

}  // namespace vprotect
