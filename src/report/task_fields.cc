// What is told of a task.
#include "report/convert.h"
#include "report/fields.h"

namespace report {
namespace {

using enum Kind;

Value vm_name(const TaskRow& row) {
  return row.task->entity_type == "VM" ? value_of(row.task->entity_name) : Value();
}

Fields<TaskRow> table() {
  return {
      {"server",
       text,
       "The vProtect server, by its name in the configuration.",
       {},
       [](const TaskRow& row) { return value_of(row.server->name); }},
      {"tenant",
       text,
       "Whose task it is: that of its VM; unassigned when it has none.",
       {},
       [](const TaskRow& row) { return value_of(row.tenant); }},
      {"guid",
       text,
       "Its id at the vProtect server.",
       {},
       [](const TaskRow& row) { return value_of(row.task->id.text()); }},
      {"type",
       text,
       "What it does, as vProtect calls it: EXPORT, STORE, ...",
       {},
       [](const TaskRow& row) { return value_of(row.task->type); }},
      {"state",
       text,
       "QUEUED, RUNNING, FINISHED, FAILED, CANCELLED, or another word of the server.",
       {},
       [](const TaskRow& row) { return value_of(row.task->state); }},
      {"vm", text, "The VM's name.", {}, vm_name},
      {"vm_guid",
       text,
       "The id of the VM, or of the other thing that it works on.",
       {},
       [](const TaskRow& row) { return value_of(row.task->entity.text()); }},
      {"backup_type",
       text,
       "FULL, INCREMENTAL, ..., of a task of a backup.",
       {},
       [](const TaskRow& row) { return value_of(row.task->backup_type); }},
      {"node",
       text,
       "The node that runs it.",
       {},
       [](const TaskRow& row) { return value_of(row.task->node.name); }},
      {"destination",
       text,
       "The backup destination.",
       {},
       [](const TaskRow& row) { return value_of(row.task->destination.name); }},
      {"progress_percent",
       number,
       "How far it is.",
       {},
       [](const TaskRow& row) { return value_of(row.task->progress); }},
      {"window_start",
       time,
       "When it may begin at the earliest.",
       {},
       [](const TaskRow& row) { return value_of(row.task->window_start); }},
      {"window_end",
       time,
       "When it may begin at the latest.",
       {},
       [](const TaskRow& row) { return value_of(row.task->window_end); }},
      {"started", time, "When it began.", {}, [](const TaskRow& row) { return value_of(row.task->started); }},
      {"finished",
       time,
       "When it ended.",
       {},
       [](const TaskRow& row) { return value_of(row.task->finished); }},
      {"status_info",
       text,
       "The server's own words for how it stands.",
       {},
       [](const TaskRow& row) { return value_of(row.task->status_info); }},
  };
}

}  // namespace

const Fields<TaskRow>& task_fields() {
  static const Fields<TaskRow> fields = table();
  return fields;
}

}  // namespace report
