#include "report/select.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/text.h"

namespace report {
namespace {

std::string text_in(const Table& table, std::size_t row, std::string_view column) {
  const auto at = table.column(column);
  if (!at) return {};
  const Value value = table.cell(row, *at);
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

Place place_of(const Table& table, std::size_t row, const Order& order) {
  return {.value = table.cell(row, order.column),
          .server = text_in(table, row, "server"),
          .guid = text_in(table, row, "guid")};
}

}  // namespace

bool Selection::passes(const Table& table, std::size_t row) const {
  const bool filtered = std::all_of(filters.begin(), filters.end(), [&](const Filter& filter) {
    const auto& values = filter.values;
    return std::find(values.begin(), values.end(), table.cell(row, filter.column)) != values.end();
  });
  if (!filtered || search.empty()) return filtered;
  const std::string wanted = base::to_lower(search);
  return std::any_of(searched.begin(), searched.end(),
                     [&](std::size_t column) { return contains(table.cell(row, column), wanted); });
}

std::vector<std::size_t> rows_of(const Table& table, const Selection& selection) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.size(); ++row) {
    if (selection.passes(table, row)) rows.push_back(row);
  }
  return rows;
}

Page page_of(const Table& table, const Selection& selection, const Order& order,
             const std::optional<Place>& after, std::size_t limit) {
  Page page;
  const auto is_before = [&](const Placed& a, const Placed& b) {
    return stands_before(a.place, b.place, order.direction);
  };
  std::vector<Placed> behind;
  for (const std::size_t row : rows_of(table, selection)) {
    ++page.total;
    Placed placed{place_of(table, row, order), row};
    if (!after || stands_before(*after, placed.place, order.direction)) behind.push_back(std::move(placed));
  }
  const auto count = static_cast<std::ptrdiff_t>(std::min(limit, behind.size()));
  std::partial_sort(behind.begin(), behind.begin() + count, behind.end(), is_before);
  for (std::ptrdiff_t i = 0; i < count; ++i) page.rows.push_back(behind[static_cast<std::size_t>(i)].row);
  if (behind.size() > limit && limit > 0) page.last = behind[limit - 1].place;
  return page;
}

}  // namespace report
