#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "model.h"

namespace simulator {

// What is wrong with a scenario file, and where in it.
struct ScenarioError : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

// One value of a scenario file and its place, as "vms[2].backups[0].at". The JSON outlives it.
class ScenarioValue {
 public:
  ScenarioValue(const nlohmann::json& json, std::string place) : json_(&json), place_(std::move(place)) {}

  // An object with no other keys than these.
  void allow(std::initializer_list<std::string_view> keys) const;
  std::optional<ScenarioValue> find(std::string_view key) const;  // a null is there, too
  ScenarioValue at(std::string_view key) const;
  std::vector<ScenarioValue> elements() const;
  // The elements of an array that may be missing.
  std::vector<ScenarioValue> elements(std::string_view key) const;

  bool is_null() const { return json_->is_null(); }
  std::string text() const;
  bool flag() const;
  std::int64_t number(std::int64_t least, std::int64_t most) const;
  void numbers() const;  // an object of nothing but numbers
  Millis span() const;   // "6h"
  Millis hour() const;   // "01:00"
  TimePoint moment(TimePoint now) const;
  // What `parse` makes of the text; it is absent where the text is wrong.
  template <class Parse>
  auto parsed(std::string_view what, Parse parse) const {
    const auto value = parse(text());
    if (!value) refuse("'" + text() + "' is no " + std::string(what));
    return *value;
  }

  [[noreturn]] void refuse(const std::string& why) const;
  const std::string& place() const { return place_; }

 private:
  const nlohmann::json* json_;
  std::string place_;
};

}  // namespace simulator
