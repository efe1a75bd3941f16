#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/table.h"

namespace report {

// A column and the values that a row may have in it.
struct Filter {
  std::size_t column = 0;
  std::vector<Value> values;

  bool operator==(const Filter&) const = default;
};

// Which rows are wanted.
struct Selection {
  std::vector<Filter> filters;  // each must be passed
  std::string search;  // in one of the searched columns, in any case of ASCII letters; empty: no matter
  Places searched;
};

struct Order {
  std::size_t column = 0;
  Direction direction = Direction::ascending;

  bool operator==(const Order&) const = default;
};

// A row's place in an order: rows with equal values are told apart by their server and guid.
struct Place {
  Value value;
  std::string server;
  std::string guid;

  bool operator==(const Place&) const = default;
};

struct Page {
  std::vector<std::size_t> rows;
  std::size_t total = 0;      // rows that the selection passes
  std::optional<Place> last;  // of the page; absent: no more rows follow
};

// The first `limit` rows behind the place, or from the beginning, of those that are wanted.
Page page_of(const Table& table, const Selection& selection, const Order& order,
             const std::optional<Place>& after, std::size_t limit);

// All that are wanted, in their own order.
std::vector<std::size_t> rows_of(const Table& table, const Selection& selection);

}  // namespace report
