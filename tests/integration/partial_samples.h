#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "running_exporter.h"

namespace integration {

// A sample by its name and its labels, each as it is written: `vm="erp-01"`.
struct SampleName {
  std::string family;
  std::set<std::string> labels;

  // True when this is such a sample as `wanted` names, whose other labels may have any value.
  bool is(const SampleName& wanted) const {
    return family == wanted.family &&
           std::includes(labels.begin(), labels.end(), wanted.labels.begin(), wanted.labels.end());
  }
};

// What stands between the braces, cut at the commas that no quotes enclose.
inline std::set<std::string> labels_in(std::string_view text) {
  std::set<std::string> labels;
  std::string label;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ',' && !quoted) {
      labels.insert(std::exchange(label, {}));
      continue;
    }
    if (text[i] == '"') quoted = !quoted;
    if (text[i] == '\\') label += text[i++];  // and what it escapes
    label += text[i];
  }
  if (!label.empty()) labels.insert(label);
  return labels;
}

inline SampleName sample_name(std::string_view text) {
  const auto brace = text.find('{');
  if (brace == text.npos) return {std::string(text), {}};
  return {std::string(text.substr(0, brace)), labels_in(text.substr(brace + 1, text.size() - brace - 2))};
}

// A scrape that is asked by parts of its samples' labels.
class Scrape {
 public:
  explicit Scrape(const Samples& samples) {
    samples_.reserve(samples.size());
    for (const auto& [name, value] : samples) samples_.emplace_back(sample_name(name), std::stod(value));
  }

  // Of every sample of this name that has these labels.
  std::vector<double> values(std::string_view wanted) const {
    const SampleName name = sample_name(wanted);
    std::vector<double> found;
    for (const auto& [sample, value] : samples_) {
      if (sample.is(name)) found.push_back(value);
    }
    return found;
  }

  bool has(std::string_view wanted) const { return !values(wanted).empty(); }
  // Whether there is exactly one such, and it has the value.
  bool has(std::string_view wanted, double value) const { return values(wanted) == std::vector{value}; }

 private:
  std::vector<std::pair<SampleName, double>> samples_;
};

inline Scrape scrape(RunningExporter& exporter) { return Scrape(exporter.scrape()); }

// True once the one sample that is named so has the value.
inline bool becomes(RunningExporter& exporter, std::string_view sample, double value) {
  return support::eventually([&] { return scrape(exporter).has(sample, value); });
}

// True once no sample is named so.
inline bool vanishes(RunningExporter& exporter, std::string_view sample) {
  return support::eventually([&] {
    const auto samples = exporter.scrape();
    return !samples.empty() && !Scrape(samples).has(sample);
  });
}

}  // namespace integration
