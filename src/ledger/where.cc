#include "ledger/where.h"

#include <utility>

#include "ledger/stored.h"

namespace ledger {

void Where::add(std::string_view condition) {
  text_.append(text_.empty() ? " WHERE " : " AND ").append(condition);
}

void Where::add(std::string_view condition, Value value) {
  add(condition);
  add_parameter(std::move(value));
}

void Where::add_time(std::string_view condition, const std::optional<base::TimePoint>& time) {
  if (time) add(condition, Value(*time));
}

void Where::add_text(std::string_view condition, const std::string& text) {
  if (!text.empty()) add(condition, Value(stored_text(text)));
}

void Where::add_select(std::string_view before, const Where& inner, std::string_view after) {
  add(before);
  text_.append(inner.text()).append(after);
  parameters_.insert(parameters_.end(), inner.parameters_.begin(), inner.parameters_.end());
}

bool Where::add_scope(std::string_view tenant_column, const domain::Scope& scope) {
  if (scope.is_everything()) return true;
  if (scope.tenants->empty()) return false;
  add(tenant_column);
  const char* separator = " IN (";
  for (const std::string& tenant : *scope.tenants) {
    text_ += std::exchange(separator, ", ");
    add_parameter(stored_text(tenant));
  }
  text_ += ")";
  return true;
}

void Where::add_parameter(Value value) {
  text_.append(":").append(prefix_).append(std::to_string(parameters_.size()));
  parameters_.push_back(std::move(value));
}

}  // namespace ledger
