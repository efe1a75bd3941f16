#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"

namespace report {

// What a field of a row holds, whatever it is written as. The first alternative stands for "not known".
using Texts = std::vector<std::string>;
using Numbers = std::vector<std::int64_t>;
using Value =
    std::variant<std::monostate, bool, std::int64_t, double, base::TimePoint, std::string, Texts, Numbers>;

inline bool is_known(const Value& value) { return value.index() != 0; }

// What is not known comes last, in either direction.
enum class Direction { ascending, descending };
std::weak_ordering compare(const Value& a, const Value& b, Direction direction);

// As JSON: times are RFC 3339 texts, what is not known is null; malformed UTF-8 is replaced.
void append_json(std::string& out, const Value& value);
void append_json_text(std::string& out, std::string_view text);

// As plain text, for a cell of a table: empty when it is not known, lists with blanks between.
std::string to_text(const Value& value);

}  // namespace report
