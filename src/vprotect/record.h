#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vprotect {

class Record;

// A place in a Record, or nothing: what is asked of nothing is nothing, so paths can be followed blindly.
// Valid until the record is parsed again.
class Value {
 public:
  Value() = default;

  explicit operator bool() const { return record_ != nullptr; }
  Value operator[](std::string_view key) const;  // member of an object
  Value first() const;                           // of an object's or array's members
  Value next() const;                            // the following member of the same parent

  bool is_object() const;
  bool is_array() const;
  bool is_null() const;
  std::string_view text() const;  // empty unless it is text
  bool is_text() const;
  std::optional<bool> boolean() const;
  std::optional<std::int64_t> integer() const;  // absent unless it is an integer that fits
  std::optional<double> real() const;           // of any number; finite

 private:
  friend class Record;
  Value(const Record* record, std::uint32_t at, std::uint32_t end) : record_(record), at_(at), end_(end) {}

  const Record* record_ = nullptr;
  std::uint32_t at_ = 0;
  std::uint32_t end_ = 0;  // of the parent's members
};

// One JSON value, read from its text into flat memory that is used again for the next one: a list of any
// length is read without an allocation per record.
class Record {
 public:
  enum class Outcome {
    parsed,
    unusable,  // JSON, but with a number or character that cannot be represented
    invalid,   // not JSON, or not UTF-8
  };

  Outcome parse(std::string_view text);
  Value root() const;

 private:
  friend class Value;
  class Builder;
  enum class Type : std::uint8_t { null, boolean, integer, real, text, object, array };

  struct Span {
    std::uint32_t at = 0;
    std::uint32_t size = 0;
  };
  struct Node {
    Type type = Type::null;
    bool boolean = false;
    std::uint32_t end = 0;  // first node that is not below this one
    Span key;
    Span text;
    std::int64_t integer = 0;
    double real = 0;
  };

  std::string_view view(Span span) const { return std::string_view(texts_).substr(span.at, span.size); }

  std::vector<Node> nodes_;  // in the order of the text
  std::string texts_;        // keys and texts, one behind the other
  std::vector<std::uint32_t> open_;
};

}  // namespace vprotect
