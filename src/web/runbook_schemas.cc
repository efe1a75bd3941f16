#include "web/runbook_schemas.h"

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/operation.h"
#include "runbook/request.h"

namespace web {
namespace {

using namespace schema;
using Words = std::vector<std::string_view>;

// The names of an enum's values up to its last one.
template <class Enum>
Words names_up_to(Enum last, Enum first = Enum{}) {
  Words names;
  for (auto at = static_cast<std::size_t>(first); at <= static_cast<std::size_t>(last); ++at)
    names.push_back(name_of(static_cast<Enum>(at)));
  return names;
}

Json kinds_schema() { return text_schema(names_up_to(domain::OperationKind::schedule)); }

Json outcomes_schema() {
  return text_schema(names_up_to(domain::JobOutcome::unknown, domain::JobOutcome::succeeded));
}

Json verdicts_schema() { return text_schema(names_up_to(runbook::Verdict::refused)); }

Json percent_schema() { return {{"type", "number"}, {"minimum", 0}, {"maximum", 100}}; }

Json job_schema() {
  Json properties{
      {"number", about(integer_schema(0), "Its place in the operation.")},
      {"verdict", verdicts_schema()},
      {"state", text_schema(names_up_to(domain::JobState::ended))},
      {"outcome", outcomes_schema()},
      {"rule", text("The rule that kept it from being begun.")},
      {"detail", text("One sentence: why.")},
      {"passes_at", about(time_schema(), "When that rule lets it pass, where that is known.")},
      {"server", text_schema({})},
      {"tenant", text_schema({})},
      {"guid", text("Of the VM.")},
      {"name", text("Of what it is about, as it was when it was asked for.")},
      {"task", text("Guid of the server's first task: the export, or the restore.")},
      {"second_task", text("Guid of the one that follows it.")},
      {"backup", text("Guid of the backup that was made, or is restored.")},
      {"made", text("Guid of the policy or schedule that was made or changed.")},
      {"progress", percent_schema()},
      {"attempts", about(integer_schema(1), "How often the server was asked.")},
      {"retries", about(integer_schema(1), "Tasks that the server made anew after one that failed.")},
      {"cancel_asked", flag("It is to be cancelled.")}};
  for (const char* name : {"window_start", "window_end", "sent", "changed", "ended"})
    properties[name] = time_schema();
  return object(std::move(properties), {"number", "verdict", "state"});
}

Json decided_schema() {
  Json properties{{"dry_run", flag("Nothing was begun: this is what would be.")},
                  {"duplicate", flag("It was begun before, with this idempotency key.")}};
  properties.update(operation_properties());
  return object(std::move(properties), {"dry_run", "duplicate", "kind", "created", "jobs"});
}

Json page_schema(const std::string& item) {
  return object(
      {{"items", array_of(item)},
       {"next", about({{"type", {"string", "null"}}}, "The cursor of the next page; null: there is none.")}},
      {"items", "next"});
}

Json verdict_schema() {
  return object({{"fingerprint", text("Of the alert.")},
                 {"verdict", verdicts_schema()},
                 {"rule", text("The rule that kept it from being begun, or \"resolved\", \"no_action\".")},
                 {"detail", text("One sentence: why.")},
                 {"passes_at", time_schema()},
                 {"operation", text("Id, of one that was begun.")}},
                {"fingerprint", "verdict"});
}

Json verdicts_of_alerts_schema() {
  Json properties{{"verdicts", about(array_of("AlertVerdict"), "One for each alert, in their order.")},
                  {"truncated", about(integer_schema(0), "Alerts that Alertmanager left out.")}};
  Json required{"verdicts", "truncated"};
  for (const std::string_view name : names_up_to(runbook::Verdict::refused)) {
    properties[std::string(name)] = about(integer_schema(0), "So many of the alerts.");
    required.push_back(name);
  }
  return object(std::move(properties), std::move(required));
}

Json kill_switch_schema() {
  return object({{"on", flag("Nothing is begun.")},
                 {"since", about({{"type", {"string", "null"}}, {"format", "date-time"}},
                                 "Of the last change; null: never.")},
                 {"by", text("Name of the credential that changed it last.")},
                 {"reason", text_schema({})}},
                {"on", "since", "by", "reason"});
}

Json audit_row_schema() {
  Json properties{{"number", about(integer_schema(1), "From 1, without gaps.")}, {"at", time_schema()}};
  for (const char* name :
       {"actor", "source", "action", "server", "tenant", "object", "decision", "rule", "operation", "detail"})
    properties[name] = text_schema({});
  properties["hash"] = text_like("^[0-9a-f]{64}$");
  Json required = Json::array();
  for (const auto& [name, _] : properties.items()) required.push_back(name);
  return object(std::move(properties), std::move(required));
}

Json any_of(const Words& names) {
  Json all = Json::array();
  for (const std::string_view name : names) all.push_back({{"required", Json::array({name})}});
  return all;
}

// By guid, uuid or name; several must all fit.
Json selector_schema() {
  Json schema = object({{"guid", short_text("The server's guid of the VM.")},
                        {"uuid", short_text("The platform's.")},
                        {"name", short_text("Its name, exactly.")},
                        {"tenant", short_text("Only one of this tenant.")}},
                       Json::array());
  schema["anyOf"] = any_of({"guid", "uuid", "name"});
  return schema;
}

Json window_schema() {
  return {
      {"type", {"string", "number"}},
      {"description", "In which the server may begin it: a duration such as \"6h\", or seconds; 1m to 7d."}};
}

Json backup_request_schema() {
  Json properties{{"server", short_text("Only at this one; left out: whichever has the VM.")},
                  {"vms", array_of("VmSelector")},
                  {"type", text_schema({"FULL", "INCREMENTAL"})},
                  {"priority", {{"type", "integer"}, {"minimum", 0}, {"maximum", 100}, {"default", 50}}},
                  {"destination", short_text("Name or guid; left out: as the VM's policy says.")},
                  {"window", window_schema()}};
  properties["vms"].update({{"minItems", 1}, {"maxItems", 100}});
  properties["type"]["default"] = "FULL";
  return with_example(object(with_common(std::move(properties)), Json::array({"vms"})),
                      {{"server", "prod"},
                       {"vms", Json::array({{{"name", "erp-db-01"}, {"tenant", "finance"}}})},
                       {"type", "FULL"},
                       {"window", "6h"},
                       {"reason", "before the upgrade"},
                       {"dry_run", true}});
}

// The guid as text, or as the vendor's object.
Json text_or_object(const char* member, const std::string& description) {
  Json properties{{member, text_schema({})}, {"name", text_schema({})}};
  return {{"description", description},
          {"anyOf", {short_text(description), object(std::move(properties), Json::array({member}))}}};
}

Json restore_request_schema() {
  Json properties{
      {"server", short_text("Only at this one.")},
      {"backup", text_or_object("guid", "Guid of the backup.")},
      {"vm", ref("VmSelector")},
      {"before", about(time_schema(), "Without `backup`: the newest one of the VM from before this moment.")},
      {"hypervisor", text_or_object("guid", "Guid; exactly one of this and hypervisorManager.")},
      {"hypervisorManager", text_or_object("guid", "Guid.")},
      {"dataCenter", text_or_object("name", "Its name.")},
      {"overwrite", flag("Replace what has that name.")},
      {"powerOn", flag("Start it afterwards.")}};
  const std::vector<std::pair<const char*, const char*>> names = {
      {"name", "restoredPeName"}, {"storage", "restoreStorageId"}, {"cluster", "restoreClusterId"}};
  for (const auto& [name, vendors] : names) {
    properties[name] = short_text(std::string("The vendor's ") + vendors + ".");
    properties[vendors] = short_text(std::string("The same as ") + name + ".");
  }
  for (const char* name : {"project", "restoreProject"})
    properties[name] = text_or_object("guid", "Guid, platform id or name, of one of the VM's tenant.");
  Json schema = object(with_common(std::move(properties)), Json::array());
  schema["anyOf"] = any_of({"backup", "vm"});
  return with_example(std::move(schema), {{"vm", {{"name", "erp-db-01"}, {"tenant", "finance"}}},
                                          {"before", "2026-01-01T00:00:00Z"},
                                          {"hypervisorManager", "6c6d1c1e-5c4a-4f7a-9d4b-000000000001"},
                                          {"restoredPeName", "erp-db-01-restored"},
                                          {"powerOn", false},
                                          {"dry_run", true}});
}

Json texts_by_name() { return {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}}; }

// Alertmanager adds members from version to version, so what is not listed is taken.
Json alert_schema() {
  return {{"type", "object"},
          {"properties",
           {{"status", text_schema({"firing", "resolved"})},
            {"labels", texts_by_name()},
            {"annotations", texts_by_name()},
            {"startsAt", time_schema()},
            {"endsAt", time_schema()},
            {"generatorURL", text_schema({})},
            {"fingerprint", text_schema({})}}},
          {"required", {"status", "labels", "startsAt"}}};
}

Json payload_schema() {
  Json alerts{{"type", "array"}, {"items", alert_schema()}, {"maxItems", 1000}};
  Json schema{{"type", "object"},
              {"properties",
               {{"version", {{"const", "4"}}},
                {"alerts", std::move(alerts)},
                {"truncatedAlerts", about(integer_schema(0), "Alerts that were left out.")}}},
              {"required", {"version", "alerts"}}};
  return with_example(std::move(schema),
                      {{"version", "4"},
                       {"groupKey", "{}:{alertname=\"VprotectBackupOverdue\"}"},
                       {"truncatedAlerts", 0},
                       {"status", "firing"},
                       {"receiver", "vprotect"},
                       {"alerts",
                        {{{"status", "firing"},
                          {"labels", {{"alertname", "VprotectBackupOverdue"}, {"vm", "erp-db-01"}}},
                          {"annotations", Json::object()},
                          {"startsAt", "2026-01-01T02:00:05Z"},
                          {"endsAt", "0001-01-01T00:00:00Z"},
                          {"generatorURL", ""},
                          {"fingerprint", "c2a4f5f0a1b2c3d4"}}}}});
}

Json kill_switch_request_schema() {
  return with_example(
      object({{"on", flag("Begin nothing any more.")}, {"reason", short_text("Why.")}}, Json::array({"on"})),
      {{"on", true}, {"reason", "the storage is being moved"}});
}

}  // namespace

Json operation_properties() {
  return {{"id", text_schema({})},
          {"kind", kinds_schema()},
          {"state", text_schema({"open", "ended"})},
          {"outcome", outcomes_schema()},
          {"progress", percent_schema()},
          {"origin", text_schema({"api", "alertmanager"})},
          {"caller", text("Name of the credential.")},
          {"reason", text_schema({})},
          {"created", time_schema()},
          {"ended", time_schema()},
          {"jobs", array_of("Job")}};
}

Json with_common(Json properties) {
  properties["dry_run"] = flag("Only say what would be begun.");
  properties["reason"] = short_text("For the journal and the audit trail.");
  properties["callback"] = short_text(
      "URL that is sent the operation at its end; one of runbooks.callbacks of the configuration.");
  return properties;
}

schema::Json runbook_schemas() {
  return {{"Job", job_schema()},
          {"Operation", object(operation_properties(), {"id", "kind", "state", "created", "jobs"})},
          {"Operations", page_schema("Operation")},
          {"Decided", decided_schema()},
          {"AlertVerdict", verdict_schema()},
          {"AlertVerdicts", verdicts_of_alerts_schema()},
          {"KillSwitch", kill_switch_schema()},
          {"AuditRow", audit_row_schema()},
          {"AuditTrail", page_schema("AuditRow")},
          {"VmSelector", selector_schema()},
          {"BackupRequest", backup_request_schema()},
          {"RestoreRequest", restore_request_schema()},
          {"AlertmanagerPayload", payload_schema()},
          {"KillSwitchRequest", kill_switch_request_schema()}};
}

}  // namespace web
