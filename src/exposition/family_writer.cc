#include "exposition/family_writer.h"

#include <cassert>

#include "exposition/text_format.h"

namespace exposition {

FamilyWriter::FamilyWriter(const Description& family, Format format, PieceWriter& out)
    : family_(family), format_(format), out_(out) {
  for (const std::string_view label : family.labels) {
    openings_.push_back((openings_.empty() ? "" : "\",") + std::string(label) + "=\"");
  }
}

void FamilyWriter::sample(LabelText first, Values rest, std::optional<double> value) {
  if (value) write(joined(first, rest), *value);
}

void FamilyWriter::sample_once(LabelText first, Values rest, std::optional<double> value) {
  if (!value) return;
  const std::string_view labels = joined(first, rest);
  if (written_.emplace(labels).second) write(labels, *value);
}

void FamilyWriter::write(std::string_view labels, double value) {
  if (!started_) write_header(out_, format_, family_);
  started_ = true;
  write_sample(out_, family_.name, labels, value);
}

std::string_view FamilyWriter::joined(LabelText first, Values rest) {
  assert(first.count + rest.size() == family_.labels.size());
  if (rest.size() == 0) return first.text;
  // The first label ready ends with its quote, which the next one's opening brings along.
  labels_.assign(first.text.substr(0, first.text.empty() ? 0 : first.text.size() - 1));
  const std::string* opening = openings_.data() + first.count;
  for (const std::string_view value : rest) {
    labels_ += *opening++;
    append_value(labels_, value);
  }
  labels_ += '"';
  return labels_;
}

}  // namespace exposition
