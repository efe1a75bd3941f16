#include <array>
#include <utility>

#include "scenario.h"

namespace simulator {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Bytes kGiB = Bytes{1} << 30U;
constexpr TimePoint kToday = std::chrono::floor<days>(kGoldenNow);
constexpr TimePoint kNight = kToday + hours(1);
constexpr TimePoint kLastSunday = kToday - days(4) + hours(1);

enum PolicyId : Id { kGold = 1, kSilver, kPaused, kWeekly };
enum ScheduleId : Id {
  kNightly = 1,
  kSundayFull,
  kEveryTwoHours,
  kPausedNightly,
  kStoppedWeekly,
  kFirstSunday
};
enum ProjectId : Id { kFinance = 1, kResearch, kWeb };

void build_infrastructure(Model& model) {
  model.projects = {{"finance"}, {"R&D \"lab\"\nźródło"}, {"web"}};
  model.managers = {{"https://keystone.example:5000/v3", "OPENSTACK", "OpenStack"}};
  model.hypervisors = {{"compute-01", 1}, {"compute-02", 1}};
  model.nodes = {
      {.name = "node-1", .address = "10.0.0.21", .staging_total = 1024 * kGiB, .staging_used = 200 * kGiB},
      {.name = "node-2",
       .address = "10.0.0.22",
       .staging_total = 512 * kGiB,
       .staging_used = 500 * kGiB,
       .died_at = kToday + hours(3)},
      {.name = "node-3", .address = "10.0.0.23", .reported = false}};
  model.destinations = {
      {"xfs-main", "SYNTHETICXFS", "File system (synthetic)", 9 * 1024 * kGiB, 20 * 1024 * kGiB, true},
      {"s3-archive", "S3", "S3", 3 * 1024 * kGiB, std::nullopt, false}};
}

void build_plans(Model& model) {
  model.policies = {
      {"Gold", true, 70, 1, kFinance}, {"Silver", true, 50, 0, kWeb}, {"Paused", false}, {"Weekly \\ old"}};
  model.rules = {
      {.name = "Default", .policy = kGold, .destination = 1, .secondary = 2},
      {.name = "Default", .policy = kSilver, .destination = 1},
      {.name = "Default", .policy = kPaused, .destination = 1},
      {.name = "Default", .policy = kWeekly, .destination = 2},
      {.name = "Leftover", .policy = kGold, .destination = 2, .active = false, .marked_for_deletion = true}};
  model.schedules = {
      {.name = "Nightly inc",
       .hour = hours(1),
       .days = 0b0011111,
       .rules = {1},
       .last_run = kNight,
       .project = kFinance},
      {.name = "Sunday full",
       .backup_type = BackupType::full,
       .hour = hours(1),
       .days = 0b1000000,
       .rules = {1},
       .last_run = kLastSunday,
       .project = kFinance},
      {.name = "Every two hours",
       .execution = Execution::interval,
       .window = hours(1),
       .interval_end = hours(22),
       .frequency = hours(2),
       .rules = {2},
       .last_run = kToday + hours(10)},
      {.name = "Paused nightly", .hour = hours(2), .rules = {3}, .last_run = kToday - days(30) + hours(2)},
      {.name = "Stopped weekly",
       .active = false,
       .hour = hours(2),
       .days = 0b1000000,
       .rules = {4},
       .last_run = kToday - days(32) + hours(2)},
      {.name = "First Sunday of winter months",
       .backup_type = BackupType::full,
       .hour = hours(3) + minutes(30),
       .days = 0b1000000,
       .months = 0b100000000011,
       .occurrences = 0b00001,
       .rules = {1}}};
}

Vm& add_vm(Model& model, std::string name, std::optional<Id> project, std::optional<Id> policy) {
  return model.add(
      Vm{.name = std::move(name), .project = project, .policy = policy, .hypervisor = 1, .disk = 100 * kGiB});
}

void build_vms(Model& model) {
  add_vm(model, "erp-db-01", kFinance, kGold);
  add_vm(model, "web-01", kWeb, kGold).up_to_date = false;
  add_vm(model, "never-backed-up", kFinance, kGold).up_to_date = false;
  add_vm(model, "scratch-7", std::nullopt, std::nullopt).hypervisor = std::nullopt;
  Vm& retired = add_vm(model, "retired-01", kFinance, kGold);
  retired.present = false;
  retired.up_to_date = false;
  add_vm(model, "paused-01", kWeb, kPaused);
  add_vm(model, "idle-01", kWeb, kWeekly);
  add_vm(model, "quo\"ted\nsecond line \\ tab\t zażółć 試験 \U0001F680", kResearch, kSilver);
  add_vm(model, "twin", kWeb, kSilver);
  add_vm(model, "twin", kResearch, kSilver).hypervisor = 2;
  add_vm(model, "partial-01", kFinance, kGold);
  add_vm(model, "running-01", kWeb, kSilver);
  add_vm(model, "queued-01", kWeb, kSilver);
  add_vm(model, "renamed-01", kWeb, kSilver).original_name = "before-the-rename";
}

struct Run {
  Id vm;
  TimePoint at;
  BackupType type;
  BackupStatus status;
  Id schedule;
  Bytes size;
  std::string_view info{};
};

const std::array kRuns{
    Run{5, kToday - days(61) + hours(1), BackupType::full, BackupStatus::success_removed, kNightly,
        20 * kGiB},
    Run{7, kToday - days(32) + hours(2), BackupType::full, BackupStatus::success, kStoppedWeekly, 40 * kGiB},
    Run{6, kToday - days(30) + hours(2), BackupType::full, BackupStatus::success, kPausedNightly, 30 * kGiB},
    Run{1, kLastSunday, BackupType::full, BackupStatus::success, kSundayFull, 120 * kGiB},
    Run{2, kLastSunday, BackupType::full, BackupStatus::success, kSundayFull, 50 * kGiB},
    Run{11, kLastSunday, BackupType::full, BackupStatus::partial_success, kSundayFull, 60 * kGiB,
        "1 of 3 disks was skipped: raw device mapping"},
    Run{8, kToday - days(2), BackupType::full, BackupStatus::success, kEveryTwoHours, 10 * kGiB},
    Run{9, kToday - days(2), BackupType::full, BackupStatus::success, kEveryTwoHours, 11 * kGiB},
    Run{10, kToday - days(2), BackupType::full, BackupStatus::success, kEveryTwoHours, 12 * kGiB},
    Run{12, kToday - days(2), BackupType::full, BackupStatus::success, kEveryTwoHours, 13 * kGiB},
    Run{13, kToday - days(2), BackupType::full, BackupStatus::success, kEveryTwoHours, 14 * kGiB},
    Run{14, kToday - days(2), BackupType::full, BackupStatus::success_removed, kEveryTwoHours, 15 * kGiB},
    Run{2, kNight - days(1), BackupType::incremental, BackupStatus::failed, kNightly, 0,
        "Export failed: snapshot could not be created"},
    Run{1, kNight, BackupType::incremental, BackupStatus::success, kNightly, 7 * kGiB},
    Run{2, kNight, BackupType::incremental, BackupStatus::failed, kNightly, 0,
        "Export failed: connection lost\n  at disk \"vda\" of \\\\host\\share — błąd"},
    Run{11, kNight, BackupType::incremental, BackupStatus::partial_success, kNightly, 3 * kGiB,
        "1 of 3 disks was skipped: raw device mapping"},
    Run{8, kToday + hours(10), BackupType::incremental, BackupStatus::success, kEveryTwoHours, kGiB},
    Run{9, kToday + hours(10), BackupType::incremental, BackupStatus::success, kEveryTwoHours, kGiB + 1},
    Run{10, kToday + hours(10), BackupType::incremental, BackupStatus::success, kEveryTwoHours, kGiB + 2},
    Run{12, kToday + hours(10), BackupType::incremental, BackupStatus::success, kEveryTwoHours, kGiB + 3},
};

void add_run(Model& model, const Run& run) {
  Vm& vm = at(model.vms, run.vm);
  const bool failed = run.status == BackupStatus::failed;
  const Backup& backup = model.add(Backup{.vm = run.vm,
                                          .rule = vm.policy.value_or(1),
                                          .schedule = run.schedule,
                                          .parent = vm.last_full && run.type == BackupType::incremental
                                                        ? std::optional(vm.last_full->id)
                                                        : std::nullopt,
                                          .status = run.status,
                                          .type = run.type,
                                          .warnings = run.status == BackupStatus::partial_success,
                                          .queued_at = run.at,
                                          .snapshot_at = run.at + seconds(5),
                                          .size = run.size,
                                          .queued_export = seconds(5),
                                          .exported = seconds(48),
                                          .queued_store = seconds(failed ? 0 : 3),
                                          .stored = seconds(failed ? 0 : 120),
                                          .status_info = std::string(run.info)});
  if (failed) return;
  note_success(vm, backup);
  if (vm.present && is_scheduled(model, vm) && !vm.up_to_date) vm.up_to_date = true;
}

Task ended_task(Id backup, Id vm, TaskType type, TimePoint start, TaskState state) {
  return {.type = type,
          .state = state,
          .backup_type = BackupType::incremental,
          .vm = vm,
          .backup = backup,
          .schedule = kNightly,
          .node = 1,
          .destination = 1,
          .manager = 1,
          .priority = 70,
          .queued_at = start - seconds(5),
          .window_end = start + hours(6),
          .started = start,
          .finished = start + seconds(48),
          .planned_end = start + seconds(48),
          .status_info = state == TaskState::failed ? "Export failed: connection lost" : ""};
}

void add_open_work(Model& model) {
  const Backup& running = model.add(Backup{.vm = 12,
                                           .rule = 2,
                                           .schedule = kEveryTwoHours,
                                           .status = BackupStatus::in_progress,
                                           .queued_at = kGoldenNow - minutes(10),
                                           .snapshot_at = kGoldenNow - minutes(5),
                                           .queued_export = minutes(5)});
  const Backup& queued = model.add(
      Backup{.vm = 13, .rule = 2, .schedule = kEveryTwoHours, .queued_at = kGoldenNow - minutes(9)});
  Task export_task =
      ended_task(running.id, 12, TaskType::export_, kGoldenNow - minutes(5), TaskState::running);
  export_task.schedule = kEveryTwoHours;
  export_task.backup_type = BackupType::full;
  export_task.queued_at = running.queued_at;
  export_task.finished = std::nullopt;
  export_task.planned_end = kGoldenNow + minutes(5);
  at(model.vms, 12).running = model.add(export_task).id;
  model.add(Task{.backup_type = BackupType::full,
                 .vm = 13,
                 .backup = queued.id,
                 .schedule = kEveryTwoHours,
                 .destination = 1,
                 .manager = 1,
                 .queued_at = queued.queued_at,
                 .window_end = queued.queued_at + hours(1)});
}

void add_tasks(Model& model) {
  model.add(ended_task(14, 1, TaskType::export_, kNight + seconds(5), TaskState::finished));
  model.add(ended_task(14, 1, TaskType::store, kNight + seconds(56), TaskState::finished));
  model.add(ended_task(15, 2, TaskType::export_, kNight + seconds(5), TaskState::failed));
  Task cancelled = ended_task(16, 11, TaskType::export_, kNight + hours(2), TaskState::cancelled);
  cancelled.node = std::nullopt;
  cancelled.started = cancelled.planned_end = std::nullopt;
  model.add(cancelled);
  add_open_work(model);
  model.add(Task{.type = TaskType::inventory_sync,
                 .state = TaskState::finished,
                 .node = 1,
                 .manager = 1,
                 .queued_at = kGoldenNow - hours(1),
                 .window_end = kGoldenNow,
                 .started = kGoldenNow - minutes(59),
                 .finished = kGoldenNow - minutes(58)});
}

}  // namespace

Model golden_scenario() {
  Model model;
  build_infrastructure(model);
  build_plans(model);
  build_vms(model);
  for (const Run& run : kRuns) add_run(model, run);
  add_tasks(model);
  return model;
}

}  // namespace simulator
