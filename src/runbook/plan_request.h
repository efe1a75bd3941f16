#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "domain/backup.h"
#include "domain/operation.h"
#include "domain/schedule.h"
#include "runbook/request.h"

namespace runbook {

enum class PlanAction : std::uint8_t { create, update, remove };
std::string_view name_of(PlanAction action);  // "create"

// What a policy is to be; of an update, what is absent stays as it is.
struct PolicyWish {
  std::optional<std::string> name;  // without what tells whose it is
  std::optional<bool> active;
  std::optional<int> priority;
  std::optional<bool> auto_remove_non_present;
  std::optional<std::vector<VmSelector>> vms;         // all of them
  std::optional<std::vector<std::string>> schedules;  // guids, all of them; put on its rule
  std::string destination;                            // name or guid, of its rule; empty: as it is
  std::string secondary;                              // likewise: where copies go
};

struct ScheduleWish {
  std::optional<std::string> name;
  std::optional<bool> active;
  std::optional<domain::BackupType> type;         // full or incremental
  std::optional<std::chrono::milliseconds> hour;  // at most one of the two
  std::optional<domain::Interval> interval;
  std::optional<std::chrono::milliseconds> window;
  std::optional<std::vector<std::chrono::weekday>> days;
  std::optional<std::vector<std::chrono::month>> months;
  std::optional<std::vector<domain::Occurrence>> occurrences;
  std::optional<std::vector<std::string>> policies;  // guids; it is put on the rule of each
};

struct PlanRequest {
  Common common;
  domain::OperationKind kind = domain::OperationKind::policy;  // or schedule
  PlanAction action = PlanAction::create;
  std::string server;  // empty: the only one
  std::string tenant;  // of what is created; empty: the actor's only one, or the site
  std::string guid;    // of what is updated or removed
  bool force = false;  // remove a policy although VMs have it
  PolicyWish policy;
  ScheduleWish schedule;
};

// The schedule that this makes, or makes of an earlier one.
domain::Schedule applied(const ScheduleWish& wish, domain::Schedule schedule);

}  // namespace runbook
