#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/shared_text.h"
#include "domain/quantity.h"
#include "domain/reference.h"
#include "vprotect/record.h"

// The vendor's conventions (API page, 2 and 4), read with tolerance: what is missing, null or of a type that
// makes no sense is absent, never an error.
namespace vprotect {

std::optional<bool> flag(const Value& value);             // true, or "true"
std::optional<std::int64_t> whole(const Value& value);    // 12, 12.0 or "12"; a fraction is cut off
std::optional<std::uint64_t> count(const Value& value);   // the same, not negative
std::optional<double> number(const Value& value);         // 66.5 or "66.5"; finite
std::optional<domain::Bytes> bytes(const Value& value);   // not negative
std::optional<base::TimePoint> time(const Value& value);  // ms since 1970, positive, before the year 10000
std::optional<std::chrono::milliseconds> duration(const Value& value);  // not negative, below a century

std::string_view enum_name(const Value& value);  // {"name": "FULL", ...} or "FULL"
base::SharedText enum_text(const Value& value, base::TextPool& pool);

bool is_uuid_like(std::string_view text);
// The guid of a record; empty when there is none that could be one.
std::string_view own_guid(const Value& record);
// The guid of {"guid": ..., "name": ...}, or a text that looks like a UUID; empty when there is none.
std::string_view guid_of(const Value& value);
// {"guid": ..., "name": ...}; a text is a guid when it looks like a UUID, else a name. A guid that is a UUID
// is in lower case afterwards, as domain::Guid reads it back.
domain::Reference reference(const Value& value, base::TextPool& pool);
std::vector<domain::Reference> references(const Value& list, base::TextPool& pool);

// Free text for people, in at most 2 KiB.
std::string free_text(const Value& value);

}  // namespace vprotect
