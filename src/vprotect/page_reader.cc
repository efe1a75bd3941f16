#include "vprotect/page_reader.h"

#include <utility>

#include "base/text.h"

namespace vprotect {

PageReader::PageReader(Record& record, std::size_t most_record, OnRecord on_record)
    : record_(record),
      on_record_(std::move(on_record)),
      splitter_(most_record, [this](std::string_view text) { return take(text); }) {}

BodySink PageReader::sink() {
  return [this](std::string_view bytes) { return splitter_.feed(bytes); };
}

bool PageReader::take(std::string_view text) {
  const Record::Outcome outcome = record_.parse(text);
  if (outcome == Record::Outcome::invalid) {
    invalid_ = true;
    return false;
  }
  ++received_;
  const Taken taken = outcome == Record::Outcome::unusable ? Taken::unreadable : on_record_(record_.root());
  if (taken == Taken::fresh) ++fresh_;
  if (taken == Taken::unreadable) ++skipped_;
  too_many_ = taken == Taken::too_many;
  return !too_many_;
}

std::optional<base::Error> PageReader::finish(std::string_view request, const Answer& answer) {
  if (answer.fault) return answer.fault;
  const std::string prefix = std::string(request) + ": ";
  if (too_many_) return base::Error{base::ErrorKind::too_large, prefix + "more rows than the limit"};
  if (splitter_.fault() == ArraySplitter::Fault::element_too_large)
    return base::Error{base::ErrorKind::too_large, prefix + std::string(describe(splitter_.fault()))};
  if (const auto text = problem(answer); !text.empty())
    return base::Error{base::ErrorKind::malformed, prefix + std::string(text)};
  return std::nullopt;
}

std::string_view PageReader::problem(const Answer& answer) {
  if (is_html(answer)) return describe(ArraySplitter::Fault::html);
  if (invalid_) return "a record that is not valid JSON in UTF-8";
  if (const auto fault = splitter_.finish(); fault != ArraySplitter::Fault::none) return describe(fault);
  if (received_ > 0 && skipped_ == received_) return "no record that can be read";
  return {};
}

bool is_html(const Answer& answer) {
  return base::to_lower(answer.head.content_type).starts_with("text/html");
}

}  // namespace vprotect
