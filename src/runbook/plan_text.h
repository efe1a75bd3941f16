#pragma once

#include <optional>
#include <string>

#include "domain/operation.h"
#include "runbook/plan_request.h"
#include "vprotect/control.h"

namespace runbook {

// What a server is asked for to change a policy or schedule.
struct PlanAsk {
  domain::OperationKind kind = domain::OperationKind::policy;
  PlanAction action = PlanAction::create;
  std::string guid;    // of what is updated or removed
  bool force = false;  // remove a policy although VMs have it
  vprotect::PolicyDraft policy;
  vprotect::ScheduleDraft schedule;
  // Of a policy: its rule, where something of it is to be set. A new policy's is created with it.
  std::optional<vprotect::RuleDraft> rule;
  std::string rule_guid;  // of the one that is updated
};

// For Job::ask.
std::string to_text(const PlanAsk& ask);
std::optional<PlanAsk> plan_ask_of(const std::string& text);

}  // namespace runbook
