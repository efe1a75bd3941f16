// What is told of one backup of a VM.
#include "domain/failure_class.h"
#include "report/convert.h"
#include "report/fields.h"

namespace report {
namespace {

using domain::BackupRun;
using domain::BackupStatus;
using enum Kind;

Value failure_class(const BackupRun& run) {
  return run.status == BackupStatus::failed ? Value(std::string(name_of(run.failure))) : Value();
}

Value size_of(const BackupRun& run) { return domain::is_success(run.status) ? value_of(run.size) : Value(); }

Fields<BackupRun> table() {
  return {
      {"guid",
       text,
       "Its id at the vProtect server.",
       {},
       [](const BackupRun& run) { return value_of(run.id.text()); }},
      {"time", time, "When it was made.", {}, [](const BackupRun& run) { return value_of(run.at); }},
      {"type",
       text,
       "What it holds.",
       {"full", "incremental", "synthetic", "synchronization", "other"},
       [](const BackupRun& run) { return Value(std::string(name_of(run.type))); }},
      {"status",
       text,
       "What came of it; success_removed: it succeeded and is no longer kept.",
       {"queued", "in_progress", "success", "partial_success", "success_removed", "failed", "other"},
       [](const BackupRun& run) { return Value(std::string(name_of(run.status))); }},
      {"size_bytes", integer, "Its size, when it succeeded.", {}, size_of},
      {"failure_class", text, "Why it failed, as in docs/failure-classes.md.", failure_class_words(),
       failure_class},
      {"duration_seconds",
       number,
       "How long it took; kept of the newest ones only.",
       {},
       [](const BackupRun& run) { return value_of(run.duration); }},
  };
}

}  // namespace

std::vector<std::string_view> failure_class_words() {
  std::vector<std::string_view> words{name_of(domain::FailureClass::unspecified)};
  for (const domain::FailureWords& entry : domain::failure_words()) words.push_back(name_of(entry.failure));
  words.push_back(name_of(domain::FailureClass::other));
  return words;
}

const Fields<BackupRun>& backup_fields() {
  static const Fields<BackupRun> fields = table();
  return fields;
}

}  // namespace report
