#pragma once

#include <string_view>
#include <vector>

#include "domain/history.h"
#include "report/field.h"
#include "report/rows.h"
#include "report/sources.h"
#include "report/totals.h"

namespace report {

// The tables of what is told of each thing: the read API's objects, the report's, and the CSV's columns.
const Fields<VmRow>& vm_fields();
const Fields<Vanished>& vanished_fields();
const Fields<TenantPart>& tenant_fields();  // the totals, behind server and tenant
const Fields<SourcePart>& source_fields();
const Fields<domain::BackupRun>& backup_fields();
const Fields<TaskRow>& task_fields();
const Fields<PolicyRow>& policy_fields();
const Fields<ScheduleRow>& schedule_fields();

// The state of a VM whose coverage is not known, as in vprotect_tenant_vms.
inline constexpr std::string_view kUnknownState = "unknown";
std::string_view state_word(const domain::VmState& state);

std::vector<std::string_view> failure_class_words();

}  // namespace report
