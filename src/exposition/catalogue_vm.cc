#include <chrono>
#include <optional>
#include <string_view>

#include "exposition/samples.h"

// One sample or a few for each VM: what most of an exposition is made of.
namespace exposition {
namespace {

using domain::Vm;
using domain::VmState;

std::vector<std::string_view> identity(std::vector<std::string_view> more = {}) {
  more.insert(more.begin(), {"server", "tenant", "vm", "guid"});
  return more;
}

std::string_view failure_of(const domain::BackupRun& run) {
  return run.status == domain::BackupStatus::failed ? name_of(run.failure) : std::string_view();
}

using Duration = std::optional<std::chrono::milliseconds>;

Duration sum(const Duration& a, const Duration& b) { return a && b ? Duration(*a + *b) : a ? a : b; }

// A guid where the server does not tell the name.
std::string_view text_of(const domain::Reference& reference) {
  return reference.name.empty() ? reference.guid.view() : reference.name.view();
}

}  // namespace

std::vector<Family> vm_families() {
  return {
      {{"vprotect_vm_info",
        "Always 1; what the server lists about the virtual machine, for joins: uuid (its id on the "
        "platform), "
        "platform (hvmType, else hvType), hypervisor, cluster (hvCluster), policy (vmBackupPolicy). A label "
        "is empty where the server says nothing. Absent when the VM is no longer listed.",
        Type::info, identity({"uuid", "platform", "hypervisor", "cluster", "policy"})},
       Scope::tenant,
       vm_identities([](const Vm& vm, const auto& add) {
         add({vm.uuid.text(), vm.platform.view(), text_of(vm.hypervisor), text_of(vm.cluster),
              text_of(vm.policy)},
             1);
       })},
      {{"vprotect_vm_present",
        "Whether the VM still exists on its platform (present): 1 or 0. Absent when the server does not say.",
        Type::gauge, identity()},
       Scope::tenant,
       vm_value([](const Vm& vm, const VmState&) { return number(vm.present); })},
      {{"vprotect_vm_protection_status",
        "1 for the server's own judgement of the VM at its last listing (backupUpToDate): protected (true), "
        "not_protected (false) or no_schedule (not said). Only the current status is exposed.",
        Type::gauge, identity({"status"})},
       Scope::tenant,
       vm_values(
           [](const Vm&, const VmState& state, const auto& add) { add({name_of(state.protection)}, 1); })},
      {{"vprotect_vm_restorable",
        "Whether the server has a backup to restore the VM from now (restorable): 1 or 0. Absent when the "
        "server does not say.",
        Type::gauge, identity()},
       Scope::tenant,
       vm_value([](const Vm& vm, const VmState&) { return number(vm.restorable); })},
      {{"vprotect_vm_warnings",
        "Whether the server shows warnings at the VM (warningsPresent): 1 or 0. Absent when the server does "
        "not say.",
        Type::gauge, identity()},
       Scope::tenant,
       vm_value([](const Vm& vm, const VmState&) { return number(vm.warnings); })},
  };
}

std::vector<Family> backup_families() {
  return {
      {{"vprotect_vm_last_backup_timestamp_seconds",
        "When the VM's last successful backup was made, of any type and of type full (lastBackup and the "
        "backup history). Absent when none is known.",
        Type::gauge, identity({"backup_type"})},
       Scope::tenant,
       vm_values([](const Vm&, const VmState& state, const auto& add) {
         add({"any"}, number(state.last_success));
         add({"full"}, number(state.last_full));
       })},
      {{"vprotect_vm_last_backup_age_seconds",
        "Age of the VM's last successful backup when the snapshot was taken, by the server's clock; it keeps "
        "growing while the server cannot be read, until its data is dropped as stale. Absent when no backup "
        "is "
        "known.",
        Type::gauge, identity()},
       Scope::tenant,
       vm_value([](const Vm&, const VmState& state) { return number(state.age); })},
      {{"vprotect_vm_last_backup_size_bytes",
        "Size of the VM's last successful backup, of any type and of type full (lastSuccessfulBackupSize, "
        "lastSuccessfulFullBackupSize). Absent when unknown or listed as 0.",
        Type::gauge, identity({"backup_type"})},
       Scope::tenant,
       vm_values([](const Vm&, const VmState& state, const auto& add) {
         add({"any"}, number(state.last_size));
         add({"full"}, number(state.last_full_size));
       })},
      {{"vprotect_vm_last_attempt_timestamp_seconds",
        "When the VM's last finished backup attempt was made, whatever its outcome (backupTime, else "
        "snapshotTime). Absent when the backup history has none.",
        Type::gauge, identity()},
       Scope::tenant,
       vm_value([](const Vm&, const VmState& state) { return number(state.last_attempt); })},
      {{"vprotect_vm_last_attempt_success",
        "Whether the VM's last finished backup attempt succeeded, by its status: 1 for SUCCESS, "
        "PARTIAL_SUCCESS and SUCCESS_REMOVED, else 0. Absent when the backup history has none.",
        Type::gauge, identity()},
       Scope::tenant,
       vm_value([](const Vm&, const VmState& state) { return number(state.last_attempt_success); })},
      {{"vprotect_vm_last_backup_duration_seconds",
        "How long the VM's last successful backup took (taskDurationTime, else the sum of taskTimeStats). "
        "Absent when the backup history does not tell.",
        Type::gauge, identity()},
       Scope::tenant,
       vm_value([](const Vm&, const VmState& state) { return number(state.last_duration); })},
      {{"vprotect_vm_consecutive_failures",
        "Backup attempts of the VM that failed since its last success or, without one, within the backup "
        "history that is read. Absent when the history cannot be read, or has no ended attempt of a VM that "
        "was backed up.",
        Type::gauge, identity()},
       Scope::tenant,
       vm_value([](const Vm&, const VmState& state) { return number(state.consecutive_failures); })},
      {{"vprotect_vm_last_attempt_info",
        "Always 1; what became of the VM's last finished backup attempt: its backup_type, its result "
        "(success, partial_success, success_removed, failed) and, when it failed, failure_class, by words "
        "in the server's text (statusInfo); docs/failure-classes.md has the list. Absent when the backup "
        "history has none.",
        Type::info, identity({"backup_type", "result", "failure_class"})},
       Scope::tenant,
       history_values([](const domain::BackupSummary& history, const auto& add) {
         if (!history.last_attempt) return;
         const domain::BackupRun& run = *history.last_attempt;
         add({name_of(run.type), name_of(run.status), failure_of(run)}, 1);
       })},
      {{"vprotect_vm_last_backup_phase_duration_seconds",
        "How long the phases of the VM's last successful backup took (taskTimeStats): queue (both waits), "
        "export and store. Absent when the backup history does not tell.",
        Type::gauge, identity({"phase"})},
       Scope::tenant,
       history_values([](const domain::BackupSummary& history, const auto& add) {
         if (!history.last_success) return;
         const domain::BackupPhases& phases = history.last_success->phases;
         add({"queue"}, number(sum(phases.queued_export, phases.queued_store)));
         add({"export"}, number(phases.exporting));
         add({"store"}, number(phases.storing));
       })},
      {{"vprotect_vm_backup_size_ratio",
        "Size of the VM's newest successful backup of the type, full or incremental, divided by the median "
        "of the up to 10 before it. Absent with fewer than 3 before it in the backup history.",
        Type::gauge, identity({"backup_type"})},
       Scope::tenant,
       history_values([](const domain::BackupSummary& history, const auto& add) {
         add({"full"}, history.full_size_ratio);
         add({"incremental"}, history.incremental_size_ratio);
       })},
      {{"vprotect_vm_last_restore_success_timestamp_seconds",
        "When the newest restore of the VM that is known to have succeeded ended, whoever asked for it: its "
        "IMPORT task finished. Kept in the ledger. Absent when none is known: no restore of it is proven.",
        Type::gauge, identity()},
       Scope::tenant,
       vm_value([](const Vm&, const VmState& state) { return number(state.last_restore); })},
      {{"vprotect_vm_backup_failures_total",
        "Backups of the VM with status FAILED, each counted once, also across restarts and when the server "
        "forgets them; the first start counts those that it lists. Absent while the ledger cannot be read.",
        Type::counter, identity()},
       Scope::tenant,
       vm_value([](const Vm&, const VmState& state) { return number(state.backup_failures); })},
  };
}

std::vector<Family> coverage_families() {
  return {
      {{"vprotect_vm_coverage",
        "1 for our judgement of the VM, the first that holds of: not_present (present is false), excluded "
        "(by coverage.exclusions), no_policy, paused (policy, rules or schedules inactive), no_schedule "
        "(nothing ever runs), never_backed_up (no success known), overdue (see "
        "vprotect_vm_backup_overdue), failing (the last attempt failed), covered. Absent when it cannot be "
        "told: without the server's policies, rules and schedules, or, unless it is overdue or never backed "
        "up, without "
        "knowledge of its last attempt.",
        Type::gauge, identity({"state"})},
       Scope::tenant,
       vm_values([](const Vm&, const VmState& state, const auto& add) {
         if (state.coverage) add({name_of(*state.coverage)}, 1);
       })},
      {{"vprotect_vm_backup_due_timestamp_seconds",
        "When the VM must have been backed up again, by the server's clock: of all active schedules of its "
        "policy the first run after the last success (without one, after the VM was first seen) plus start "
        "window plus coverage.grace. Absent when nothing asks for a backup of it, or when it cannot be told.",
        Type::gauge, identity()},
       Scope::tenant,
       vm_value([](const Vm&, const VmState& state) { return number(state.due); })},
      {{"vprotect_vm_backup_overdue",
        "Whether the VM's due time had passed when the snapshot was taken, by the server's clock: 1 or 0. "
        "Absent without a due time.",
        Type::gauge, identity()},
       Scope::tenant,
       vm_value([](const Vm&, const VmState& state) { return number(state.overdue); })},
      {{"vprotect_vm_rpo_target_seconds",
        "The longest time between two runs that the VM's schedules allow by their calendars, as from Friday "
        "to Monday. Absent without a due time.",
        Type::gauge, identity()},
       Scope::tenant,
       vm_value([](const Vm&, const VmState& state) { return number(state.rpo_target); })},
  };
}

}  // namespace exposition
