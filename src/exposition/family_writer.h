#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "exposition/body.h"
#include "exposition/description.h"
#include "exposition/label_text.h"
#include "exposition/piece_writer.h"

namespace exposition {

// Writes one family of the catalogue: its header before the first sample, nothing when there is none.
// An absent value is no sample.
class FamilyWriter {
 public:
  using Values = std::initializer_list<std::string_view>;

  // Both outlive the writer.
  FamilyWriter(const Description& family, Format format, PieceWriter& out);

  // `first` has the family's first labels ready, `rest` the values of the others, in the family's order.
  // For samples that are known to differ from each other.
  void sample(LabelText first, Values rest, std::optional<double> value);
  // The same for few samples of names that may repeat: only the first of those with equal labels is written.
  void sample_once(LabelText first, Values rest, std::optional<double> value);

  // Nobody reads any more.
  bool ended() const { return out_.ended(); }

 private:
  void write(std::string_view labels, double value);
  std::string_view joined(LabelText first, Values rest);

  const Description& family_;
  const Format format_;
  PieceWriter& out_;
  std::vector<std::string> openings_;  // of each label: what stands before its value
  bool started_ = false;
  std::string labels_;  // of the sample at hand
  std::unordered_set<std::string> written_;
};

}  // namespace exposition
