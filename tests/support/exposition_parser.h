#pragma once

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"

// A strict reader of Prometheus' text format 0.0.4 and of OpenMetrics 1.0.0, written from their
// specifications and from nothing of ours. It accepts what an exporter should write, not all that is legal.
namespace support {

enum class Dialect { text, openmetrics };

struct ParsedSample {
  std::string name;
  std::vector<std::pair<std::string, std::string>> labels;  // unescaped, as ordered in the line
  std::string value;                                        // as written

  bool operator==(const ParsedSample&) const = default;
  double number() const {
    if (value == "NaN") return std::numeric_limits<double>::quiet_NaN();
    return std::stod(value);
  }
};

struct ParsedFamily {
  std::string name;
  std::string type;
  std::string unit;
  std::string help;  // unescaped
  std::vector<ParsedSample> samples;
};

class ExpositionParser {
 public:
  // Throws std::runtime_error naming the first line that breaks a rule.
  static std::vector<ParsedFamily> parse(std::string_view text, Dialect dialect) {
    ExpositionParser parser(dialect);
    parser.read(text);
    return std::move(parser.families_);
  }

 private:
  explicit ExpositionParser(Dialect dialect) : dialect_(dialect) {}

  bool is_openmetrics() const { return dialect_ == Dialect::openmetrics; }

  void require(bool condition, std::string_view rule) const {
    if (!condition) throw std::runtime_error(std::string(rule) + ": " + line_);
  }

  void read(std::string_view text) {
    require(base::is_valid_utf8(text), "UTF-8");
    require(text.empty() ? !is_openmetrics() : text.back() == '\n', "ends with a line end");
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      line_ = text.substr(0, end);
      text.remove_prefix(end + 1);
      read_line();
    }
    require(is_openmetrics() == ended_, "# EOF ends OpenMetrics and nothing else");
    end_family();
  }

  void read_line() {
    require(!ended_, "nothing behind # EOF");
    require(!line_.empty(), "no empty line");
    if (line_ == "# EOF") {
      ended_ = true;
    } else if (line_.front() == '#') {
      read_comment();
    } else {
      read_sample();
    }
  }

  // "# KEYWORD name text"
  void read_comment() {
    require(line_.starts_with("# "), "comment");
    const std::size_t keyword_end = line_.find(' ', 2);
    require(keyword_end != std::string::npos, "comment with a keyword");
    const std::size_t name_end = line_.find(' ', keyword_end + 1);
    require(name_end != std::string::npos, "comment with a text");
    const std::string keyword = line_.substr(2, keyword_end - 2);
    const std::string name = line_.substr(keyword_end + 1, name_end - keyword_end - 1);
    const std::string text = line_.substr(name_end + 1);
    const bool opens = keyword == (is_openmetrics() ? "TYPE" : "HELP");
    if (opens) begin_family(name);
    require(!families_.empty() && families_.back().name == name, "comments of one family stand together");
    require(families_.back().samples.empty(), "comments stand before the samples");
    set(families_.back(), keyword, text);
  }

  void begin_family(const std::string& name) {
    end_family();
    require(is_metric_name(name), "name of a family");
    require(names_.insert(name).second, "a family appears once");
    families_.push_back({.name = name, .type = {}, .unit = {}, .help = {}, .samples = {}});
  }

  void set(ParsedFamily& family, const std::string& keyword, const std::string& text) {
    if (keyword == "TYPE") {
      require(family.type.empty(), "one TYPE");
      require(is_openmetrics() ? family.help.empty() : !family.help.empty(), "place of TYPE");
      require(is_known_type(text), "type");
      family.type = text;
    } else if (keyword == "UNIT") {
      require(is_openmetrics() && !family.type.empty() && family.help.empty(), "place of UNIT");
      require(family.name.ends_with("_" + text) && family.type != "info", "the unit ends the name");
      family.unit = text;
    } else {
      require(keyword == "HELP", "keyword");
      require(family.help.empty() && (!is_openmetrics() || !family.type.empty()), "place of HELP");
      std::size_t at = 0;
      family.help = unescaped(text, at, is_openmetrics() ? "\\n\"" : "\\n", is_openmetrics() ? "\"" : "");
      require(at == text.size() && !family.help.empty(), "HELP text");
    }
  }

  bool is_known_type(const std::string& type) const {
    if (type == "gauge" || type == "counter" || type == "histogram") return true;
    return is_openmetrics() && type == "info";
  }

  void read_sample() {
    require(!families_.empty() && !families_.back().type.empty(), "samples follow their TYPE");
    ParsedSample sample;
    std::size_t at = line_.find_first_of("{ ");
    require(at != std::string::npos, "sample");
    sample.name = line_.substr(0, at);
    require(is_metric_name(sample.name), "name of a sample");
    if (line_[at] == '{') sample.labels = read_labels(++at);
    require(at < line_.size() && line_[at] == ' ', "one space before the value");
    sample.value = line_.substr(at + 1);
    require(is_number(sample.value), "value");
    add(std::move(sample));
  }

  std::vector<std::pair<std::string, std::string>> read_labels(std::size_t& at) {
    std::vector<std::pair<std::string, std::string>> labels;
    std::set<std::string> names;
    while (true) {
      const std::size_t equals = line_.find('=', at);
      require(equals != std::string::npos, "label");
      const std::string name = line_.substr(at, equals - at);
      require(is_label_name(name), "name of a label");
      require(names.insert(name).second, "labels of a sample differ");
      require(line_.substr(equals + 1, 1) == "\"", "quoted label value");
      at = equals + 2;
      labels.emplace_back(name, unescaped(line_, at, "\\n\"", "\""));
      require(line_.substr(at, 1) == "\"", "closed label value");
      ++at;
      const char next = at < line_.size() ? line_[at++] : '\0';
      if (next == '}') return labels;
      require(next == ',', "comma between labels");
    }
  }

  // Up to one of `stops` or the end; a backslash is followed by one of `escapes`.
  std::string unescaped(const std::string& text, std::size_t& at, std::string_view escapes,
                        std::string_view stops) const {
    std::string result;
    for (; at < text.size() && stops.find(text[at]) == std::string_view::npos; ++at) {
      if (text[at] != '\\') {
        result += text[at];
        continue;
      }
      ++at;
      require(at < text.size() && escapes.find(text[at]) != std::string_view::npos, "escape");
      result += text[at] == 'n' ? '\n' : text[at];
    }
    return result;
  }

  void add(ParsedSample sample) {
    ParsedFamily& family = families_.back();
    require(is_sample_of(sample.name, family), "a sample stands with its family");
    auto sorted = sample.labels;
    std::sort(sorted.begin(), sorted.end());
    require(series_.insert({sample.name, sorted}).second, "a series appears once");
    require(family.samples.empty() || label_names(sample) == label_names(family.samples.front()),
            "samples of a family have the same labels");
    if (family.type == "info") require(sample.value == "1", "an info is 1");
    if (family.type == "counter") require(sample.number() >= 0, "a counter is not negative");
    if (is_created(sample, family)) check_created(sample, family);
    family.samples.push_back(std::move(sample));
  }

  bool is_created(const ParsedSample& sample, const ParsedFamily& family) const {
    return is_openmetrics() && family.type == "counter" && sample.name == family.name + "_created";
  }

  void check_created(const ParsedSample& sample, const ParsedFamily& family) const {
    require(!family.samples.empty() && family.samples.back().name == family.name + "_total" &&
                family.samples.back().labels == sample.labels,
            "when a counter was created stands behind it");
  }

  bool is_sample_of(const std::string& name, const ParsedFamily& family) const {
    if (family.type == "histogram")
      return name == family.name + "_bucket" || name == family.name + "_sum" ||
             name == family.name + "_count";
    if (is_openmetrics() && family.type == "counter")
      return name == family.name + "_total" || name == family.name + "_created";
    if (is_openmetrics() && family.type == "info") return name == family.name + "_info";
    return name == family.name;
  }

  static std::vector<std::string> label_names(const ParsedSample& sample) {
    std::vector<std::string> names;
    for (const auto& [name, value] : sample.labels) {
      if (name != "le") names.push_back(name);
    }
    return names;
  }

  void end_family() {
    if (families_.empty()) return;
    const ParsedFamily& family = families_.back();
    line_ = family.name;
    require(!family.type.empty() && !family.help.empty(), "TYPE and HELP");
    require(!family.samples.empty(), "a family has samples");
    if (is_openmetrics()) {
      const bool has_unit = family.name.ends_with("_seconds") || family.name.ends_with("_bytes") ||
                            family.name.ends_with("_ratio");
      require(has_unit == !family.unit.empty(), "UNIT where the name ends with one");
    }
    if (family.type == "histogram") check_histogram(family);
  }

  void check_histogram(const ParsedFamily& family) const {
    double last_bound = -std::numeric_limits<double>::infinity();
    double last_count = 0;
    for (const ParsedSample& sample : family.samples) {
      if (sample.name.ends_with("_bucket")) {
        const std::string& bound = sample.labels.back().second;
        require(sample.labels.back().first == "le" && is_number(bound), "le");
        if (is_openmetrics()) require(bound.find_first_of(".eI") != std::string::npos, "le is a float");
        require(std::stod(bound) > last_bound && sample.number() >= last_count, "buckets grow");
        last_bound = std::stod(bound);
        last_count = sample.number();
      } else if (sample.name.ends_with("_count")) {
        require(std::isinf(last_bound) && sample.number() == last_count, "the last bucket is the count");
        last_bound = -std::numeric_limits<double>::infinity();
        last_count = 0;
      }
    }
  }

  static bool is_number(const std::string& text) {
    if (text == "NaN" || text == "+Inf" || text == "-Inf") return true;
    if (text.empty() || text == "-0" || std::isspace(static_cast<unsigned char>(text.front()))) return false;
    if (text.find_first_not_of("0123456789+-.e") != std::string::npos) return false;
    std::size_t used = 0;
    try {
      static_cast<void>(std::stold(text, &used));
    } catch (const std::exception&) {
      return false;
    }
    return used == text.size();
  }

  static bool is_name(std::string_view text, std::string_view more) {
    if (text.empty() || std::isdigit(static_cast<unsigned char>(text.front()))) return false;
    return std::all_of(text.begin(), text.end(), [&](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) || more.find(c) != std::string_view::npos;
    });
  }
  static bool is_metric_name(std::string_view text) { return is_name(text, "_:"); }
  static bool is_label_name(std::string_view text) { return is_name(text, "_") && !text.starts_with("_"); }

  const Dialect dialect_;
  std::string line_;
  bool ended_ = false;
  std::vector<ParsedFamily> families_;
  std::set<std::string> names_;
  std::set<std::pair<std::string, std::vector<std::pair<std::string, std::string>>>> series_;
};

}  // namespace support
