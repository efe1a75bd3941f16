#include "scenario_file.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <limits>
#include <utility>

#include "changes.h"
#include "profile.h"

namespace simulator {
namespace {

using nlohmann::json;
using std::chrono::seconds;

constexpr Bytes kGiB = Bytes{1} << 30U;
constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();

void build_surroundings(Model& model) {
  model.managers = {{"https://keystone.example:5000/v3", "OPENSTACK", "OpenStack"}};
  model.hypervisors = {{"compute-01", 1}};
  model.nodes = {
      {.name = "node-1", .address = "10.0.0.21", .staging_total = 1024 * kGiB, .staging_used = 200 * kGiB}};
  model.destinations = {
      {"xfs-main", "SYNTHETICXFS", "File system (synthetic)", 9 * 1024 * kGiB, 20 * 1024 * kGiB, true}};
}

Behaviour behaviour_named(const ScenarioValue& value) {
  static constexpr std::array<std::pair<std::string_view, Behaviour>, 4> kNames{
      {{"healthy", Behaviour::healthy},
       {"flaky", Behaviour::flaky},
       {"failing", Behaviour::failing},
       {"partial", Behaviour::partial}}};
  const std::string name = value.text();
  for (const auto& [each, behaviour] : kNames) {
    if (each == name) return behaviour;
  }
  value.refuse("'" + name + "' is no behaviour");
}

// The times of a backup whose backupTime is `at`; of one that waits, since when it does.
void set_times(Backup& backup, const ScenarioValue& row, TimePoint at) {
  const auto began = row.find("began");
  const bool waits = backup.status == BackupStatus::queued;
  backup.queued_at = at;
  if (waits || (began && !began->flag())) {
    if (!waits && backup.status != BackupStatus::failed)
      row.refuse("only a FAILED backup may not have begun");
    if (!waits) backup.given_up_at = at;
    return;
  }
  backup.snapshot_at = at - kSnapshotTakes;
  backup.queued_at = *backup.snapshot_at - backup.queued_export;
}

Millis span_or(const ScenarioValue& row, std::string_view key, Millis usual) {
  const auto value = row.find(key);
  return value ? value->span() : usual;
}

void set_phases(Backup& backup, const ScenarioValue& row) {
  const bool stored = is_success(backup.status), began = backup.status != BackupStatus::queued;
  backup.queued_export = span_or(row, "queued_export", seconds(began ? 5 : 0));
  backup.exported = span_or(row, "export", seconds(has_ended(backup.status) ? 48 : 0));
  backup.queued_store = span_or(row, "queued_store", seconds(stored ? 3 : 0));
  backup.stored = span_or(row, "store", seconds(stored ? 120 : 0));
}

Backup backup_in(const ScenarioValue& row, const Site& site, const Vm& vm) {
  row.allow({"at", "type", "status", "size", "info", "warnings", "schedule", "began", "queued_export",
             "export", "queued_store", "store"});
  Backup backup{.vm = vm.id, .status = BackupStatus::success};
  if (const auto status = row.find("status"))
    backup.status = status->parsed("status of a backup", backup_status_named);
  if (const auto type = row.find("type")) backup.type = type->parsed("type of a backup", backup_type_named);
  if (is_success(backup.status)) backup.size = kGiB;
  if (const auto size = row.find("size")) backup.size = static_cast<Bytes>(size->number(0, kAny));
  if (const auto info = row.find("info")) backup.status_info = info->text();
  if (const auto warnings = row.find("warnings")) backup.warnings = warnings->flag();
  if (const auto schedule = row.find("schedule"))
    backup.schedule = row_named(*schedule, "schedule", site.model.schedules);
  set_phases(backup, row);
  set_times(backup, row, row.at("at").moment(site.now));
  if (site.model.rules.empty()) row.refuse("a backup needs a rule, and so a policy, of whatever VM");
  backup.rule = rule_of(site.model, vm);
  return backup;
}

Vm vm_in(const ScenarioValue& row, const Site& site) {
  row.allow({"name", "original_name", "project", "policy", "created", "present", "gone", "frozen",
             "behaviour", "up_to_date", "restorable", "warnings", "last_backup", "disk", "backups"});
  const Model& model = site.model;
  Vm vm{.name = row.at("name").text(), .hypervisor = 1, .disk = 100 * kGiB};
  if (const auto name = row.find("original_name")) vm.original_name = name->text();
  if (const auto project = row.find("project")) vm.project = row_named(*project, "project", model.projects);
  if (const auto policy = row.find("policy")) vm.policy = row_named(*policy, "policy", model.policies);
  if (const auto created = row.find("created")) vm.created = created->moment(site.now);
  if (const auto present = row.find("present")) vm.present = present->flag();
  if (const auto gone = row.find("gone")) vm.gone = gone->flag();
  if (const auto frozen = row.find("frozen")) vm.frozen = frozen->flag();
  if (const auto behaviour = row.find("behaviour")) vm.behaviour = behaviour_named(*behaviour);
  if (const auto restorable = row.find("restorable")) vm.restorable = restorable->flag();
  if (const auto disk = row.find("disk")) vm.disk = static_cast<Bytes>(disk->number(0, kAny));
  return vm;
}

// What the VM's record says itself, after its backups were taken into it.
void override_record(Vm& vm, const ScenarioValue& row, TimePoint now) {
  if (const auto last = row.find("last_backup")) vm.last_backup = last->moment(now);
  if (const auto warnings = row.find("warnings")) vm.warnings = warnings->flag();
  const auto flag = row.find("up_to_date");
  if (flag) vm.up_to_date = flag->is_null() ? std::nullopt : std::optional(flag->flag());
}

void add_backup(Model& model, Backup backup) {
  Vm& vm = at(model.vms, backup.vm);
  if (backup.type == BackupType::incremental && vm.last_full) backup.parent = vm.last_full->id;
  const Backup& added = model.add(std::move(backup));
  ++vm.runs;
  if (is_success(added.status)) note_success(vm, added);
}

void read_vms(const ScenarioValue& file, Site& site) {
  const std::vector<ScenarioValue> rows = file.elements("vms");
  std::vector<Backup> backups;
  for (const ScenarioValue& row : rows) {
    const Vm& vm = site.model.add(vm_in(row, site));
    for (const ScenarioValue& backup : row.elements("backups"))
      backups.push_back(backup_in(backup, site, vm));
  }
  std::stable_sort(backups.begin(), backups.end(),
                   [](const Backup& a, const Backup& b) { return a.queued_at < b.queued_at; });
  for (Backup& backup : backups) add_backup(site.model, std::move(backup));
  judge_again(site.model);
  for (std::size_t i = 0; i < rows.size(); ++i) override_record(site.model.vms[i], rows[i], site.now);
}

// The keys that are for people and for tests.
void check_notes(const ScenarioValue& file) {
  file.at("about").text();
  if (const auto config = file.find("exporter_config")) config->text();
  for (const ScenarioValue& sample : file.elements("absent")) sample.text();
  if (const auto expect = file.find("expect")) expect->numbers();
}

void read_profile(const ScenarioValue& file, Site& site) {
  const auto profile = file.find("profile");
  if (!profile) return;
  site.profile = profile->text();
  try {
    profile_named(site.profile);
  } catch (const std::invalid_argument& error) {
    profile->refuse(error.what());
  }
}

}  // namespace

Site site_in(std::string_view text, OptionalTime now) {
  json parsed;
  try {
    parsed = json::parse(text);
  } catch (const json::exception& error) {
    throw ScenarioError(error.what());
  }
  const ScenarioValue file(parsed, "");
  file.allow({"about", "now", "profile", "exporter_config", "projects", "policies", "rules", "schedules",
              "vms", "tasks", "expect", "absent"});
  check_notes(file);
  Site site{.now = file.at("now").moment({})};
  if (now) site.now = *now;
  read_profile(file, site);
  build_surroundings(site.model);
  for (const ScenarioValue& project : file.elements("projects"))
    site.model.projects.push_back({project.text()});
  read_plans(file, site);
  read_vms(file, site);
  read_tasks(file, site);
  return site;
}

Site site_in_file(const std::string& path, OptionalTime now) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.good() && text.empty()) throw ScenarioError("cannot read " + path);
  try {
    return site_in(text, now);
  } catch (const ScenarioError& error) {
    throw ScenarioError(path + ": " + error.what());
  }
}

}  // namespace simulator
