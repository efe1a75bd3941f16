#include "report/select.h"

#include <gtest/gtest.h>

namespace {

using report::Direction;
using report::Filter;
using report::Order;
using report::Place;
using report::Selection;
using report::Table;
using report::Value;

struct Thing {
  std::string server;
  std::string guid;
  std::optional<std::int64_t> size;
};

const report::Fields<Thing>& thing_fields() {
  static const report::Fields<Thing> fields{
      {"server", report::Kind::text, "", {}, [](const Thing& thing) { return Value(thing.server); }},
      {"guid", report::Kind::text, "", {}, [](const Thing& thing) { return Value(thing.guid); }},
      {"size", report::Kind::integer, "", {}, [](const Thing& thing) {
         return thing.size ? Value(*thing.size) : Value();
       }}};
  return fields;
}

constexpr std::size_t kServer = 0;
constexpr std::size_t kGuid = 1;
constexpr std::size_t kSize = 2;

Table table(std::vector<Thing> things) { return {thing_fields(), std::move(things)}; }

// Ties, unknown values and guids that repeat on another server.
std::vector<Thing> things() {
  return {{"b", "1", 5}, {"a", "1", 5}, {"a", "3", {}}, {"a", "2", 9}, {"b", "2", {}}, {"a", "4", 1}};
}

using Seen = std::vector<std::string>;

Seen seen_on(const Table& table, const report::Page& page) {
  Seen seen;
  for (const std::size_t row : page.rows)
    seen.push_back(report::to_text(table.cell(row, kServer)) + report::to_text(table.cell(row, kGuid)));
  return seen;
}

// All pages, one after the other.
Seen seen_in(const Table& table, const Order& order, std::size_t limit) {
  Seen all;
  std::optional<Place> after;
  do {
    const report::Page page = page_of(table, {}, order, after, limit);
    for (std::string& thing : seen_on(table, page)) all.push_back(std::move(thing));
    after = page.last;
  } while (after);
  return all;
}

TEST(Select, OrdersTiesByServerAndGuidAndUnknownLast) {
  EXPECT_EQ(seen_in(table(things()), {kSize, Direction::ascending}, 100),
            (Seen{"a4", "a1", "b1", "a2", "a3", "b2"}));
}

TEST(Select, UnknownIsLastInDescendingOrderToo) {
  EXPECT_EQ(seen_in(table(things()), {kSize, Direction::descending}, 100),
            (Seen{"a2", "a1", "b1", "a4", "a3", "b2"}));
}

TEST(Select, PagesOfAnySizeGiveEachRowOnceAndInOrder) {
  const Table all = table(things());
  for (const Direction direction : {Direction::ascending, Direction::descending}) {
    const Seen whole = seen_in(all, {kSize, direction}, 100);
    for (std::size_t limit = 1; limit <= 7; ++limit)
      EXPECT_EQ(seen_in(all, {kSize, direction}, limit), whole) << limit;
  }
}

TEST(Select, APageGoesOnBehindARowThatIsGone) {
  const Order order{kSize, Direction::ascending};
  const Table before = table(things());
  const auto last = page_of(before, {}, order, {}, 3).last;
  std::vector<Thing> left = things();
  left.erase(left.begin());  // b1, the last one of the page
  const Table after = table(left);
  EXPECT_EQ(seen_on(after, page_of(after, {}, order, last, 3)), (Seen{"a2", "a3", "b2"}));
}

TEST(Select, ARowThatAppearsBeforeThePageShiftsNothing) {
  const Order order{kSize, Direction::ascending};
  const auto last = page_of(table(things()), {}, order, {}, 3).last;
  std::vector<Thing> more = things();
  more.insert(more.begin(), {"a", "0", 0});
  const Table after = table(more);
  EXPECT_EQ(seen_on(after, page_of(after, {}, order, last, 3)), (Seen{"a2", "a3", "b2"}));
}

TEST(Select, TheLastPageHasNoPlaceToGoOnFrom) {
  const report::Page page = page_of(table(things()), {}, {kSize, Direction::ascending}, {}, 6);
  EXPECT_EQ(page.last, std::nullopt);
  EXPECT_EQ(page.total, 6U);
}

TEST(Select, EachFilterHasToBePassedByOneOfItsValues) {
  const Selection selection{.filters = {{kServer, {Value(std::string("a"))}},
                                        {kGuid, {Value(std::string("1")), Value(std::string("3"))}}},
                            .search = {},
                            .searched = {}};
  EXPECT_EQ(rows_of(table(things()), selection), (std::vector<std::size_t>{1, 2}));
}

TEST(Select, SearchesInAnyCase) {
  const Table named = table({{"Prod", "x", {}}, {"lab", "prod-y", {}}, {"lab", "z", {}}});
  EXPECT_EQ(rows_of(named, {.filters = {}, .search = "PROD", .searched = {kServer}}),
            std::vector<std::size_t>{0});
  EXPECT_EQ(rows_of(named, {.filters = {}, .search = "PROD", .searched = {kServer, kGuid}}),
            (std::vector<std::size_t>{0, 1}));
}

}  // namespace
