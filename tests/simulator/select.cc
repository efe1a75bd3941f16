#include "select.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "encode.h"

namespace simulator {
namespace {

using Texts = std::vector<std::string_view>;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool contains(std::string_view text, std::string_view part) {
  return std::search(text.begin(), text.end(), part.begin(), part.end(),
                     [](char a, char b) { return lower(a) == lower(b); }) != text.end();
}

bool is_one_of(const Texts& wanted, std::string_view name) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
}

// A filter on a reference: none, one known object, or one that no row can have (0).
std::optional<Id> wanted_id(const Query& query, std::string_view name, Kind kind) {
  const auto text = query.value(name);
  return text ? std::optional(id_of(kind, *text).value_or(0)) : std::nullopt;
}

bool agrees(const std::optional<Id>& wanted, const std::optional<Id>& has) {
  return !wanted || has == wanted;
}

// The value of the request's tenant filter, in the spelling that this version reads.
std::optional<std::string_view> wanted_tenant(const Question& question) {
  if (!question.tenant_filter) return std::nullopt;
  for (const std::string_view name : question.profile.tenant_filters) {
    if (const auto tenant = question.query.value(name)) return tenant;
  }
  return std::nullopt;
}

std::optional<Id> wanted_project(const Question& question) {
  const auto tenant = wanted_tenant(question);
  return tenant ? std::optional(id_of(Kind::project_uuid, *tenant).value_or(0)) : std::nullopt;
}

std::string_view protection_name(const Vm& vm) {
  if (!vm.up_to_date) return "NO_SCHEDULE";
  return *vm.up_to_date ? "IS_PROTECTED" : "NOT_PROTECTED";
}

bool matches_text(const Model& model, const Vm& vm, std::string_view text) {
  if (contains(vm.name, text) || contains(guid(Kind::vm, vm.id), text)) return true;
  if (contains(guid(Kind::vm_uuid, vm.id), text)) return true;
  return vm.policy && contains(at(model.policies, *vm.policy).name, text);
}

std::string_view manager_type(const Model& model, const Vm& vm) {
  return vm.hypervisor ? at(model.managers, at(model.hypervisors, *vm.hypervisor).manager).type
                       : std::string_view();
}

template <class Rows, class Less>
void sort_rows(Rows& rows, const Query& query, Less less) {
  std::stable_sort(rows.begin(), rows.end(), less);
  if (query.value("direction") == "desc" || query.value("direction") == "DESC")
    std::reverse(rows.begin(), rows.end());
}

void sort_vms(std::vector<Id>& rows, const Question& question) {
  const auto key = question.profile.paging ? question.query.value("orderBy") : std::nullopt;
  const auto by = [&](auto member) {
    sort_rows(rows, question.query, [&](Id a, Id b) {
      return at(question.model.vms, a).*member < at(question.model.vms, b).*member;
    });
  };
  if (key == "name") by(&Vm::name);
  if (key == "present") by(&Vm::present);
  if (key == "lastBackup") by(&Vm::last_backup);
  if (key == "guid") by(&Vm::id);
}

// The time by which backups are chosen and sorted: snapshotTime, or backupTime where there is no snapshot.
OptionalTime time_of(const Backup& backup) {
  return backup.snapshot_at ? backup.snapshot_at : backup.given_up_at;
}

void by_time(std::vector<const Backup*>& rows, const Question& question) {
  sort_rows(rows, question.query, [](const Backup* a, const Backup* b) { return time_of(*a) < time_of(*b); });
}

void sort_backups(std::vector<const Backup*>& rows, const Question& question) {
  const auto key = question.profile.paging ? question.query.value("orderBy") : std::nullopt;
  const auto by = [&](auto member) {
    sort_rows(rows, question.query,
              [&](const Backup* a, const Backup* b) { return a->*member < b->*member; });
  };
  if (key == "snapshotTime" || key == "backupTime") by_time(rows, question);
  if (key == "size") by(&Backup::size);
  if (key == "guid") by(&Backup::id);
}

// `from` and `to` of a request, in milliseconds.
struct Range {
  std::int64_t from = std::numeric_limits<std::int64_t>::min();
  std::int64_t to = std::numeric_limits<std::int64_t>::max();
  bool limited = false;
};

Range range_of(const Question& question) {
  Range range;
  if (!question.profile.backup_times) return range;
  range.from = question.query.number("from").value_or(range.from);
  range.to = question.query.number("to").value_or(range.to);
  range.limited = question.query.number("from") || question.query.number("to");
  return range;
}

// Rows that have no time yet, the queued ones, are in no range.
bool in_range(const OptionalTime& time, const Range& range) {
  if (!range.limited || !time) return !range.limited;
  const std::int64_t at = time->time_since_epoch().count();
  return at >= range.from && at <= range.to;
}

// Backups are in the order of queued_at, and none is queued for longer than two days.
auto first_in(const Model& model, const Range& range) {
  constexpr std::int64_t kTwoDays = Millis(std::chrono::days(2)).count();
  const TimePoint since{Millis(std::max<std::int64_t>(range.from, kTwoDays) - kTwoDays)};
  return std::lower_bound(model.backups.begin(), model.backups.end(), since,
                          [](const Backup& backup, TimePoint time) { return backup.queued_at < time; });
}

template <class Row>
std::vector<Id> of_tenant(const Question& question, const std::vector<Row>& all) {
  const auto tenant = wanted_tenant(question);
  const auto project = wanted_project(question);
  const std::string_view name_like = question.query.value("nameLike").value_or("");
  std::vector<Id> rows = named_rows(all.size());
  std::erase_if(rows, [&](Id id) {
    const Row& row = at(all, id);
    const bool is_theirs = agrees(project, row.project) || (tenant && *tenant == row.tenant);
    return row.gone || !is_theirs || !contains(row.name, name_like);
  });
  return rows;
}

}  // namespace

std::vector<Id> named_rows(std::size_t count) {
  std::vector<Id> rows(count);
  std::iota(rows.begin(), rows.end(), Id{1});
  return rows;
}

std::vector<Id> vms_asked_for(const Question& question) {
  const Query& query = question.query;
  const auto project = wanted_project(question);
  const auto uuid = wanted_id(query, "uuid", Kind::vm_uuid);
  const auto policy = wanted_id(query, "policy", Kind::policy);
  const auto name_like = query.value("nameLike"), text = query.value("filter");
  const Texts types = query.values("hypervisor-manager-type"), protection = query.values("backupStatus");
  std::vector<Id> rows;
  rows.reserve(question.model.vms.size());
  for (const Vm& vm : question.model.vms) {
    if (vm.gone || !agrees(project, vm.project) || !agrees(uuid, vm.id) || !agrees(policy, vm.policy))
      continue;
    if (name_like && !contains(vm.name, *name_like)) continue;
    if (text && !matches_text(question.model, vm, *text)) continue;
    if (!types.empty() && !is_one_of(types, manager_type(question.model, vm))) continue;
    if (!protection.empty() && !is_one_of(protection, protection_name(vm))) continue;
    rows.push_back(vm.id);
  }
  sort_vms(rows, question);
  return rows;
}

std::vector<const Backup*> backups_asked_for(const Question& question) {
  const Query& query = question.query;
  const Model& model = question.model;
  const auto project = wanted_project(question);
  const auto vm = wanted_id(query, "protected-entity", Kind::vm);
  const auto rule = wanted_id(query, "backup-rule", Kind::rule);
  const auto destination = wanted_id(query, "backup-destination", Kind::destination);
  const Range range = range_of(question);
  const auto least = static_cast<Bytes>(std::max<std::int64_t>(0, query.number("min-size").value_or(0)));
  const Texts statuses = query.values("status"), types = query.values("type");
  std::vector<const Backup*> rows;
  if (!is_one_of(query.values("protected-entity-type"), "VM")) return rows;
  for (auto it = first_in(model, range); it != model.backups.end(); ++it) {
    if (!agrees(vm, it->vm) || !agrees(rule, it->rule) || !agrees(destination, it->destination)) continue;
    if (project && !agrees(project, at(model.vms, it->vm).project)) continue;
    if (it->size < least || !in_range(time_of(*it), range)) continue;
    if (!statuses.empty() && !is_one_of(statuses, choice_of(question.profile, it->status).name)) continue;
    if (!types.empty() && !is_one_of(types, choice_of(it->type).name)) continue;
    rows.push_back(&*it);
  }
  sort_backups(rows, question);
  return rows;
}

std::vector<const Task*> tasks_asked_for(const Question& question) {
  const Query& query = question.query;
  const auto project = wanted_project(question);
  const auto vm = wanted_id(query, "protected-entity", Kind::vm);
  const auto backup = wanted_id(query, "backup", Kind::backup);
  const auto schedule = wanted_id(query, "schedule", Kind::schedule);
  const auto node = wanted_id(query, "node", Kind::node);
  // 3.9 knows only the singular.
  const Texts states = question.profile.paging ? query.values("states") : Texts{},
              state = query.values("state");
  const Texts types = query.values("type");
  std::vector<const Task*> rows;
  for (const Task& task : question.model.tasks) {
    if (!agrees(vm, task.vm) || !agrees(backup, task.backup) || !agrees(node, task.node)) continue;
    if (!agrees(schedule, task.schedule)) continue;
    if (project && !(task.vm && agrees(project, at(question.model.vms, *task.vm).project))) continue;
    const std::string_view name = choice_of(task.state).name;
    if (!is_one_of(states, name) || !is_one_of(state, name)) continue;
    if (!is_one_of(types, choice_of(question.profile, task.type).name)) continue;
    rows.push_back(&task);
  }
  return rows;
}

std::vector<const RestoreJob*> restore_jobs_asked_for(const Question& question) {
  const auto vm = wanted_id(question.query, "protected-entity", Kind::vm);
  const Range range = range_of(question);
  std::vector<const RestoreJob*> rows;
  for (const RestoreJob& job : question.model.restore_jobs) {
    if (agrees(vm, job.vm) && in_range(job.asked_at, range)) rows.push_back(&job);
  }
  return rows;
}

std::vector<Id> schedules_asked_for(const Question& question) {
  const Texts types = question.query.values("type");
  if (!is_one_of(types, "VM_BACKUP")) return {};
  return of_tenant(question, question.model.schedules);
}

std::vector<Id> policies_asked_for(const Question& question) {
  return of_tenant(question, question.model.policies);
}

std::vector<Id> rules_asked_for(const Question& question) {
  const std::string_view name = question.profile.old_names ? "rule" : "policy";
  const auto policy = wanted_id(question.query, name, Kind::policy);
  std::vector<Id> rows = named_rows(question.model.rules.size());
  std::erase_if(rows, [&](Id id) {
    const Rule& rule = at(question.model.rules, id);
    return rule.gone || !agrees(policy, rule.policy);
  });
  return rows;
}

}  // namespace simulator
