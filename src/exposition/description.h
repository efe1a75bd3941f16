#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace exposition {

enum class Type { gauge, counter, histogram, info };

// What a family is, whatever its samples. The texts outlive the process' last scrape.
struct Description {
  std::string_view name;  // of its samples: a counter's ends in _total, an info's in _info
  std::string_view help;
  Type type = Type::gauge;
  std::vector<std::string_view> labels;
};

// As Prometheus' text format spells it ("gauge" for an info) and as OpenMetrics does.
std::string_view text_type_of(Type type);
std::string_view openmetrics_type_of(Type type);

// The name of the family in OpenMetrics: without the suffix that its type gives to the samples.
std::string_view openmetrics_name_of(std::string_view name, Type type);

// The name of a counter's samples that tell when it began; OpenMetrics alone has them.
std::string created_name_of(std::string_view counter);

// "seconds", "bytes" or "ratio" when the family's name ends with it, else nothing.
std::string_view unit_of(std::string_view openmetrics_name);

// Whether `asked` is the family's name or that of one of its samples.
bool is_named(std::string_view asked, std::string_view name, Type type);

}  // namespace exposition
