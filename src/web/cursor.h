#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "report/field.h"
#include "report/select.h"

namespace web {

// Where a page of a list ended, as text that a URL can hold and a client has no use for but to send it back.
// It belongs to one order: `order` is the text of the parameter `sort`.
std::string to_cursor(const report::Place& place, std::string_view order);

// Absent when it is not one of ours, or of another order. `kind` is that of the column that orders.
std::optional<report::Place> parse_cursor(std::string_view cursor, std::string_view order, report::Kind kind);

}  // namespace web
