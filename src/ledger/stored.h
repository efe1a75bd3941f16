#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/memory.h"

// How values are kept, alike in both databases.
namespace ledger {

// The text itself where it can be kept and be part of a key. PostgreSQL takes neither malformed UTF-8 nor
// NUL: U+FFFD stands for them. A text of more than 500 bytes, beyond what its indexes take, is cut, and a
// checksum of the whole keeps it apart from others that begin so.
std::string stored_text(std::string_view text);

// Likewise of at most 16 KiB, for what is no part of a key and not looked for.
std::string stored_long_text(std::string_view text);

// Likewise of at most 1 MiB, for what is of no use when it is cut.
std::string stored_whole_text(std::string_view text);

// "3;;1/2;" is three days: 3 successes; nothing; 1 success and 2 failures.
std::string stored_days(const std::vector<domain::DayResults>& days);
std::optional<std::vector<domain::DayResults>> days_of(std::string_view text);

}  // namespace ledger
