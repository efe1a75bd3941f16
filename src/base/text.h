#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace base {

// True when every byte belongs to a well-formed UTF-8 sequence (no surrogates, no overlong forms).
bool is_valid_utf8(std::string_view text);

// The text with each malformed sequence replaced by U+FFFD.
std::string to_valid_utf8(std::string_view text);

std::string to_lower(std::string_view text);  // ASCII only
bool equal_ignoring_case(std::string_view a, std::string_view b);
std::string_view trimmed(std::string_view text);  // without spaces, tabs and line ends at both sides

// The first bytes of the text, `most` of them or a few less: it is cut between characters.
std::string_view beginning(std::string_view text, std::size_t most);

// The text in at most `most` bytes, cut between characters, with "..." where something is missing,
// control characters as spaces: for error messages.
std::string excerpt(std::string_view text, std::size_t most);

// Whether the whole text fits the pattern: `*` stands for any text, `?` for any one byte, the rest for
// itself. At most as many steps as the product of both lengths.
bool matches_glob(std::string_view text, std::string_view pattern);

// "2026-01-01T02:00:05Z": RFC 3339 in UTC, whole seconds.
std::string to_rfc3339(TimePoint time);

std::string to_rfc3339_date(TimePoint time);  // its UTC day: "2026-01-01"

// The two forms of it that are read: "2026-01-01", and "2026-01-01T02:00:05Z", with no other zone and no
// fractions. Absent when the text is not just that, or names no day there is.
std::optional<std::chrono::sys_days> parse_date(std::string_view text);
std::optional<TimePoint> parse_rfc3339(std::string_view text);

// Prometheus' spelling of a duration: "250ms", "15s", "2m", "1h30m", "35d"; absent when the text is not one.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
std::string to_text(std::chrono::milliseconds duration);

}  // namespace base
