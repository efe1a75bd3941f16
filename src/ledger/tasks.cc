#include "ledger/tasks.h"

#include <map>
#include <utility>

#include "ledger/query.h"
#include "ledger/stored.h"

namespace ledger::tasks {
namespace {

using Group = std::pair<std::string, std::string>;  // tenant and type, as they are stored

struct Increment {
  long long finished = 0;
  long long failures = 0;
};

struct Task {
  Group group;
  bool failed = false;
};

// Each task once and in the order of ids, in which every process locks them.
using Tasks = std::map<std::string, Task>;

Tasks merged(const std::vector<EndedTask>& tasks) {
  Tasks all;
  for (const EndedTask& task : tasks) {
    Group group(stored_text(task.tenant.view()), stored_text(task.type.view()));
    Task& kept = all.try_emplace(stored_text(task.id.text()), Task{std::move(group), false}).first->second;
    kept.failed = kept.failed || task.failed;
  }
  return all;
}

// The ids among them that were not in the ledger.
std::vector<std::string> insert(soci::session& session, const std::string& server, const Tasks& tasks) {
  std::vector<std::string> inserted;
  auto next = tasks.begin();
  run_over_rows(
      session,
      {"INSERT INTO ledger_tasks (server, id, failed) VALUES ",
       " ON CONFLICT (server, id) DO NOTHING RETURNING id"},
      tasks.size(),
      [&](std::size_t) {
        const auto& [id, task] = *next++;
        return Row{server, id, task.failed ? 1LL : 0LL};
      },
      {kText}, [&](const Row& row) { inserted.push_back(row[0].text()); });
  return inserted;
}

// The failed ones among them that were counted as not failed.
std::vector<std::string> mark_failed(soci::session& session, const std::string& server, const Tasks& tasks) {
  std::vector<std::string> failed;
  for (const auto& [id, task] : tasks) {
    if (task.failed) failed.push_back(id);
  }
  std::vector<std::string> marked;
  run_over_rows(
      session,
      {"UPDATE ledger_tasks SET failed = 1 WHERE failed = 0 AND server = :server AND id IN (",
       ") RETURNING id",
       {server}},
      failed.size(), [&](std::size_t at) { return Row{failed[at]}; }, {kText},
      [&](const Row& row) { marked.push_back(row[0].text()); });
  return marked;
}

// Of every group among the tasks, also where it is nothing.
std::map<Group, Increment> increments_of(soci::session& session, const std::string& server,
                                         const Tasks& tasks) {
  std::map<Group, Increment> all;
  for (const auto& [_, task] : tasks) all[task.group];
  for (const std::string& id : insert(session, server, tasks)) {
    const Task& task = tasks.at(id);
    ++all[task.group].finished;
    if (task.failed) ++all[task.group].failures;
  }
  for (const std::string& id : mark_failed(session, server, tasks)) ++all[tasks.at(id).group].failures;
  return all;
}

void add(soci::session& session, const std::string& server, const std::map<Group, Increment>& increments,
         base::TimePoint now) {
  std::vector<Row> rows;
  for (const auto& [group, increment] : increments) {
    const auto& [finished, failures] = increment;
    if (finished + failures > 0) rows.push_back({server, group.first, group.second, finished, failures, now});
  }
  run_over_rows(
      session,
      {"INSERT INTO ledger_task_counters (server, tenant, type, finished, failures, created) VALUES ",
       " ON CONFLICT (server, tenant, type) DO UPDATE SET"
       " finished = ledger_task_counters.finished + excluded.finished,"
       " failures = ledger_task_counters.failures + excluded.failures"},
      rows.size(), [&](std::size_t at) { return rows[at]; });
}

// All counters of the server: there are few.
domain::TaskCounters counters(soci::session& session, const std::string& server) {
  domain::TaskCounters all;
  run(session,
      "SELECT tenant, type, finished, failures, created FROM ledger_task_counters WHERE server = :server",
      {server}, {kText, kText, kNumber, kNumber, kNumber}, [&](const Row& row) {
        const domain::TaskGroupId group{base::SharedText(row[0].text()), base::SharedText(row[1].text())};
        all[group] = {static_cast<std::uint64_t>(row[2].number()),
                      static_cast<std::uint64_t>(row[3].number()), row[4].time()};
      });
  return all;
}

}  // namespace

TaskBook read(soci::session& session, const std::string& server) {
  TaskBook book;
  run(session, "SELECT id, failed FROM ledger_tasks WHERE server = :server", {server}, {kText, kNumber},
      [&](const Row& row) { book.counted[domain::TaskId(row[0].text())] = row[1].number() != 0; });
  book.counters = counters(session, server);
  return book;
}

domain::TaskCounters count(soci::session& session, const std::string& server,
                           const std::vector<EndedTask>& tasks, base::TimePoint now) {
  const auto increments = increments_of(session, server, merged(tasks));
  add(session, server, increments, now);
  domain::TaskCounters result = counters(session, server);
  std::erase_if(result, [&](const auto& counter) {
    return !increments.contains({counter.first.tenant.str(), counter.first.type.str()});
  });
  return result;
}

void forget(soci::session& session, const std::string& server, const std::vector<domain::TaskId>& tasks) {
  run_over_rows(session, {"DELETE FROM ledger_tasks WHERE server = :server AND id IN (", ")", {server}},
                tasks.size(), [&](std::size_t at) { return Row{stored_text(tasks[at].text())}; });
}

}  // namespace ledger::tasks
