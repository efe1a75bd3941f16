// GET /api/v1/audit: who asked for what, and what was decided and came of it.

#include <array>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "web/answers.h"
#include "web/moments.h"
#include "web/read_api.h"
#include "web/routes.h"

namespace web {
namespace {

using json = nlohmann::ordered_json;

constexpr std::array kTexts{"actor", "action", "server", "tenant", "decision", "operation"};

std::vector<Parameter> parameters() {
  std::vector<Parameter> all = moment_parameters();
  for (const char* name : kTexts)
    all.push_back({.name = name, .kind = report::Kind::text, .about = "Rows with just this.", .words = {}});
  for (Parameter& parameter : page_parameters()) all.push_back(std::move(parameter));
  return all;
}

std::optional<std::uint64_t> number(Query& query) {
  const auto value = query.one("cursor");
  if (!value) return std::nullopt;
  std::int64_t number = 0;  // as databases count
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (error == std::errc() && end == value->data() + value->size() && number > 0)
    return static_cast<std::uint64_t>(number);
  query.fault("cursor", "is not one of ours");
  return std::nullopt;
}

ledger::AuditFilter filter_of(Query& query, const domain::Scope& scope) {
  ledger::AuditFilter filter;
  filter.scope = scope;
  filter.before = number(query);
  std::string* const into[] = {&filter.actor,  &filter.action,   &filter.server,
                               &filter.tenant, &filter.decision, &filter.operation};
  for (std::size_t at = 0; at < kTexts.size(); ++at) *into[at] = query.one(kTexts.at(at)).value_or("");
  std::tie(filter.from, filter.to) = moments(query);
  filter.limit = page_limit(query) + 1;  // one more tells whether there are more
  return filter;
}

json to_object(const ledger::AuditRow& row) {
  const ledger::AuditEntry& entry = row.entry;
  return {{"number", row.number},   {"at", base::to_rfc3339(entry.at)}, {"actor", entry.actor},
          {"source", entry.source}, {"action", entry.action},           {"server", entry.server},
          {"tenant", entry.tenant}, {"object", entry.object},           {"decision", entry.decision},
          {"rule", entry.rule},     {"operation", entry.operation},     {"detail", entry.detail},
          {"hash", row.hash}};
}

void list(Changes& changes, const Asked& asked, const std::vector<Parameter>& known,
          httplib::Response& response) {
  Query query(asked.request.params, known);
  const auto filter = filter_of(query, asked.caller.scope);
  if (const auto problem = query.problem()) return answer_problem(*problem, response);
  auto rows = changes.journal().audit(filter);
  if (!rows) return answer_problem(no_journal(), response);
  const bool has_more = rows->size() == filter.limit;
  if (has_more) rows->pop_back();
  json object{{"items", json::array()}, {"next", nullptr}};
  for (const ledger::AuditRow& row : *rows) object["items"].push_back(to_object(row));
  if (has_more) object["next"] = std::to_string(rows->back().number);
  answer_json(200, object.dump(-1, ' ', false, json::error_handler_t::replace), response);
}

}  // namespace

Route audit_route(Changes& changes) {
  const auto known = parameters();
  return {
      "GET",
      "/api/v1/audit",
      Rule::needs_any({Verb::report, Verb::manage}),
      unstored([&changes, known](const Asked& asked, httplib::Response& response) {
        list(changes, asked, known, response);
      }),
      {.about =
           "The audit trail, the newest row first: who asked for what, what was decided and what came of it.",
       .parameters = known,
       .outcomes = {json_outcome("The rows.", "AuditTrail")}}};
}

}  // namespace web
