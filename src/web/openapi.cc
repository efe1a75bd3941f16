#include "web/openapi.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <utility>

#include "base/text.h"
#include "report/fields.h"
#include "report/report.h"
#include "web/changes.h"
#include "web/plan_schemas.h"
#include "web/runbook_schemas.h"
#include "web/schema.h"

namespace web {
namespace {

using namespace schema;
using report::Column;
using report::Kind;

constexpr const char* kAbout =
    "What vprotect_exporter serves: the metrics, the report, and what both are made from. Times are RFC 3339 "
    "in "
    "UTC, sizes are bytes, durations are seconds. Null stands for what is not known, which is never 0. A "
    "credential of some tenants is shown theirs and nothing else: what belongs to another is not there.";

const char* type_of(Kind kind) {
  switch (kind) {
    case Kind::text:
    case Kind::time:
      return "string";
    case Kind::flag:
      return "boolean";
    case Kind::integer:
      return "integer";
    case Kind::number:
      return "number";
    case Kind::texts:
    case Kind::integers:
      return "array";
  }
  return "";
}

Json schema_of(const Column& column) {
  Json schema{{"type", {type_of(column.kind), "null"}}, {"description", column.about}};
  if (column.kind == Kind::time) schema["format"] = "date-time";
  if (column.kind == Kind::integers) schema["items"] = {{"type", "integer"}};
  if (column.kind == Kind::texts) schema["items"] = text_schema(column.words);
  if (column.kind == Kind::text && !column.words.empty()) {
    schema["enum"] = column.words;
    schema["enum"].push_back(nullptr);
  }
  return schema;
}

// A choice of fields leaves members out, so none is required.
template <class Row>
Json item_schema(const report::Fields<Row>& fields) {
  Json properties = Json::object();
  for (const Column& column : fields) properties[std::string(column.name)] = schema_of(column);
  return object(std::move(properties), Json::array());
}

Json day_schema() { return {{"type", "string"}, {"format", "date"}}; }

Json period_schema() { return object({{"from", day_schema()}, {"to", day_schema()}}, {"from", "to"}); }

Json complete_schema() { return {{"type", "boolean"}, {"description", "False: see the warnings."}}; }

Json list_schema(const std::string& item, bool has_period) {
  Json properties{{"snapshot_time", time_schema()}};
  Json required{"snapshot_time", "complete", "warnings", "total", "items", "next"};
  properties["complete"] = complete_schema();
  properties["warnings"] = texts_schema();
  if (has_period) {
    properties["period"] = period_schema();
    required.push_back("period");
  }
  properties["total"] = {{"type", "integer"}, {"description", "Items of all pages."}};
  properties["items"] = {{"type", "array"}, {"items", ref(item)}};
  properties["next"] = {{"type", {"string", "null"}},
                        {"description", "The cursor of the next page; null: there is none."}};
  return object(std::move(properties), std::move(required));
}

// A list of the report, of which a summary has the beginning only; null where it is not known.
Json section_schema(const std::string& item) {
  Json schema = object({{"count", {{"type", "integer"}}}, {"items", array_of(item)}}, {"count", "items"});
  schema["type"] = {"object", "null"};
  return schema;
}

Json names_schema() {
  Json schema = texts_schema();
  schema["type"] = {"array", "null"};
  schema["description"] = "Null: all of them.";
  return schema;
}

Json rules_schema() {
  Json properties = Json::object();
  Json required = Json::array();
  for (const report::Statement& rule : report::rules()) {
    properties[std::string(rule.about)] = {{"type", "string"}};
    required.push_back(rule.about);
  }
  return object(std::move(properties), std::move(required));
}

Json changes_schema() {
  return object({{"new", section_schema("Vm")},
                 {"gone", section_schema("VanishedVm")},
                 {"newly_failing", section_schema("Vm")},
                 {"recovered", section_schema("Vm")}},
                {"new", "gone", "newly_failing", "recovered"});
}

Json scope_schema() {
  return object({{"tenants", names_schema()}, {"servers", names_schema()}}, {"tenants", "servers"});
}

Json report_properties() {
  return {{"schema", {{"const", report::kReportSchema}}},
          {"snapshot_time", time_schema()},
          {"period", period_schema()},
          {"previous_period", period_schema()},
          {"scope", scope_schema()},
          {"complete", complete_schema()},
          {"warnings", texts_schema()},
          {"sources", array_of("Source")},
          {"rules", rules_schema()},
          {"totals", ref("Totals")},
          {"tenants", array_of("Totals")},
          {"worst", section_schema("Vm")},
          {"never_backed_up", section_schema("Vm")},
          {"not_present", section_schema("Vm")},
          {"vanished", section_schema("VanishedVm")},
          {"changes", changes_schema()}};
}

Json report_schema() {
  Json properties = report_properties();
  Json required = Json::array();
  for (const auto& [name, schema] : properties.items()) required.push_back(name);
  properties["vms"] = section_schema("Vm");
  return object(std::move(properties), std::move(required));
}

Json vm_answer_schema() {
  return object({{"snapshot_time", time_schema()},
                 {"complete", complete_schema()},
                 {"warnings", texts_schema()},
                 {"period", period_schema()},
                 {"vm", ref("Vm")}},
                {"snapshot_time", "complete", "warnings", "period", "vm"});
}

Json problem_schema() {
  const Json text{{"type", "string"}};
  const Json fault = object({{"parameter", text}, {"detail", text}}, {"parameter", "detail"});
  Json jobs = array_of("Job");
  jobs["description"] = "Where nothing was begun: why not, for each that was asked for.";
  return object({{"type", text},
                 {"title", text},
                 {"status", {{"type", "integer"}}},
                 {"detail", text},
                 {"errors",
                  {{"type", "array"},
                   {"items", fault},
                   {"description", "The parameters, or members of the body, that are wrong."}}},
                 {"jobs", std::move(jobs)}},
                {"type", "title", "status", "detail"});
}

Json schemas() {
  Json all{{"Problem", problem_schema()},
           {"Vm", item_schema(report::vm_fields())},
           {"Vms", list_schema("Vm", true)},
           {"VmAnswer", vm_answer_schema()},
           {"Backup", item_schema(report::backup_fields())},
           {"Backups", list_schema("Backup", false)},
           {"Task", item_schema(report::task_fields())},
           {"Tasks", list_schema("Task", false)},
           {"Policy", item_schema(report::policy_fields())},
           {"Policies", list_schema("Policy", false)},
           {"Schedule", item_schema(report::schedule_fields())},
           {"Schedules", list_schema("Schedule", false)},
           {"Totals", item_schema(report::tenant_fields())},
           {"Source", item_schema(report::source_fields())},
           {"VanishedVm", item_schema(report::vanished_fields())},
           {"Report", report_schema()}};
  all.update(runbook_schemas());
  all.update(plan_schemas());
  return all;
}

Json parameter_schema(const Parameter& parameter) {
  if (parameter.kind == Kind::flag) return {{"type", "boolean"}};
  if (parameter.kind == Kind::integer) return {{"type", "integer"}};
  return text_schema(parameter.words);
}

Json to_json(const Parameter& parameter) {
  Json schema = parameter_schema(parameter);
  if (parameter.repeats) schema = {{"type", "array"}, {"items", std::move(schema)}};
  return {{"name", parameter.name},
          {"in", "query"},
          {"description", parameter.about},
          {"schema", std::move(schema)}};
}

// The names in a path: "{guid}".
Json path_parameters(const std::string& path) {
  Json parameters = Json::array();
  static const std::regex kName("\\{([a-z_]+)\\}");
  for (auto at = std::sregex_iterator(path.begin(), path.end(), kName); at != std::sregex_iterator(); ++at)
    parameters.push_back(
        {{"name", (*at)[1].str()}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
  return parameters;
}

Json key_parameter() {
  Json schema = text_like("^[ -~]+$");
  schema["maxLength"] = kMostKey;
  return {
      {"name", "Idempotency-Key"},
      {"in", "header"},
      {"description",
       "Whoever sends the same request with the same key again begins nothing, and is shown what was begun."},
      {"schema", std::move(schema)}};
}

Json to_json(const Outcome& outcome) {
  Json json{{"description", outcome.about}};
  if (outcome.type.empty()) return json;
  json["content"][outcome.type] =
      outcome.schema.empty() ? Json::object() : Json{{"schema", ref(outcome.schema)}};
  return json;
}

std::vector<Outcome> outcomes_of(const Route& route) {
  std::vector<Outcome> outcomes = route.about.outcomes;
  if (!route.about.parameters.empty()) outcomes.push_back(problem_outcome(400, "A parameter is wrong."));
  if (!route.about.body.empty())
    outcomes.push_back(problem_outcome(415, "The body is not application/json."));
  if (route.about.takes_key)
    outcomes.push_back(problem_outcome(422, "The idempotency key was used for another request."));
  if (route.rule.is_open()) return outcomes;
  outcomes.push_back(problem_outcome(401, "No credential, or none that is good."));
  outcomes.push_back(problem_outcome(403, "The credential may not do this."));
  outcomes.push_back(problem_outcome(429, "Too many failed attempts from this address."));
  outcomes.push_back(problem_outcome(503, "No server has been read yet, or what is asked for is not known."));
  return outcomes;
}

Json operation_of(const Route& route) {
  Json json{{"summary", route.about.about}, {"parameters", path_parameters(route.path)}};
  for (const Parameter& parameter : route.about.parameters) json["parameters"].push_back(to_json(parameter));
  if (route.about.takes_key) json["parameters"].push_back(key_parameter());
  if (!route.about.body.empty())
    json["requestBody"] = {{"required", true},
                           {"content", {{"application/json", {{"schema", ref(route.about.body)}}}}}};
  for (const Outcome& outcome : outcomes_of(route)) {
    const std::string status = std::to_string(outcome.status);
    if (!json["responses"].contains(status)) json["responses"][status] = to_json(outcome);
  }
  if (route.rule.is_open()) json["security"] = Json::array();
  if (!route.rule.is_open()) json["x-verb"] = name_of(route.rule.verbs());
  return json;
}

}  // namespace

std::string openapi(const std::vector<Route>& routes, const std::string& version) {
  Json json{
      {"openapi", "3.1.0"},
      {"info", {{"title", "vprotect_exporter"}, {"version", version}, {"description", kAbout}}},
      {"security", Json::array({Json::object(), {{"bearer", Json::array()}}, {{"basic", Json::array()}}})},
      {"paths", Json::object()}};
  for (const Route& route : routes)
    json["paths"][route.path][base::to_lower(route.method)] = operation_of(route);
  json["components"] = {{"securitySchemes",
                         {{"bearer", {{"type", "http"}, {"scheme", "bearer"}}},
                          {"basic", {{"type", "http"}, {"scheme", "basic"}}}}},
                        {"schemas", schemas()}};
  return json.dump(1) + "\n";
}

}  // namespace web
