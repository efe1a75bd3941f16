#include "encode.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace simulator {
namespace {

// "2026-01-01 02:00", which the server's texts have in their names.
std::string minute_text(TimePoint time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d", static_cast<int>(date.year()) % 10000,
                static_cast<unsigned>(date.month()) % 100, static_cast<unsigned>(date.day()) % 100,
                static_cast<int>(clock.hours().count() % 100),
                static_cast<int>(clock.minutes().count() % 100));
  return text;
}

void encode_last(JsonWriter& json, std::string_view key, const Vm& vm,
                 const std::optional<BackupReference>& last) {
  if (!last) return json.absent(key);
  json.reference(key, Kind::backup, last->id, vm.name + " - " + minute_text(last->at));
}

void encode_size(JsonWriter& json, const Profile& profile, std::string_view key,
                 const std::optional<Bytes>& size) {
  if (size) return json.number(key, static_cast<std::int64_t>(*size));
  if (profile.old_names) return json.number(key, 0);
  profile.nulls ? json.null(key) : json.absent(key);
}

void encode_protection_of(JsonWriter& json, const Profile& profile, const Vm& vm) {
  vm.up_to_date ? json.flag("backupUpToDate", *vm.up_to_date) : json.absent("backupUpToDate");
  encode_time(json, "lastBackup", vm.last_backup);
  encode_size(json, profile, "lastSuccessfulBackupSize", vm.last_size);
  encode_size(json, profile, "lastSuccessfulFullBackupSize", vm.last_full_size);
  encode_last(json, "lastSuccessfulFullBackup", vm, vm.last_full);
  encode_last(json, "lastSuccessfulIncBackup", vm, vm.last_incremental);
  json.flag("restorable", vm.restorable.value_or(vm.last_full.has_value()));
  if (vm.last_full) json.text("restoreStatus", "SUCCESS");
  json.flag("warningsPresent", vm.warnings);
  json.flag("lastChainMarkedForDeletion", false);
  json.flag("supportsQuiesceSnapshot", true);
}

void encode_place(JsonWriter& json, const Model& model, const Vm& vm) {
  if (!vm.hypervisor) return;
  const Hypervisor& hypervisor = at(model.hypervisors, *vm.hypervisor);
  const Manager& manager = at(model.managers, hypervisor.manager);
  json.choice("hvmType", {manager.type, manager.type_description});
  json.open_object("hypervisor");
  json.guid(Kind::hypervisor, *vm.hypervisor);
  json.text("name", hypervisor.name);
  json.open_object("hvManager");
  json.guid(Kind::manager, hypervisor.manager);
  json.close_object();
  json.close_object();
  json.reference("hvManager", Kind::manager, hypervisor.manager, manager.url);
  json.reference("hvCluster", Kind::cluster, hypervisor.manager, "az" + std::to_string(hypervisor.manager));
}

void encode_running(JsonWriter& json, const Encoder& from, const Vm& vm) {
  const Task* task = vm.running ? from.model.task(*vm.running) : nullptr;
  task ? json.decimal("averageProgress", progress_of(*task, from.now)) : json.absent("averageProgress");
}

void encode_modern(JsonWriter& json, const Vm& vm) {
  json.reference("vmFlavor", Kind::flavor, vm.id % 4 + 1, "m1.large");
  json.open_array("networks");
  json.reference({}, Kind::network, vm.project.value_or(99),
                 "net-" + std::to_string(vm.project.value_or(99)));
  json.close_array();
  json.open_array("possibleActions");
  json.choice({}, {"READ", "Read"});
  json.close_array();
}

void encode_vm_detail(JsonWriter& json, const Encoder& from, const Vm& vm) {
  const Model& model = from.model;
  json.open_array("tags");
  json.text({}, "prod");
  json.close_array();
  json.choice("vmExportImportMode", {"INHERIT", "Inherited"});
  json.flag("quiesceBeforeSnapshot", false);
  json.number("sshPort", 22);
  json.flag("preSnapCmdExecEnabled", false);
  json.flag("postSnapCmdExecEnabled", false);
  json.number("backupCount", std::count_if(model.backups.begin(), model.backups.end(),
                                           [&](const Backup& backup) { return backup.vm == vm.id; }));
  json.open_array("rules");
  for (Id rule = 1; rule <= model.rules.size(); ++rule) {
    if (vm.policy == at(model.rules, rule).policy)
      json.reference({}, Kind::rule, rule, at(model.rules, rule).name);
  }
  json.close_array();
}

}  // namespace

void encode_vm(JsonWriter& json, const Encoder& from, const Vm& vm, Depth depth) {
  const Model& model = from.model;
  json.open_object();
  json.guid(Kind::vm, vm.id);
  json.text("uuid", guid(Kind::vm_uuid, vm.id));
  json.text("name", vm.name);
  json.text("originalName", vm.original_name.empty() ? vm.name : vm.original_name);
  json.choice("type", {"VM", "Virtual machine"});
  json.flag("present", vm.present);
  encode_protection_of(json, from.profile, vm);
  encode_place(json, model, vm);
  encode_running(json, from, vm);
  const bool names_project = from.profile.project_in_list || depth == Depth::detail;
  if (names_project && vm.project)
    json.reference("project", Kind::project, *vm.project, at(model.projects, *vm.project).name);
  if (names_project && !vm.project) json.absent("project");
  vm.policy ? json.reference("vmBackupPolicy", Kind::policy, *vm.policy, at(model.policies, *vm.policy).name)
            : json.absent("vmBackupPolicy");
  if (from.profile.modern) encode_modern(json, vm);
  if (depth == Depth::detail) encode_vm_detail(json, from, vm);
  encode_unknown(json);
  json.close_object();
}

}  // namespace simulator
