#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "report/value.h"

namespace report {

// What a field holds when it is known.
enum class Kind : std::uint8_t { text, flag, integer, number, time, texts, integers };

// One field of a list's rows, wherever they are shown: a key in JSON, a column in CSV, what may be filtered
// and sorted by. A new one is a row in one of the tables of fields.h, and nothing else.
template <class Row>
struct Field {
  std::string_view name;  // with the unit, when it has one: bytes, seconds
  Kind kind = Kind::text;
  std::string_view about;              // one sentence
  std::vector<std::string_view> words;  // all that a text may be; none: anything
  Value (*value)(const Row& row) = nullptr;
};

template <class Row>
using Fields = std::vector<Field<Row>>;

template <class Row>
const Field<Row>* find(const Fields<Row>& fields, std::string_view name) {
  for (const Field<Row>& field : fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

// The row as a JSON object: all its fields, or those that are wanted.
template <class Row>
void append_json(std::string& out, const std::vector<const Field<Row>*>& fields, const Row& row) {
  char before = '{';
  for (const Field<Row>* field : fields) {
    out += before;
    append_json_text(out, field->name);
    out += ':';
    append_json(out, field->value(row));
    before = ',';
  }
  out += before == '{' ? "{}" : "}";
}

template <class Row>
std::vector<const Field<Row>*> all_of(const Fields<Row>& fields) {
  std::vector<const Field<Row>*> all;
  for (const Field<Row>& field : fields) all.push_back(&field);
  return all;
}

}  // namespace report
