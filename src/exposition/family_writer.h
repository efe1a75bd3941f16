#pragma once

#include <cstddef>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "exposition/body.h"
#include "exposition/description.h"
#include "exposition/label_text.h"
#include "exposition/piece_writer.h"

namespace exposition {

// Writes one family of the catalogue: its header before the first sample, nothing when there is none.
// An absent value is no sample; samples beyond the budget are dropped.
class FamilyWriter {
 public:
  using Values = std::initializer_list<std::string_view>;
  // When a counter began to count. OpenMetrics has a sample for it, the text format has none.
  using Created = std::optional<base::TimePoint>;

  static constexpr std::size_t kNoBudget = std::numeric_limits<std::size_t>::max();

  // Both outlive the writer.
  FamilyWriter(const Description& family, Format format, PieceWriter& out, std::size_t budget = kNoBudget);
  // Counts the samples and writes nothing.
  explicit FamilyWriter(const Description& family);

  // `first` has the family's first labels ready, all or some of them, `rest` the values of the others, in the
  // family's order. For samples that are known to differ from each other.
  void sample(LabelText first, Values rest, std::optional<double> value, Created created = {});
  // The same for few samples of names that may repeat: only the first of those with equal labels is written.
  void sample_once(LabelText first, Values rest, std::optional<double> value, Created created = {});

  // Whatever follows is dropped: the budget is used up, or nobody reads any more.
  bool ended() const { return samples_ == budget_ || (out_ != nullptr && out_->ended()); }
  std::size_t samples() const { return samples_; }  // so far

 private:
  bool is_counting() const { return out_ == nullptr; }
  void write(std::string_view labels, double value, const Created& created);
  std::string_view joined(LabelText first, Values rest);

  const Description& family_;
  const Format format_;
  PieceWriter* const out_;  // null when only counting
  const std::size_t budget_;
  std::size_t samples_ = 0;
  std::vector<std::string> openings_;  // of each label: what stands before its value
  std::string created_name_;           // of a counter's second samples
  std::string labels_;                 // of the sample at hand
  std::unordered_set<std::string> taken_;
};

}  // namespace exposition
