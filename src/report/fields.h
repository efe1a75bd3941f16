#pragma once

#include "domain/history.h"
#include "report/field.h"
#include "report/rows.h"

namespace report {

// The tables of what is told of each thing: the read API's objects, the report's, and the CSV's columns.
const Fields<VmRow>& vm_fields();
const Fields<TaskRow>& task_fields();
const Fields<PolicyRow>& policy_fields();
const Fields<ScheduleRow>& schedule_fields();
const Fields<domain::BackupRun>& backup_fields();

}  // namespace report
