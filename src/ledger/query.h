#pragma once

#include <soci/soci.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"

namespace ledger {

// What goes into a statement or comes out of it: text or a number, which may be absent (SQL's NULL).
class Value {
 public:
  Value(std::string text) : content_(std::move(text)) {}
  Value(const std::optional<std::string>& text) : Value(text.value_or(std::string())) {
    if (!text) state_ = soci::i_null;
  }
  Value(long long number) : content_(number) {}
  Value(base::TimePoint time) : Value(static_cast<long long>(time.time_since_epoch().count())) {}
  Value(std::optional<base::TimePoint> time) : Value(time.value_or(base::TimePoint())) {
    if (!time) state_ = soci::i_null;
  }

  const std::string& text() const { return std::get<std::string>(content_); }
  long long number() const { return std::get<long long>(content_); }
  base::TimePoint time() const { return base::TimePoint(std::chrono::milliseconds(number())); }
  bool is_null() const { return state_ == soci::i_null; }
  std::optional<base::TimePoint> optional_time() const;

  // The statement keeps pointing here: a later value must be assigned in place and be of the same type.
  void bind_parameter(soci::statement& statement);
  void bind_result(soci::statement& statement);

 private:
  std::variant<std::string, long long> content_;
  soci::indicator state_ = soci::i_ok;
};

using Row = std::vector<Value>;
using TakeRow = std::function<void(const Row&)>;

// What a column of a result holds, as the `results` below want it.
inline const Value kText{std::string()};
inline const Value kNumber{0LL};

// Runs the statement, once; its parameters are bound in their order. A name may stand in it once only: the
// two databases number a repeated one differently.
void run(soci::session& session, const std::string& sql, Row parameters = {}, Row results = {},
         const TakeRow& take = {});

// A statement over many rows: `before` (:p0, :p1), (:p2, :p3) ... `after`.
struct RowsStatement {
  std::string_view before;
  std::string_view after;
  Row parameters = {};  // of `before`
};

// Runs the statement over rows 0 to count - 1, a bounded number of them at a time, each of the same types.
void run_over_rows(soci::session& session, const RowsStatement& sql, std::size_t count,
                   const std::function<Row(std::size_t)>& row, const Row& results = {},
                   const TakeRow& take = {});

}  // namespace ledger
