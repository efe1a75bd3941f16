#include "ledger/query.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

namespace ledger {
namespace {

// Of at most thirty values each: well below the 32,766 parameters of SQLite and the 65,535 of PostgreSQL.
constexpr std::size_t kRowsAtOnce = 500;

// A statement together with what it is bound to.
class Query {
 public:
  Query(soci::session& session, const std::string& sql, soci::details::statement_type type, Row parameters,
        Row results)
      : parameters_(std::move(parameters)), results_(std::move(results)), statement_(session) {
    for (Value& value : parameters_) value.bind_parameter(statement_);
    for (Value& value : results_) value.bind_result(statement_);
    statement_.alloc();
    statement_.prepare(sql, type);
    statement_.define_and_bind();
  }

  void set(Row parameters) { std::move(parameters.begin(), parameters.end(), parameters_.begin()); }

  void run(const TakeRow& take) {
    for (bool has_row = statement_.execute(true); has_row && take; has_row = statement_.fetch()) {
      take(results_);
    }
  }

 private:
  Row parameters_;
  Row results_;
  soci::statement statement_;
};

std::string rows_text(std::size_t rows, std::size_t columns) {
  std::string text;
  for (std::size_t at = 0; at < rows * columns; ++at) {
    if (at % columns == 0)
      text += at == 0 ? "(" : "), (";
    else
      text += ", ";
    text += ":p" + std::to_string(at);
  }
  return text + ")";
}

Row values_of(Row values, const std::function<Row(std::size_t)>& row, std::size_t begin, std::size_t end) {
  for (std::size_t at = begin; at < end; ++at) {
    Row one = row(at);
    std::move(one.begin(), one.end(), std::back_inserter(values));
  }
  return values;
}

}  // namespace

std::optional<base::TimePoint> Value::optional_time() const {
  return is_null() ? std::nullopt : std::optional(time());
}

void Value::bind_parameter(soci::statement& statement) {
  std::visit([&](auto& content) { statement.exchange(soci::use(content, state_)); }, content_);
}

void Value::bind_result(soci::statement& statement) {
  std::visit([&](auto& content) { statement.exchange(soci::into(content, state_)); }, content_);
}

void run(soci::session& session, const std::string& sql, Row parameters, Row results, const TakeRow& take) {
  Query(session, sql, soci::details::st_one_time_query, std::move(parameters), std::move(results)).run(take);
}

void run_over_rows(soci::session& session, const RowsStatement& sql, std::size_t count,
                   const std::function<Row(std::size_t)>& row, const Row& results, const TakeRow& take) {
  std::optional<Query> query;
  for (std::size_t begin = 0; begin < count; begin += kRowsAtOnce) {
    const std::size_t rows = std::min(kRowsAtOnce, count - begin);
    Row values = values_of(sql.parameters, row, begin, begin + rows);
    if (query && rows == kRowsAtOnce) {
      query->set(std::move(values));
    } else {
      std::string text(sql.before);
      text.append(rows_text(rows, (values.size() - sql.parameters.size()) / rows)).append(sql.after);
      query.emplace(session, text, soci::details::st_repeatable_query, std::move(values), results);
    }
    query->run(take);
  }
}

}  // namespace ledger
