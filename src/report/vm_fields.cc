// What is told of a VM.
#include "domain/coverage.h"
#include "domain/failure_class.h"
#include "report/convert.h"
#include "report/fields.h"

namespace report {
namespace {

using enum Kind;

std::vector<std::string_view> coverage_words() {
  std::vector<std::string_view> words;
  for (std::size_t i = 0; i < domain::kCoverages; ++i)
    words.push_back(name_of(static_cast<domain::Coverage>(i)));
  words.push_back(kUnknownState);
  return words;
}

Value overdue_by(const VmRow& row) {
  if (!row.state->overdue.value_or(false)) return {};
  return value_of(time_of(*row.server, row.view->snapshot()) - *row.state->due);
}

// What the run of failures that goes on is about: null once a backup has succeeded.
const domain::FailureNote* failing(const VmRow& row) {
  const bool fails = row.state->last_attempt_success == false && row.state->history;
  return fails ? row.state->history->last_failure.get() : nullptr;
}

Value failure_class(const VmRow& row) {
  const domain::FailureNote* failure = failing(row);
  return failure == nullptr ? Value() : Value(std::string(name_of(failure->failure)));
}

Value next_run(const VmRow& row) {
  if (row.vm->present == false) return {};
  return value_of(row.view->next_run_of(*row.server, *row.vm));
}

Value sizes_of(const VmRow& row) {
  Numbers sizes;
  for (const domain::Bytes size : row.view->sizes_of(*row.server, *row.vm))
    sizes.push_back(static_cast<std::int64_t>(size.count));
  return sizes;
}

Value days_of(const VmRow& row) {
  if (!row.server->memory.days) return {};
  return row.view->days_of(*row.server, *row.vm, *row.state);
}

Value kept_bytes(const VmRow& row) {
  return row.state->history ? value_of(row.state->history->stored) : Value();
}

Value kept_backups(const VmRow& row) {
  return row.state->history ? value_of(row.state->history->restorable) : Value();
}

Fields<VmRow> table() {
  return {
      {"server",
       text,
       "The vProtect server, by its name in the configuration.",
       {},
       [](const VmRow& row) { return value_of(row.server->name); }},
      {"tenant",
       text,
       "Whose VM it is; unassigned when it belongs to none.",
       {},
       [](const VmRow& row) { return value_of(row.vm->tenant); }},
      {"name",
       text,
       "Its name, which may repeat and change.",
       {},
       [](const VmRow& row) { return value_of(row.vm->name); }},
      {"guid",
       text,
       "Its id at the vProtect server.",
       {},
       [](const VmRow& row) { return value_of(row.vm->id.text()); }},
      {"uuid",
       text,
       "Its id on the virtualization platform.",
       {},
       [](const VmRow& row) { return value_of(row.vm->uuid.text()); }},
      {"platform",
       text,
       "The virtualization platform, as vProtect calls it.",
       {},
       [](const VmRow& row) { return value_of(row.vm->platform); }},
      {"hypervisor",
       text,
       "The hypervisor that it was last seen on.",
       {},
       [](const VmRow& row) { return value_of(row.vm->hypervisor.name); }},
      {"cluster",
       text,
       "The hypervisor's cluster.",
       {},
       [](const VmRow& row) { return value_of(row.vm->cluster.name); }},
      {"project",
       text,
       "The project of the platform that it belongs to.",
       {},
       [](const VmRow& row) { return value_of(row.vm->project.name); }},
      {"policy",
       text,
       "Its backup policy.",
       {},
       [](const VmRow& row) { return value_of(row.vm->policy.name); }},
      {"policy_guid",
       text,
       "The backup policy's id.",
       {},
       [](const VmRow& row) { return value_of(row.vm->policy.guid); }},
      {"present",
       flag,
       "Whether it still exists on its platform.",
       {},
       [](const VmRow& row) { return value_of(row.vm->present); }},
      {"state", text, "Our judgement, as in vprotect_vm_coverage; unknown when it cannot be told.",
       coverage_words(), [](const VmRow& row) { return Value(std::string(state_word(*row.state))); }},
      {"protection_status",
       text,
       "The server's own judgement, as in vprotect_vm_protection_status.",
       {"protected", "not_protected", "no_schedule"},
       [](const VmRow& row) { return Value(std::string(name_of(row.state->protection))); }},
      {"excluded_because",
       text,
       "Why the operator wants no backup of it.",
       {},
       [](const VmRow& row) { return value_of(row.state->excluded_because); }},
      {"first_seen",
       time,
       "When it was known to exist, at the latest.",
       {},
       [](const VmRow& row) { return value_of(row.state->first_seen); }},
      {"last_success",
       time,
       "When its last successful backup was made.",
       {},
       [](const VmRow& row) { return value_of(row.state->last_success); }},
      {"last_success_age_seconds",
       number,
       "How old its last successful backup is.",
       {},
       [](const VmRow& row) { return value_of(row.state->age); }},
      {"last_full",
       time,
       "When its last successful full backup was made.",
       {},
       [](const VmRow& row) { return value_of(row.state->last_full); }},
      {"last_size_bytes",
       integer,
       "Size of its last successful backup.",
       {},
       [](const VmRow& row) { return value_of(row.state->last_size); }},
      {"last_full_size_bytes",
       integer,
       "Size of its last successful full backup.",
       {},
       [](const VmRow& row) { return value_of(row.state->last_full_size); }},
      {"last_attempt",
       time,
       "When its newest backup that has ended was made, whatever came of it.",
       {},
       [](const VmRow& row) { return value_of(row.state->last_attempt); }},
      {"last_attempt_success",
       flag,
       "Whether that backup succeeded.",
       {},
       [](const VmRow& row) { return value_of(row.state->last_attempt_success); }},
      {"last_duration_seconds",
       number,
       "How long its last successful backup took.",
       {},
       [](const VmRow& row) { return value_of(row.state->last_duration); }},
      {"consecutive_failures",
       integer,
       "Failed backups since the last success.",
       {},
       [](const VmRow& row) { return value_of(row.state->consecutive_failures); }},
      {"failing_since",
       time,
       "The oldest failure since the last success; null when the newest backup succeeded.",
       {},
       [](const VmRow& row) { return failing(row) == nullptr ? Value() : value_of(failing(row)->since); }},
      {"failure_class", text, "Why the newest backup failed, as in docs/failure-classes.md.",
       failure_class_words(), failure_class},
      {"failure_text",
       text,
       "The server's own words for it.",
       {},
       [](const VmRow& row) { return failing(row) == nullptr ? Value() : value_of(failing(row)->text); }},
      {"last_restore",
       time,
       "End of the newest restore that is known to have succeeded, whoever asked for it.",
       {},
       [](const VmRow& row) { return value_of(row.state->last_restore); }},
      {"backup_failures_total",
       integer,
       "Failed backups ever counted.",
       {},
       [](const VmRow& row) { return value_of(row.state->backup_failures); }},
      {"due",
       time,
       "When it has to have been backed up, grace included.",
       {},
       [](const VmRow& row) { return value_of(row.state->due); }},
      {"next_run",
       time,
       "When a schedule of its policy begins next; null for one that no longer exists on its platform.",
       {},
       next_run},
      {"overdue",
       flag,
       "Whether that time has passed; null when nothing is due.",
       {},
       [](const VmRow& row) { return value_of(row.state->overdue); }},
      {"overdue_by_seconds", number, "For how long it has passed.", {}, overdue_by},
      {"rpo_target_seconds",
       number,
       "The longest time between two backups that its schedules allow.",
       {},
       [](const VmRow& row) { return value_of(row.state->rpo_target); }},
      {"restorable",
       flag,
       "Whether the server says that it can be restored.",
       {},
       [](const VmRow& row) { return value_of(row.vm->restorable); }},
      {"warnings",
       flag,
       "Whether the server shows warnings of it.",
       {},
       [](const VmRow& row) { return value_of(row.vm->warnings); }},
      {"kept_backups", integer, "Successful backups in the history that are still there.", {}, kept_backups},
      {"kept_bytes", integer, "Their sizes together.", {}, kept_bytes},
      {"days", texts, "How each day of the period went, the first day first.", kDayWords, days_of},
      {"sizes", integers, "Sizes of its newest successful backups in bytes, the oldest first.", {}, sizes_of},
  };
}

}  // namespace

std::string_view state_word(const domain::VmState& state) {
  return state.coverage ? name_of(*state.coverage) : kUnknownState;
}

const Fields<VmRow>& vm_fields() {
  static const Fields<VmRow> fields = table();
  return fields;
}

}  // namespace report
