#include "runbook/intake.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "base/digest.h"
#include "base/text.h"
#include "runbook/backup_plan.h"
#include "runbook/targets.h"
#include "runbook/trail.h"

namespace runbook {
namespace {

using domain::Job;
using domain::Operation;
using domain::OperationKind;

constexpr std::size_t kMostName = 200;

std::string digest_of(OperationKind kind, const std::string& text) {
  return base::to_hex(base::sha256_of(std::string(domain::name_of(kind)) + '\n' + text));
}

Job job_for(const Subject& subject, std::size_t number) {
  Job job;
  job.number = static_cast<std::uint32_t>(number);
  job.server = subject.server->name;
  job.tenant = subject.vm->tenant.str();
  job.vm = subject.vm->id;
  job.name = base::excerpt(subject.vm->name, kMostName);
  return job;
}

// Of a VM that was not found: what was asked for stands for its name.
Job job_for_nothing(const std::string& server, const std::string& asked, std::size_t number) {
  Job job;
  job.number = static_cast<std::uint32_t>(number);
  job.server = base::excerpt(server, kMostName);
  job.name = asked;
  return job;
}

Job backup_job(const domain::Snapshot& snapshot, const Actor& actor, const BackupRequest& request,
               std::size_t number, const Options& options, base::TimePoint now) {
  const VmSelector& selector = request.vms[number];
  const auto found = find_vm(snapshot, actor.scope, request.server, selector);
  if (const auto* refusal = std::get_if<Refusal>(&found)) {
    Job job = job_for_nothing(request.server, text_of(selector), number);
    refuse(job, *refusal, now);
    return job;
  }
  const Subject& subject = std::get<Subject>(found);
  Job job = job_for(subject, number);
  const BackupWish wish{.type = request.type,
                        .priority = request.priority,
                        .window = request.window.value_or(options.window),
                        .destination = request.destination};
  const auto plan = plan_backup(subject, wish, options.guard.recent_success, now);
  if (const auto* refusal = std::get_if<Refusal>(&plan)) {
    refuse(job, *refusal, now);
    return job;
  }
  job.ask = to_text(std::get<BackupPlan>(plan));
  job.detail = std::get<BackupPlan>(plan).note;
  job.changed = now;
  return job;
}

std::string label_of(const Alert& alert, const char* name) {
  const auto found = alert.labels.find(name);
  return found == alert.labels.end() ? std::string() : found->second;
}

bool match_all(const std::vector<Matcher>& matchers, const Alert& alert) {
  return std::all_of(matchers.begin(), matchers.end(),
                     [&](const Matcher& matcher) { return matches(matcher, alert.labels); });
}

}  // namespace

std::string new_operation_id(base::TimePoint now) {
  constexpr std::size_t kRandom = 6;
  std::array<char, 17> time{};
  std::snprintf(time.data(), time.size(), "%012llx",
                static_cast<unsigned long long>(now.time_since_epoch().count()));
  std::string id = std::string("op_") + time.data() + "_";
  for (const char byte : base::random_bytes(kRandom)) {
    std::array<char, 3> hex{};
    std::snprintf(hex.data(), hex.size(), "%02x", static_cast<unsigned char>(byte));
    id += hex.data();
  }
  return id;
}

std::string key_of(const Actor& actor, const Common& common, const std::string& id) {
  return common.key.empty() ? "operation:" + id : "request:" + actor.name + ":" + common.key;
}

std::string key_of(const Alert& alert) {
  if (!alert.fingerprint.empty()) return "alert:" + alert.fingerprint + ":" + alert.starts_at;
  std::string labels;
  for (const auto& [name, value] : alert.labels) {
    for (const std::string& part : {name, value})
      labels.append(std::to_string(part.size())).append(":").append(part);
  }
  return "alert:" + base::to_hex(base::sha256_of(labels)) + ":" + alert.starts_at;
}

Operation operation_for(const Actor& actor, const Common& common, OperationKind kind, std::string key,
                        base::TimePoint now) {
  Operation operation;
  operation.id = new_operation_id(now);
  operation.key = key.empty() ? key_of(actor, common, operation.id) : std::move(key);
  operation.digest = digest_of(kind, common.text);
  operation.kind = kind;
  operation.origin = "api";
  operation.caller = actor.name;
  operation.source = actor.source;
  operation.reason = common.reason;
  operation.request = common.text;
  operation.callback = common.callback;
  operation.created = now;
  return operation;
}

std::vector<Job> backup_jobs(const domain::Snapshot& snapshot, const Actor& actor,
                             const BackupRequest& request, const Options& options, base::TimePoint now) {
  std::vector<Job> jobs;
  for (std::size_t number = 0; number < request.vms.size(); ++number)
    jobs.push_back(backup_job(snapshot, actor, request, number, options, now));
  return jobs;
}

Job restore_job(const domain::Snapshot& snapshot, const Actor& actor, const RestoreRequest& request,
                const BackupsOf& backups_of, base::TimePoint now) {
  const auto plan = plan_restore(snapshot, actor.scope, request, backups_of);
  if (const auto* refusal = std::get_if<Refusal>(&plan)) {
    const auto vm = find_vm(snapshot, actor.scope, request.server, request.vm);
    const bool is_known = !text_of(request.vm).empty() && std::holds_alternative<Subject>(vm);
    Job job = is_known ? job_for(std::get<Subject>(vm), 0)
                       : job_for_nothing(request.server,
                                         request.backup.empty()
                                             ? text_of(request.vm)
                                             : "backup " + base::excerpt(request.backup, kMostName),
                                         0);
    refuse(job, *refusal, now);
    return job;
  }
  const auto& good = std::get<RestorePlan>(plan);
  Job job = job_for(good.subject, 0);
  job.ask = to_text(good.ask);
  job.backup = good.ask.backup;
  job.detail = "From the backup of " + base::to_rfc3339(good.backup_at) + ".";
  job.changed = now;
  return job;
}

const AlertAction* action_for(const std::vector<AlertAction>& actions, const Alert& alert) {
  const auto found = std::find_if(actions.begin(), actions.end(),
                                  [&](const AlertAction& action) { return match_all(action.match, alert); });
  return found == actions.end() ? nullptr : &*found;
}

std::optional<AlertTarget> target_of(const Alert& alert) {
  AlertTarget target{.server = label_of(alert, "server"), .vm = {}};
  target.vm.guid = label_of(alert, "guid");
  if (!target.vm.guid.empty()) return target;
  target.vm.name = label_of(alert, "vm");
  target.vm.tenant = label_of(alert, "tenant");
  if (target.vm.name.empty() || target.vm.tenant.empty() || target.server.empty()) return std::nullopt;
  return target;
}

ledger::FactsQuestion question_for(const Operation& operation, const Options& options, bool by_alert,
                                   base::TimePoint now) {
  ledger::FactsQuestion question{.kind = operation.kind,
                                 .vms = {},
                                 .begun_since = budget_begin(options.guard, now),
                                 .alerted_since = now - options.guard.mass_alert_within,
                                 .by_alert = by_alert,
                                 .now = now};
  for (const Job& job : operation.jobs) {
    if (domain::is_open(job) && !job.vm.empty()) question.vms.push_back({job.server, job.vm});
  }
  return question;
}

ledger::Decision decide(Operation operation, const ledger::Facts& facts, const Options& options,
                        bool by_alert, base::TimePoint now) {
  Guard guard(options, facts, now);
  std::vector<ledger::AuditEntry> audit;
  for (Job& job : operation.jobs) {
    if (domain::is_open(job)) {
      if (auto refusal = guard.check(operation.kind, job, by_alert))
        refuse(job, std::move(*refusal), now);
      else
        guard.pass(job);
    }
    audit.push_back(decision_of(operation, job, now));
  }
  return {std::move(operation), std::move(audit)};
}

}  // namespace runbook
