#include <string_view>

#include "exposition/samples.h"

// One sample or a few for each VM: what most of an exposition is made of.
namespace exposition {
namespace {

using domain::Protection;
using domain::Vm;
using domain::VmState;

std::vector<std::string_view> identity(std::vector<std::string_view> more = {}) {
  more.insert(more.begin(), {"server", "tenant", "vm", "guid"});
  return more;
}

std::string_view word_of(Protection protection) {
  switch (protection) {
    case Protection::is_protected:
      return "protected";
    case Protection::not_protected:
      return "not_protected";
    case Protection::no_schedule:
      return "no_schedule";
  }
  return "";
}

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
       vm_values([](const Vm& vm, const VmState&, const auto& add) {
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
           [](const Vm&, const VmState& state, const auto& add) { add({word_of(state.protection)}, 1); })},
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
        "history that is read. Absent when the history cannot be read.",
        Type::gauge, identity()},
       Scope::tenant,
       vm_value([](const Vm&, const VmState& state) { return number(state.consecutive_failures); })},
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

}  // namespace exposition
