#include "runbook/trail.h"

#include <string_view>

namespace runbook {
namespace {

using domain::Job;
using domain::JobState;
using domain::Operation;
using ledger::AuditEntry;

constexpr const char* kOurselves = "exporter";

std::string object_of(const Job& job) {
  if (job.vm.empty()) return job.name;
  return job.name + " " + job.vm.text();
}

AuditEntry entry_of(const Operation& operation, const Job& job, base::TimePoint now) {
  return {.at = now,
          .actor = kOurselves,
          .source = {},
          .action = std::string(domain::name_of(operation.kind)),
          .server = job.server,
          .tenant = job.tenant,
          .object = object_of(job),
          .decision = {},
          .rule = job.rule,
          .operation = operation.id,
          .detail = job.detail};
}

std::string with_tasks(const Job& job) {
  std::string text = job.detail;
  const auto add = [&](const char* what, const std::string& id) {
    if (!id.empty()) text += (text.empty() ? "" : " ") + (what + id);
  };
  add("task ", job.task.text());
  add("then task ", job.second_task.text());
  add("backup ", job.backup.text());
  return text;
}

// Absent where there is nothing to say.
std::string_view said_by(const Job& before, const Job& job) {
  if (before.state != job.state) {
    if (job.state == JobState::sending) return "asked";
    if (job.state == JobState::searching) return "answer_lost";
    if (job.state == JobState::waiting) return "to_be_sent_again";
    if (job.state == JobState::ended) return domain::name_of(job.outcome);
  }
  if (before.task != job.task || before.second_task != job.second_task) return "task_known";
  return {};
}

}  // namespace

AuditEntry decision_of(const Operation& operation, const Job& job, base::TimePoint now) {
  AuditEntry entry = entry_of(operation, job, now);
  entry.actor = operation.caller;
  entry.source = operation.source;
  entry.decision = name_of(verdict_of(job));
  if (!operation.reason.empty())
    entry.detail += (entry.detail.empty() ? "" : " ") + ("Reason: " + operation.reason);
  return entry;
}

std::vector<AuditEntry> changes_of(const Operation& operation, const Job& before, const Job& job,
                                   base::TimePoint now) {
  const std::string_view decision = said_by(before, job);
  if (decision.empty()) return {};
  AuditEntry entry = entry_of(operation, job, now);
  entry.decision = decision;
  entry.detail = with_tasks(job);
  return {entry};
}

}  // namespace runbook
