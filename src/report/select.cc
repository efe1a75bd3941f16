#include "report/select.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/text.h"

namespace report {
namespace {

// Empty where there is no such column.
std::string text_in(const Table& table, std::size_t row, const std::optional<std::size_t>& column) {
  if (!column) return {};
  const Value value = table.cell(row, *column);
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::string() : *text;
}

bool contains(const Value& value, const std::string& lower_case) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr && base::to_lower(*text).find(lower_case) != std::string::npos;
}

struct Placed {
  Place place;
  std::size_t row = 0;
};

bool stands_before(const Place& a, const Place& b, Direction direction) {
  const auto order = compare(a.value, b.value, direction);
  if (order != 0) return order < 0;
  return std::tie(a.server, a.guid) < std::tie(b.server, b.guid);
}

// Finds the columns that make a place once, for as many rows as there are.
class Placing {
 public:
  Placing(const Table& table, const Order& order)
      : table_(table), order_(order), server_(table.column("server")), guid_(table.column("guid")) {}

  Place of(std::size_t row) const {
    return {.value = table_.cell(row, order_.column),
            .server = text_in(table_, row, server_),
            .guid = text_in(table_, row, guid_)};
  }

 private:
  const Table& table_;
  const Order& order_;
  const std::optional<std::size_t> server_;
  const std::optional<std::size_t> guid_;
};

// `search` in lower case.
bool passes(const Table& table, std::size_t row, const Selection& selection, const std::string& search) {
  const auto& [filters, _, searched] = selection;
  const bool filtered = std::all_of(filters.begin(), filters.end(), [&](const Filter& filter) {
    const auto& values = filter.values;
    return std::find(values.begin(), values.end(), table.cell(row, filter.column)) != values.end();
  });
  if (!filtered || search.empty()) return filtered;
  return std::any_of(searched.begin(), searched.end(),
                     [&](std::size_t column) { return contains(table.cell(row, column), search); });
}

}  // namespace

std::vector<std::size_t> rows_of(const Table& table, const Selection& selection) {
  const std::string search = base::to_lower(selection.search);
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.size(); ++row) {
    if (passes(table, row, selection, search)) rows.push_back(row);
  }
  return rows;
}

Page page_of(const Table& table, const Selection& selection, const Order& order,
             const std::optional<Place>& after, std::size_t limit) {
  Page page;
  const auto is_before = [&](const Placed& a, const Placed& b) {
    return stands_before(a.place, b.place, order.direction);
  };
  const Placing placing(table, order);
  std::vector<Placed> behind;
  for (const std::size_t row : rows_of(table, selection)) {
    ++page.total;
    Placed placed{placing.of(row), row};
    if (!after || stands_before(*after, placed.place, order.direction)) behind.push_back(std::move(placed));
  }
  const auto count = static_cast<std::ptrdiff_t>(std::min(limit, behind.size()));
  std::partial_sort(behind.begin(), behind.begin() + count, behind.end(), is_before);
  for (std::ptrdiff_t i = 0; i < count; ++i) page.rows.push_back(behind[static_cast<std::size_t>(i)].row);
  if (behind.size() > limit && limit > 0) page.last = behind[limit - 1].place;
  return page;
}

}  // namespace report
