#include "report/table.h"

#include <numeric>

namespace report {

std::optional<std::size_t> Table::column(std::string_view name) const {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i]->name == name) return i;
  }
  return std::nullopt;
}

Places all_places(const Table& table) {
  Places places(table.columns().size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  return places;
}

void append_json(std::string& out, const Table& table, std::size_t row, const Places& columns) {
  char before = '{';
  for (const std::size_t column : columns) {
    ((out += before) += '"').append(table.columns()[column]->name) += "\":";
    append_json(out, table.cell(row, column));
    before = ',';
  }
  out += columns.empty() ? "{}" : "}";
}

}  // namespace report
