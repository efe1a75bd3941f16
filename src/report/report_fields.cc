// What is told of tenants, of sources and of VMs that vanished.
#include "report/convert.h"
#include "report/fields.h"

namespace report {
namespace {

using domain::Coverage;
using enum Kind;

template <Coverage coverage>
Value vms_in(const TenantPart& part) {
  const auto& states = part.totals.states;
  return states ? value_of(states->by_coverage[static_cast<std::size_t>(coverage)]) : Value();
}

template <std::uint64_t StateCounts::*count>
Value state_count(const TenantPart& part) {
  return part.totals.states ? value_of((*part.totals.states).*count) : Value();
}

template <std::uint64_t Outcomes::*count>
Value outcome_count(const TenantPart& part) {
  return part.totals.backups ? value_of((*part.totals.backups).*count) : Value();
}

Fields<TenantPart> state_fields() {
  return {
      {"vms_covered", integer, "VMs that are backed up as asked for.", {}, vms_in<Coverage::covered>},
      {"vms_failing",
       integer,
       "VMs whose newest backup failed, before they are overdue.",
       {},
       vms_in<Coverage::failing>},
      {"vms_overdue", integer, "VMs that had to be backed up again by now.", {}, vms_in<Coverage::overdue>},
      {"vms_never_backed_up",
       integer,
       "VMs without a success, of which backups are asked for.",
       {},
       vms_in<Coverage::never_backed_up>},
      {"vms_no_policy", integer, "VMs without a backup policy.", {}, vms_in<Coverage::no_policy>},
      {"vms_no_schedule", integer, "VMs whose policy never runs.", {}, vms_in<Coverage::no_schedule>},
      {"vms_paused",
       integer,
       "VMs whose policy or schedules are switched off.",
       {},
       vms_in<Coverage::paused>},
      {"vms_excluded", integer, "VMs that the operator wants no backup of.", {}, vms_in<Coverage::excluded>},
      {"vms_not_present",
       integer,
       "VMs that no longer exist on their platform.",
       {},
       vms_in<Coverage::not_present>},
      {"vms_unknown", integer, "VMs whose state cannot be told.", {}, state_count<&StateCounts::unknown>},
      {"due_vms", integer, "VMs that have a due time.", {}, state_count<&StateCounts::due>},
      {"past_due_vms", integer, "Those of them that are past it.", {}, state_count<&StateCounts::overdue>},
  };
}

Fields<TenantPart> sum_fields() {
  return {
      {"rpo_compliance_ratio",
       number,
       "The share of due_vms that is not past its due time.",
       {},
       [](const TenantPart& part) { return value_of(rpo_compliance_of(part.totals)); }},
      {"backup_successes",
       integer,
       "Backups that ended well within the period.",
       {},
       outcome_count<&Outcomes::successes>},
      {"backup_failures",
       integer,
       "Backups that failed within the period.",
       {},
       outcome_count<&Outcomes::failures>},
      {"backup_success_ratio",
       number,
       "The share of both that ended well.",
       {},
       [](const TenantPart& part) { return value_of(success_ratio_of(part.totals)); }},
      {"protected_bytes",
       integer,
       "As vprotect_tenant_protected_bytes.",
       {},
       [](const TenantPart& part) { return value_of(part.totals.protected_bytes); }},
      {"stored_bytes",
       integer,
       "As vprotect_tenant_stored_bytes.",
       {},
       [](const TenantPart& part) { return value_of(part.totals.stored_bytes); }},
  };
}

Fields<TenantPart> tenants() {
  Fields<TenantPart> fields{
      {"server",
       text,
       "The vProtect server, by its name in the configuration.",
       {},
       [](const TenantPart& part) { return value_of(part.server); }},
      {"tenant",
       text,
       "The tenant; unassigned for VMs that belong to none.",
       {},
       [](const TenantPart& part) { return value_of(part.tenant); }},
      {"vms",
       integer,
       "VMs that the server lists.",
       {},
       [](const TenantPart& part) { return value_of(part.totals.vms); }},
  };
  for (const auto& field : state_fields()) fields.push_back(field);
  for (const auto& field : sum_fields()) fields.push_back(field);
  return fields;
}

Fields<SourcePart> sources() {
  return {
      {"server",
       text,
       "The vProtect server, by its name in the configuration.",
       {},
       [](const SourcePart& part) { return value_of(part.server); }},
      {"collector",
       text,
       "What is read, as in vprotect_collector_success.",
       {},
       [](const SourcePart& part) { return value_of(part.collector); }},
      {"ok",
       flag,
       "Whether the last read succeeded.",
       {},
       [](const SourcePart& part) { return value_of(part.ok); }},
      {"stale",
       flag,
       "Whether its data are too old, and were dropped.",
       {},
       [](const SourcePart& part) { return value_of(part.stale); }},
      {"last_success",
       time,
       "When it was last read.",
       {},
       [](const SourcePart& part) { return value_of(part.last_success); }},
      {"age_seconds",
       number,
       "How long ago that was.",
       {},
       [](const SourcePart& part) { return value_of(part.age); }},
      {"rows",
       integer,
       "Rows that were read; null for a caller of some tenants, as all counts here.",
       {},
       [](const SourcePart& part) { return value_of(part.rows); }},
      {"skipped_records",
       integer,
       "Records that could not be understood and are left out.",
       {},
       [](const SourcePart& part) { return value_of(part.skipped_records); }},
      {"reported_rows",
       integer,
       "Rows as the server counts them.",
       {},
       [](const SourcePart& part) { return value_of(part.reported_rows); }},
      {"error_class",
       text,
       "Why the last read failed, as in vprotect_collector_error.",
       {},
       [](const SourcePart& part) { return value_of(part.error_class); }},
      {"error",
       text,
       "The same in words; null for a caller of some tenants.",
       {},
       [](const SourcePart& part) { return value_of(part.error); }},
  };
}

Fields<Vanished> vanished() {
  return {
      {"server",
       text,
       "The vProtect server, by its name in the configuration.",
       {},
       [](const Vanished& gone) { return value_of(gone.server); }},
      {"tenant", text, "Whose VM it was.", {}, [](const Vanished& gone) { return value_of(gone.tenant); }},
      {"name", text, "Its last name.", {}, [](const Vanished& gone) { return value_of(gone.name); }},
      {"guid",
       text,
       "Its id at the vProtect server.",
       {},
       [](const Vanished& gone) { return value_of(gone.guid); }},
      {"policy",
       text,
       "Its last backup policy.",
       {},
       [](const Vanished& gone) { return value_of(gone.policy); }},
      {"first_seen",
       time,
       "When it was known to exist, at the latest.",
       {},
       [](const Vanished& gone) { return value_of(gone.first_seen); }},
      {"gone_since",
       time,
       "When the server was seen not to list it any more.",
       {},
       [](const Vanished& gone) { return value_of(gone.gone_since); }},
  };
}

}  // namespace

const Fields<TenantPart>& tenant_fields() {
  static const Fields<TenantPart> fields = tenants();
  return fields;
}

const Fields<SourcePart>& source_fields() {
  static const Fields<SourcePart> fields = sources();
  return fields;
}

const Fields<Vanished>& vanished_fields() {
  static const Fields<Vanished> fields = vanished();
  return fields;
}

}  // namespace report
