#include "exposition/family_writer.h"

#include <cassert>

#include "exposition/text_format.h"

namespace exposition {

FamilyWriter::FamilyWriter(const Description& family, Format format, PieceWriter& out)
    : family_(family), format_(format), out_(out) {}

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
  labels_.assign(first.text);
  auto name = family_.labels.begin() + static_cast<std::ptrdiff_t>(first.count);
  for (const std::string_view value : rest) append_label(labels_, *name++, value);
  return labels_;
}

}  // namespace exposition
