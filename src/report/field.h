#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
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
  using ValueOf = Value (*)(const Row& row);

  Field(std::string_view its_name, Kind its_kind, std::string_view its_about,
        std::vector<std::string_view> its_words, ValueOf its_value)
      : Column{its_name, its_kind, its_about, std::move(its_words)}, value(its_value) {}

  ValueOf value;
};

template <class Row>
using Fields = std::vector<Field<Row>>;

}  // namespace report
