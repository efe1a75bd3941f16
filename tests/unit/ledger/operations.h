#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ledger/journal.h"
#include "support/manual_clock.h"

// Operations as the tests of the journal make them.
namespace ledger_test {

inline domain::Job job(const std::string& vm, std::string tenant = "finance", std::string server = "prod") {
  domain::Job job;
  job.server = std::move(server);
  job.tenant = std::move(tenant);
  job.name = "name of " + vm;
  job.vm = domain::VmId(vm);
  job.ask = "ask";
  return job;
}

inline domain::Job refused(domain::Job job) {
  job.state = domain::JobState::ended;
  job.outcome = domain::JobOutcome::refused;
  job.rule = "cool_down";
  job.ended = support::kNoon;
  return job;
}

inline domain::Job ended(domain::Job job, domain::JobOutcome outcome, base::TimePoint at = support::kNoon) {
  job.state = domain::JobState::ended;
  job.outcome = outcome;
  job.ended = at;
  return job;
}

// Its key is "key of " and its id.
inline domain::Operation operation(const std::string& id, std::vector<domain::Job> jobs) {
  domain::Operation operation;
  operation.id = id;
  operation.key = "key of " + id;
  operation.digest = "digest";
  operation.origin = "api";
  operation.caller = "ops";
  operation.source = "192.0.2.1";
  operation.created = support::kNoon;
  for (std::uint32_t number = 0; domain::Job & job : jobs) job.number = number++;
  operation.jobs = std::move(jobs);
  return operation;
}

inline ledger::AuditEntry entry(std::string decision, std::string tenant = "finance") {
  ledger::AuditEntry entry;
  entry.at = support::kNoon;
  entry.actor = "ops";
  entry.action = "backup";
  entry.server = "prod";
  entry.tenant = std::move(tenant);
  entry.decision = std::move(decision);
  return entry;
}

inline ledger::FactsQuestion question(std::vector<ledger::VmKey> vms = {}) {
  ledger::FactsQuestion question;
  question.vms = std::move(vms);
  question.begun_since = support::kNoon - std::chrono::hours(24);
  question.alerted_since = support::kNoon - std::chrono::hours(1);
  question.now = support::kNoon;
  return question;
}

inline ledger::VmKey key(const std::string& vm, std::string server = "prod") {
  return {std::move(server), domain::VmId(vm)};
}

// Decides for the operation, whatever the facts are.
inline ledger::Decide always(domain::Operation operation, std::vector<ledger::AuditEntry> audit = {}) {
  return [decision = ledger::Decision{std::move(operation), std::move(audit)}](const ledger::Facts&) {
    return decision;
  };
}

inline std::vector<ledger::AuditEntry> entries(const std::vector<ledger::AuditRow>& rows) {
  std::vector<ledger::AuditEntry> all;
  all.reserve(rows.size());
  for (const ledger::AuditRow& row : rows) all.push_back(row.entry);
  return all;
}

inline std::vector<std::string> ids(const std::vector<domain::Operation>& operations) {
  std::vector<std::string> all;
  all.reserve(operations.size());
  for (const domain::Operation& operation : operations) all.push_back(operation.id);
  return all;
}

}  // namespace ledger_test
