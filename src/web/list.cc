#include "web/list.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "domain/id.h"
#include "web/cursor.h"

namespace web {
namespace {

using report::Column;
using report::Kind;

bool may_filter(const Column& column) { return column.kind == Kind::text || column.kind == Kind::flag; }
bool may_order(const Column& column) { return column.kind != Kind::texts && column.kind != Kind::integers; }

std::optional<std::size_t> place_of(const ListAbout& about, std::string_view name) {
  const auto found = std::find_if(about.columns.begin(), about.columns.end(),
                                  [&](const Column* column) { return column->name == name; });
  if (found == about.columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - about.columns.begin());
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto comma = text.find(',');
    parts.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

report::Places fields_of(Query& query, const ListAbout& about) {
  report::Places places;
  const auto wanted = query.one("fields");
  for (std::size_t i = 0; !wanted && i < about.columns.size(); ++i) places.push_back(i);
  if (!wanted) return places;
  for (const std::string_view name : split(*wanted)) {
    const auto place = place_of(about, name);
    if (!place) query.fault("fields", "names \"" + base::excerpt(name, 50) + "\", which is no field");
    if (place && std::find(places.begin(), places.end(), *place) == places.end()) places.push_back(*place);
  }
  return places;
}

report::Order order_of(Query& query, const ListAbout& about, std::string& text) {
  text = query.one("sort").value_or(std::string(about.order));
  const bool descending = text.starts_with('-');
  const auto place = place_of(about, std::string_view(text).substr(descending ? 1 : 0));
  if (!place || !may_order(*about.columns[*place]))
    query.fault("sort", "must name a field that has an order, with - before it for the largest first");
  return {.column = place.value_or(0),
          .direction = descending ? report::Direction::descending : report::Direction::ascending};
}

std::optional<report::Place> after(Query& query, const ListAbout& about, const ListQuestion& question) {
  const auto cursor = query.one("cursor");
  if (!cursor) return std::nullopt;
  auto place = parse_cursor(*cursor, question.order_text, about.columns[question.order.column]->kind);
  if (!place) query.fault("cursor", "must be the \"next\" of an answer to the same question");
  return place;
}

bool is_guid(const Column& column) { return column.name.ends_with("guid") || column.name.ends_with("uuid"); }

report::Value value_of(const Column& column, const std::string& text) {
  if (is_guid(column)) return domain::Guid(text).text();
  return column.kind == Kind::flag ? report::Value(text == "true") : report::Value(text);
}

Parameter filter_parameter(const Column& column) {
  return {.name = std::string(column.name),
          .kind = column.kind,
          .about = "Only those with it: " + std::string(column.about),
          .words = column.kind == Kind::flag ? std::vector<std::string_view>{"true", "false"} : column.words,
          .repeats = true};
}

}  // namespace

std::vector<Parameter> filter_parameters(const ListAbout& about) {
  std::vector<Parameter> parameters;
  for (const Column* column : about.columns) {
    if (may_filter(*column)) parameters.push_back(filter_parameter(*column));
  }
  if (about.searched.empty()) return parameters;
  std::string fields;
  for (const std::string_view name : about.searched)
    fields += (fields.empty() ? "" : ", ") + std::string(name);
  parameters.push_back(
      {.name = "q",
       .kind = Kind::text,
       .about = "Only those with this text, in any case of its letters, in one of: " + fields + ".",
       .words = {}});
  return parameters;
}

report::Selection selection_of(Query& query, const ListAbout& about) {
  report::Selection selection;
  for (std::size_t i = 0; i < about.columns.size(); ++i) {
    if (!may_filter(*about.columns[i])) continue;
    report::Filter filter{.column = i, .values = {}};
    for (const std::string& text : query.all(about.columns[i]->name))
      filter.values.push_back(value_of(*about.columns[i], text));
    if (!filter.values.empty()) selection.filters.push_back(std::move(filter));
  }
  if (!about.searched.empty()) selection.search = query.one("q").value_or("");
  for (const std::string_view name : about.searched)
    selection.searched.push_back(place_of(about, name).value());
  return selection;
}

std::vector<Parameter> page_parameters() {
  return {{.name = "limit",
           .kind = Kind::integer,
           .about = "Items of a page, from 1 to 1000. Default: 100.",
           .words = {}},
          {.name = "cursor", .kind = Kind::text, .about = "The \"next\" of the page before.", .words = {}}};
}

std::size_t page_limit(Query& query) { return query.count("limit", 1, kMostItems, kItems); }

std::vector<Parameter> list_parameters(const ListAbout& about) {
  std::vector<Parameter> parameters = filter_parameters(about);
  parameters.push_back({.name = "sort",
                        .kind = Kind::text,
                        .about = "The field that orders, with - before it for the largest first; what is not "
                                 "known comes last. Default: " +
                                 std::string(about.order) + ".",
                        .words = {}});
  for (Parameter& parameter : page_parameters()) parameters.push_back(std::move(parameter));
  parameters.push_back(
      {.name = "fields",
       .kind = Kind::text,
       .about = "The names of the fields that are wanted, with commas between. Default: all of them.",
       .words = {}});
  return parameters;
}

ListQuestion list_question(Query& query, const ListAbout& about) {
  ListQuestion question;
  question.selection = selection_of(query, about);
  question.order = order_of(query, about, question.order_text);
  question.after = after(query, about, question);
  question.limit = page_limit(query);
  question.fields = fields_of(query, about);
  return question;
}

std::string list_members(const report::Table& table, const ListQuestion& question) {
  const report::Page page =
      page_of(table, question.selection, question.order, question.after, question.limit);
  std::string json = "\"total\":" + std::to_string(page.total) + ",\"items\":[";
  for (const std::size_t row : page.rows) {
    if (json.back() != '[') json += ",\n";
    append_json(json, table, row, question.fields);
  }
  json += "],\"next\":";
  report::append_json(
      json, page.last ? report::Value(to_cursor(*page.last, question.order_text)) : report::Value());
  return json;
}

}  // namespace web
