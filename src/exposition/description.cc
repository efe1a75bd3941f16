#include "exposition/description.h"

#include <array>

namespace exposition {
namespace {

std::string_view without(std::string_view name, std::string_view suffix) {
  if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
  return name;
}

bool is_histogram_sample(std::string_view asked, std::string_view name) {
  if (!asked.starts_with(name)) return false;
  const std::string_view suffix = asked.substr(name.size());
  return suffix == "_bucket" || suffix == "_sum" || suffix == "_count";
}

}  // namespace

std::string_view text_type_of(Type type) { return type == Type::info ? "gauge" : openmetrics_type_of(type); }

std::string_view openmetrics_type_of(Type type) {
  switch (type) {
    case Type::gauge:
      return "gauge";
    case Type::counter:
      return "counter";
    case Type::histogram:
      return "histogram";
    case Type::info:
      return "info";
  }
  return "unknown";
}

std::string_view openmetrics_name_of(std::string_view name, Type type) {
  if (type == Type::counter) return without(name, "_total");
  if (type == Type::info) return without(name, "_info");
  return name;
}

std::string created_name_of(std::string_view counter) {
  return std::string(openmetrics_name_of(counter, Type::counter)) + "_created";
}

std::string_view unit_of(std::string_view openmetrics_name) {
  constexpr std::array<std::string_view, 3> kSuffixes{"_seconds", "_bytes", "_ratio"};
  for (const std::string_view suffix : kSuffixes) {
    if (openmetrics_name.ends_with(suffix)) return suffix.substr(1);
  }
  return {};
}

bool is_named(std::string_view asked, std::string_view name, Type type) {
  if (asked == name || asked == openmetrics_name_of(name, type)) return true;
  if (type == Type::counter) return asked == created_name_of(name);
  return type == Type::histogram && is_histogram_sample(asked, name);
}

}  // namespace exposition
