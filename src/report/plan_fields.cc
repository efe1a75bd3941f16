// What is told of policies and schedules.
#include "domain/owner.h"
#include "report/convert.h"
#include "report/fields.h"

namespace report {
namespace {

using enum Kind;

std::string_view word_of(domain::Execution execution) {
  switch (execution) {
    case domain::Execution::time:
      return "time";
    case domain::Execution::interval:
      return "interval";
    case domain::Execution::other:
      break;
  }
  return "other";
}

Value shown_name(const std::string& vendor_name) {
  return value_of(std::string(domain::split_name(vendor_name).name));
}

Fields<PolicyRow> policies() {
  return {
      {"server",
       text,
       "The vProtect server, by its name in the configuration.",
       {},
       [](const PolicyRow& row) { return value_of(row.server->name); }},
      {"guid",
       text,
       "Its id at the vProtect server.",
       {},
       [](const PolicyRow& row) { return value_of(row.policy->id.text()); }},
      {"name",
       text,
       "Its name; that of a tenant's own is without what tells whose it is.",
       {},
       [](const PolicyRow& row) { return shown_name(row.policy->name); }},
      {"vendor_name",
       text,
       "Its name as the vProtect server has it.",
       {},
       [](const PolicyRow& row) { return value_of(row.policy->name); }},
      {"tenant",
       text,
       "The tenant that owns it and may change it; null: it is the site's.",
       {},
       [](const PolicyRow& row) { return value_of(row.state->owner); }},
      {"active",
       flag,
       "Whether it is switched on.",
       {},
       [](const PolicyRow& row) { return value_of(row.policy->active); }},
      {"vms",
       integer,
       "How many VMs have it, of those that may be seen.",
       {},
       [](const PolicyRow& row) { return value_of(row.vms); }},
      {"schedules",
       texts,
       "The names of its schedules.",
       {},
       [](const PolicyRow& row) { return Value(row.schedules); }},
      {"next_full",
       time,
       "When its next full backup begins.",
       {},
       [](const PolicyRow& row) { return value_of(row.state->next_full); }},
      {"next_other",
       time,
       "When its next backup of another type begins.",
       {},
       [](const PolicyRow& row) { return value_of(row.state->next_other); }},
  };
}

Fields<ScheduleRow> schedules() {
  return {
      {"server",
       text,
       "The vProtect server, by its name in the configuration.",
       {},
       [](const ScheduleRow& row) { return value_of(row.server->name); }},
      {"guid",
       text,
       "Its id at the vProtect server.",
       {},
       [](const ScheduleRow& row) { return value_of(row.schedule->id.text()); }},
      {"name",
       text,
       "Its name; that of a tenant's own is without what tells whose it is.",
       {},
       [](const ScheduleRow& row) { return shown_name(row.schedule->name); }},
      {"vendor_name",
       text,
       "Its name as the vProtect server has it.",
       {},
       [](const ScheduleRow& row) { return value_of(row.schedule->name); }},
      {"tenant",
       text,
       "The tenant that owns it and may change it; null: it is the site's.",
       {},
       [](const ScheduleRow& row) { return value_of(row.state->owner); }},
      {"active",
       flag,
       "Whether it is switched on.",
       {},
       [](const ScheduleRow& row) { return value_of(row.schedule->active); }},
      {"type",
       text,
       "What it is for, as vProtect calls it: VM_BACKUP, ...",
       {},
       [](const ScheduleRow& row) { return value_of(row.schedule->type); }},
      {"backup_type",
       text,
       "FULL, INCREMENTAL, ...",
       {},
       [](const ScheduleRow& row) { return value_of(row.schedule->backup_type); }},
      {"execution",
       text,
       "At a time of the day, or at intervals.",
       {"time", "interval", "other"},
       [](const ScheduleRow& row) { return Value(std::string(word_of(row.schedule->execution))); }},
      {"start_window_seconds",
       number,
       "How long after its time a backup may still begin.",
       {},
       [](const ScheduleRow& row) { return value_of(row.schedule->start_window); }},
      {"calendar_known",
       flag,
       "Whether its days and times are understood.",
       {},
       [](const ScheduleRow& row) { return value_of(row.state->calendar_known); }},
      {"last_run",
       time,
       "When it last ran.",
       {},
       [](const ScheduleRow& row) { return value_of(row.schedule->last_run); }},
      {"next_run",
       time,
       "When it runs next.",
       {},
       [](const ScheduleRow& row) { return value_of(row.state->next_run); }},
      {"policies",
       texts,
       "The names of the policies that have it, of those that may be seen.",
       {},
       [](const ScheduleRow& row) { return Value(row.policies); }},
  };
}

}  // namespace

const Fields<PolicyRow>& policy_fields() {
  static const Fields<PolicyRow> fields = policies();
  return fields;
}

const Fields<ScheduleRow>& schedule_fields() {
  static const Fields<ScheduleRow> fields = schedules();
  return fields;
}

}  // namespace report
