#include "web/plan_schemas.h"

#include <string>
#include <utility>

#include "web/runbook_schemas.h"

namespace web {
namespace {

using namespace schema;

Json short_texts(const std::string& description) {
  return {{"type", "array"},
          {"description", description},
          {"items", {{"type", "string"}, {"maxLength", 1000}}},
          {"maxItems", 100}};
}

// A word, or the vendor's object of it.
Json word_or_object(const std::string& description) {
  Json object_of_vendor =
      object({{"name", text_schema({})}, {"description", text_schema({})}}, Json::array({"name"}));
  return {{"description", description}, {"anyOf", {text_schema({}), std::move(object_of_vendor)}}};
}

Json words_or_objects(const std::string& description) {
  return {{"type", "array"}, {"maxItems", 12}, {"items", word_or_object(description)}};
}

Json duration(const std::string& description) {
  return {{"type", {"string", "number"}},
          {"description", description + ": a duration such as \"6h\", or seconds."}};
}

Json milliseconds(const std::string& description) {
  return about(integer_schema(0), description + ", in milliseconds.");
}

Json time_of_day(const std::string& description) {
  return about(text_like("^[0-2][0-9]:[0-5][0-9]Z$"), description);
}

Json with_place(Json properties) {
  properties["server"] = short_text("The server, where there are several.");
  properties["tenant"] = short_text("Whose it is to be; of a new one only.");
  return with_common(std::move(properties));
}

Json name_schema() { return {{"type", "string"}, {"minLength", 1}, {"maxLength", 100}}; }

Json policy_request_schema() {
  Json vms{{"type", "array"}, {"items", ref("VmSelector")}, {"maxItems", 10000}};
  Json properties{{"name", name_schema()},
                  {"active", flag("Its schedules run.")},
                  {"priority", {{"type", "integer"}, {"minimum", 0}, {"maximum", 100}}},
                  {"vms", about(std::move(vms), "All VMs that it is to have.")},
                  {"schedules", short_texts("Guids of the schedules of its rule.")},
                  {"destination", short_text("Name or guid.")},
                  {"secondaryDestination", short_text("Name or guid: where copies go.")},
                  {"autoRemoveNonPresent", flag("VMs that no longer exist leave it.")}};
  return with_example(object(with_place(std::move(properties)), Json::array()),
                      {{"server", "prod"}, {"name", "gold"}, {"vms", Json::array()}, {"dry_run", true}});
}

Json interval_schema() {
  return object({{"startHour", milliseconds("Of the UTC day")},
                 {"endHour", milliseconds("Of the UTC day")},
                 {"frequency", milliseconds("At least a minute")}},
                {"startHour", "endHour", "frequency"});
}

Json our_form() {
  return {{"type", text_schema({"FULL", "INCREMENTAL"})},
          {"at", time_of_day("Once a day, at this time in UTC; or:")},
          {"every", duration("Again and again")},
          {"from", time_of_day("With `every`: not before.")},
          {"to", time_of_day("With `every`: not after.")},
          {"days", words_or_objects("Of the week; left out: each.")},
          {"occurrences", words_or_objects("Of the day in its month: first, second, third, fourth, last.")},
          {"window", duration("In which a task may begin")}};
}

Json vendors_form() {
  return {{"backupType", word_or_object("The vendor's `type`.")},
          {"executionType", word_or_object("TIME or INTERVAL.")},
          {"hour", milliseconds("Of the UTC day")},
          {"interval", interval_schema()},
          {"daysOfWeek", words_or_objects("The vendor's `days`.")},
          {"dayOfWeekOccurrences", words_or_objects("The vendor's `occurrences`.")},
          {"startWindowLength", milliseconds("The vendor's `window`")}};
}

Json schedule_request_schema() {
  Json properties{{"name", name_schema()},
                  {"active", flag("It runs.")},
                  {"months", words_or_objects("Left out: each.")},
                  {"policies", short_texts("Guids of the policies whose rules it is tied to.")}};
  properties.update(our_form());
  properties.update(vendors_form());
  Json schema = object(with_place(std::move(properties)), Json::array());
  schema["description"] = "Either in our form or in the vendor's, whose members the descriptions name.";
  return with_example(std::move(schema), {{"server", "prod"},
                                          {"name", "nightly"},
                                          {"type", "FULL"},
                                          {"at", "01:00Z"},
                                          {"days", {"saturday", "sunday"}},
                                          {"window", "6h"},
                                          {"dry_run", true}});
}

Json runs_schema() {
  return {{"type", "array"}, {"items", time_schema()}, {"description", "The next five, at most."}};
}

Json managed_schema() {
  Json properties = operation_properties();
  properties["dry_run"] = flag("Nothing was done: this is what would be.");
  properties["duplicate"] = flag("It was done before, with this idempotency key.");
  properties["guid"] = text("Of the policy or schedule that was made or changed.");
  properties["next_runs"] = runs_schema();
  return object(std::move(properties), {"dry_run", "duplicate", "kind", "created", "jobs"});
}

Json one_schema(const std::string& member, const std::string& item) {
  Json properties{{"snapshot_time", time_schema()},
                  {"complete", flag("False: see the warnings.")},
                  {"warnings", texts_schema()},
                  {member, ref(item)}};
  return object(std::move(properties), {"snapshot_time", "complete", "warnings", member});
}

Json schedule_answer_schema() {
  Json schema = one_schema("schedule", "Schedule");
  schema["properties"]["next_runs"] = runs_schema();
  schema["required"].push_back("next_runs");
  return schema;
}

}  // namespace

schema::Json plan_schemas() {
  return {{"PolicyRequest", policy_request_schema()},
          {"ScheduleRequest", schedule_request_schema()},
          {"Managed", managed_schema()},
          {"PolicyAnswer", one_schema("policy", "Policy")},
          {"ScheduleAnswer", schedule_answer_schema()}};
}

}  // namespace web
