#include "scenario_value.h"

#include <algorithm>

#include "times.h"

namespace simulator {

void ScenarioValue::allow(std::initializer_list<std::string_view> keys) const {
  if (!json_->is_object()) refuse("an object is expected");
  for (const auto& [key, value] : json_->items()) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) refuse("unknown key '" + key + "'");
  }
}

std::optional<ScenarioValue> ScenarioValue::find(std::string_view key) const {
  const auto found = json_->find(std::string(key));
  if (found == json_->end()) return std::nullopt;
  return ScenarioValue(*found, (place_.empty() ? "" : place_ + ".") + std::string(key));
}

ScenarioValue ScenarioValue::at(std::string_view key) const {
  const auto value = find(key);
  if (!value) refuse("'" + std::string(key) + "' is missing");
  return *value;
}

std::vector<ScenarioValue> ScenarioValue::elements() const {
  if (!json_->is_array()) refuse("an array is expected");
  std::vector<ScenarioValue> elements;
  for (const auto& element : *json_)
    elements.emplace_back(element, place_ + "[" + std::to_string(elements.size()) + "]");
  return elements;
}

std::vector<ScenarioValue> ScenarioValue::elements(std::string_view key) const {
  const auto array = find(key);
  return array ? array->elements() : std::vector<ScenarioValue>{};
}

std::string ScenarioValue::text() const {
  if (!json_->is_string()) refuse("a text is expected");
  return json_->get<std::string>();
}

bool ScenarioValue::flag() const {
  if (!json_->is_boolean()) refuse("true or false is expected");
  return json_->get<bool>();
}

std::int64_t ScenarioValue::number(std::int64_t least, std::int64_t most) const {
  if (!json_->is_number_integer()) refuse("a whole number is expected");
  const auto value = json_->get<std::int64_t>();
  if (value < least || value > most)
    refuse("a number from " + std::to_string(least) + " to " + std::to_string(most) + " is expected");
  return value;
}

void ScenarioValue::numbers() const {
  if (!json_->is_object()) refuse("an object is expected");
  for (const auto& [key, value] : json_->items()) {
    if (!value.is_number()) refuse("'" + key + "' is no number");
  }
}

Millis ScenarioValue::span() const { return parsed("length of time, as 6h or 1d30m", span_in); }

Millis ScenarioValue::hour() const { return parsed("time of day, as 01:00", hour_in); }

TimePoint ScenarioValue::moment(TimePoint now) const {
  return parsed("time, as 2026-01-01T12:00:00Z or -26h",
                [&](std::string_view text) { return moment_in(text, now); });
}

void ScenarioValue::refuse(const std::string& why) const {
  throw ScenarioError((place_.empty() ? "" : place_ + ": ") + why);
}

}  // namespace simulator
