#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ids.h"
#include "style.h"

namespace simulator {

// One value of an enum, as the API spells it.
struct Choice {
  std::string_view name, description;
};

// Writes JSON text straight to a string: pages of thousands of records are to cost milliseconds.
// An empty key writes an array's element.
class JsonWriter {
 public:
  JsonWriter(std::string& out, const Style& style) : out_(out), style_(style) {}

  void open_object(std::string_view key = {});
  void close_object();
  void open_array(std::string_view key = {});
  void close_array();

  void text(std::string_view key, std::string_view value);
  void number(std::string_view key, std::int64_t value);
  void decimal(std::string_view key, double value);
  void flag(std::string_view key, bool value);
  void guid(Kind kind, Id id);
  // A NameAndGuid.
  void reference(std::string_view key, Kind kind, Id id, std::string_view name);
  void choice(std::string_view key, const Choice& value);
  // A value that is not there: left out, or null.
  void absent(std::string_view key);
  void null(std::string_view key);
  // JSON as it is.
  void raw(std::string_view key, std::string_view json);

  const Style& style() const { return style_; }

 private:
  void key_of(std::string_view key);
  void quoted(std::string_view value);
  void escaped(char c);

  std::string& out_;
  const Style& style_;
  bool first_ = true;  // nothing written yet in what is open
};

}  // namespace simulator
