#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/scope.h"
#include "ledger/query.h"

namespace ledger {

// Conditions that all must hold, and what is bound to them. A name of a parameter begins with the prefix, so
// that no name stands twice in a statement of several.
class Where {
 public:
  explicit Where(std::string prefix) : prefix_(std::move(prefix)) {}

  void add(std::string_view condition);
  // The condition ends where the value belongs: "created >= ".
  void add(std::string_view condition, Value value);
  void add_time(std::string_view condition, const std::optional<base::TimePoint>& time);  // absent: any
  void add_text(std::string_view condition, const std::string& text);                     // empty: any
  // Conditions of a statement within this one: before ... after.
  void add_select(std::string_view before, const Where& inner, std::string_view after);
  // Whose tenant the scope shows. False when that is none at all: nothing need be asked then.
  [[nodiscard]] bool add_scope(std::string_view tenant_column, const domain::Scope& scope);

  const std::string& text() const { return text_; }  // " WHERE ...", or empty
  const Row& parameters() const { return parameters_; }

 private:
  void add_parameter(Value value);

  const std::string prefix_;
  std::string text_;
  Row parameters_;
};

}  // namespace ledger
