#include "collector/task_book.h"

#include <memory>
#include <utility>

#include "domain/tenant.h"

namespace collector {
namespace {

using domain::Task;

constexpr std::chrono::hours kNextLookForOld{1};

bool has_failed(const Task& task) { return task.state == "FAILED"; }

bool has_ended(const Task& task) {
  return has_failed(task) || task.state == "FINISHED" || task.state == "CANCELLED";
}

}  // namespace

TaskBook::TaskBook(ledger::Ledger& ledger, std::string server, const domain::Shard& shard)
    : ledger_(ledger), server_(std::move(server)), shard_(shard) {}

base::Shared<domain::TaskCounters> TaskBook::note(const std::vector<Task>& listed,
                                                  const std::vector<domain::Vm>& vms, base::TimePoint now,
                                                  const Portion& portion) {
  if (!loaded_ && !load(now)) return nullptr;
  const auto fresh = uncounted(listed, now, portion);
  if (!fresh.empty()) count(fresh, vms, now);
  forget_old(now);
  if (!published_) published_ = std::make_shared<const domain::TaskCounters>(counters_);
  return published_;
}

bool TaskBook::load(base::TimePoint now) {
  auto book = ledger_.tasks(server_);
  if (!book) return false;
  for (const auto& [id, failed] : book->counted) counted_[id] = {.failed = failed, .listed = now};
  counters_ = std::move(book->counters);
  std::erase_if(counters_, [&](const auto& counter) {
    return !domain::owns(shard_, server_, counter.first.tenant.view());
  });
  looked_for_old_ = now;
  return loaded_ = true;
}

// Those of other shards are taken down as listed, too: nobody may forget that they were counted.
std::vector<const Task*> TaskBook::uncounted(const std::vector<Task>& listed, base::TimePoint now,
                                             const Portion& portion) {
  std::vector<const Task*> fresh;
  for (const Task& task : listed) {
    if (!has_ended(task)) continue;
    const auto known = counted_.find(task.id);
    if (known != counted_.end()) known->second.listed = now;
    const bool is_fresh = known == counted_.end() || (has_failed(task) && !known->second.failed);
    if (is_fresh && portion.has(task)) fresh.push_back(&task);
  }
  return fresh;
}

void TaskBook::count(const std::vector<const Task*>& tasks, const std::vector<domain::Vm>& vms,
                     base::TimePoint now) {
  const auto tenants = domain::tenants_of(tasks, vms);
  std::vector<ledger::EndedTask> ended;
  ended.reserve(tasks.size());
  for (const Task* task : tasks) {
    const base::SharedText& tenant = tenants.at(task->entity);
    if (!domain::owns(shard_, server_, tenant.view())) continue;  // its VM is not in the list of VMs yet
    ended.push_back({.id = task->id, .tenant = tenant, .type = task->type, .failed = has_failed(*task)});
  }
  if (ended.empty()) return;
  const auto counters = ledger_.count(server_, ended, now);
  if (!counters) return;  // counted with the next list
  for (const auto& [group, counter] : *counters) counters_[group] = counter;
  for (const ledger::EndedTask& task : ended) counted_[task.id] = {.failed = task.failed, .listed = now};
  published_ = nullptr;
}

void TaskBook::forget_old(base::TimePoint now) {
  if (now - looked_for_old_ < kNextLookForOld) return;
  looked_for_old_ = now;
  std::vector<domain::TaskId> old;
  for (const auto& [id, task] : counted_) {
    if (task.listed + kForgetAfter < now) old.push_back(id);
  }
  if (old.empty() || !ledger_.forget(server_, old)) return;
  for (const domain::TaskId& id : old) counted_.erase(id);
}

}  // namespace collector
