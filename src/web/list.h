#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "report/field.h"
#include "report/select.h"
#include "report/table.h"
#include "web/query.h"

// A list of the read API: filters, search, order, paging and choice of fields, the same for each kind of
// thing.
namespace web {

struct ListAbout {
  std::vector<const report::Column*> columns;
  std::vector<std::string_view> searched;  // by `q`; none: there is no such parameter
  std::string_view order;                  // the column that orders when nothing else is asked for
};

template <class Row>
ListAbout about_list(const report::Fields<Row>& fields, std::vector<std::string_view> searched,
                     std::string_view order) {
  ListAbout about{.columns = {}, .searched = std::move(searched), .order = order};
  for (const report::Field<Row>& field : fields) about.columns.push_back(&field);
  return about;
}

// Every text and flag may be filtered by, under its own name.
std::vector<Parameter> filter_parameters(const ListAbout& about);
report::Selection selection_of(Query& query, const ListAbout& about);

// limit and cursor.
std::vector<Parameter> page_parameters();
std::size_t page_limit(Query& query);

// Filters, sort, limit, cursor, fields.
std::vector<Parameter> list_parameters(const ListAbout& about);

struct ListQuestion {
  report::Selection selection;
  report::Order order;
  std::string order_text;  // as in `sort`
  std::optional<report::Place> after;
  std::size_t limit = 0;
  report::Places fields;
};

// Faults are noted in the query.
ListQuestion list_question(Query& query, const ListAbout& about);

// `"total":..,"items":[..],"next":..`: the members of an object that the caller closes.
std::string list_members(const report::Table& table, const ListQuestion& question);

inline constexpr std::size_t kMostItems = 1000;
inline constexpr std::size_t kItems = 100;

}  // namespace web
