#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "vprotect/control.h"

// What is sent to the server: references as {"guid": ...}, enums as {"name": ...}, times in milliseconds (API
// page, 2.1 and 2.2; guide).
namespace vprotect {

std::string encode(const ExportAsk& ask);
std::string encode(const RestoreAsk& ask);
std::string encode_cancel(std::string_view why);

// Of a creation. What must be said and is not: active, priority 50, a full backup.
std::string encode(const PolicyDraft& draft);
std::string encode(const RuleDraft& draft);
std::string encode(const ScheduleDraft& draft);

// Of an update: the record as the server told it, with what the draft has in its place. An error when the
// record cannot be read, or cannot be sent back without losing some of it; its message does not say of what.
base::Result<std::string> merge(std::string_view record, const PolicyDraft& draft);
base::Result<std::string> merge(std::string_view record, const RuleDraft& draft);
base::Result<std::string> merge(std::string_view record, const ScheduleDraft& draft);

}  // namespace vprotect
