#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/field.h"

namespace report {

// Rows of one kind and what is told of each. The fields, and what the rows refer to, outlive it.
class Table {
 public:
  template <class Row>
  Table(const Fields<Row>& fields, std::vector<Row> rows) : size_(rows.size()) {
    for (const Field<Row>& field : fields) columns_.push_back(&field);
    cell_ = [&fields, kept = std::make_shared<const std::vector<Row>>(std::move(rows))](
                std::size_t row, std::size_t column) { return fields[column].value((*kept)[row]); };
  }

  std::size_t size() const { return size_; }
  const std::vector<const Column*>& columns() const { return columns_; }
  std::optional<std::size_t> column(std::string_view name) const;
  Value cell(std::size_t row, std::size_t column) const { return cell_(row, column); }

 private:
  std::vector<const Column*> columns_;
  std::size_t size_;
  std::function<Value(std::size_t row, std::size_t column)> cell_;
};

// Columns by their places, in an order of their own.
using Places = std::vector<std::size_t>;
Places all_places(const Table& table);

// The row as a JSON object.
void append_json(std::string& out, const Table& table, std::size_t row, const Places& columns);

}  // namespace report
