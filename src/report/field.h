#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "report/value.h"

namespace report {

// What a field holds when it is known.
enum class Kind : std::uint8_t { text, flag, integer, number, time, texts, integers };

struct Column {
  std::string_view name;  // with the unit, when it has one: bytes, seconds
  Kind kind = Kind::text;
  std::string_view about;               // one sentence
  std::vector<std::string_view> words;  // all that a text may be; none: anything
};

// One field of a list's rows, wherever they are shown: a key in JSON, a column in CSV, what may be filtered
// and sorted by. A new one is a row in one of the tables of fields.h, and nothing else.
template <class Row>
struct Field : Column {
  Value (*value)(const Row& row) = nullptr;
};

template <class Row>
using Fields = std::vector<Field<Row>>;

}  // namespace report
