#include "exposition/family_writer.h"

#include <cassert>

#include "exposition/text_format.h"
#include "exposition/value.h"

namespace exposition {
namespace {

std::vector<std::string> openings_of(const Description& family) {
  std::vector<std::string> openings;
  for (const std::string_view label : family.labels) {
    openings.push_back((openings.empty() ? "" : "\",") + std::string(label) + "=\"");
  }
  return openings;
}

}  // namespace

FamilyWriter::FamilyWriter(const Description& family, Format format, PieceWriter& out, std::size_t budget)
    : family_(family),
      format_(format),
      out_(&out),
      budget_(budget),
      openings_(openings_of(family)),
      created_name_(created_name_of(family.name)) {}

FamilyWriter::FamilyWriter(const Description& family)
    : family_(family),
      format_(Format::text),
      out_(nullptr),
      budget_(kNoBudget),
      openings_(openings_of(family)) {}

void FamilyWriter::sample(LabelText first, Values rest, std::optional<double> value, Created created) {
  if (!value || ended()) return;
  if (is_counting()) {
    ++samples_;
  } else {
    write(joined(first, rest), *value, created);
  }
}

void FamilyWriter::sample_once(LabelText first, Values rest, std::optional<double> value, Created created) {
  if (!value || ended()) return;
  const std::string_view labels = joined(first, rest);
  if (!taken_.emplace(labels).second) return;
  if (is_counting()) {
    ++samples_;
  } else {
    write(labels, *value, created);
  }
}

void FamilyWriter::write(std::string_view labels, double value, const Created& created) {
  assert(!created || family_.type == Type::counter);
  if (samples_++ == 0) write_header(*out_, format_, family_);
  write_sample(*out_, family_.name, labels, value);
  if (created && format_ == Format::openmetrics) {
    write_sample(*out_, created_name_, labels, number(*created));
  }
}

std::string_view FamilyWriter::joined(LabelText first, Values rest) {
  assert(first.count + rest.size() <= family_.labels.size());
  if (rest.size() == 0) return first.text;
  // The first label ready ends with its quote, which the next one's opening brings along.
  labels_.assign(first.text.substr(0, first.text.empty() ? 0 : first.text.size() - 1));
  const std::string* opening = openings_.data() + openings_.size() - rest.size();
  for (const std::string_view value : rest) {
    labels_ += *opening++;
    append_value(labels_, value);
  }
  labels_ += '"';
  return labels_;
}

}  // namespace exposition
