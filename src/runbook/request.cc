#include "runbook/request.h"

namespace runbook {

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::accepted:
      return "accepted";
    case Verdict::duplicate:
      return "duplicate";
    case Verdict::skipped:
      return "skipped";
    case Verdict::refused:
      return "refused";
  }
  return {};
}

Verdict verdict_of(const domain::Job& job) {
  if (job.outcome != domain::JobOutcome::refused || job.rule == "server") return Verdict::accepted;
  for (const char* needless : {"already_running", "operation_open", "recent_success"}) {
    if (job.rule == needless) return Verdict::skipped;
  }
  return Verdict::refused;
}

}  // namespace runbook
