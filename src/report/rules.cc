#include "report/report.h"

namespace report {

const std::vector<Statement>& rules() {
  static const std::vector<Statement> statements{
      {"rpo",
       "A VM is compliant while it is not past its due time: the end of the start window of the first run of "
       "its schedules after its last success (or, without one, after it was first seen), plus the configured "
       "grace. rpo_compliance_ratio is the share of the VMs that have a due time which are not past it, at "
       "the "
       "moment of the snapshot."},
      {"states",
       "The first that holds: not_present, it no longer exists on its platform; excluded, by the operator; "
       "no_policy; paused, its policy or schedules are switched off; no_schedule, nothing in its policy "
       "runs; "
       "never_backed_up, no success is known; overdue, its due time has passed; failing, its newest ended "
       "backup failed; covered. unknown: it cannot be told."},
      {"days",
       "Whole UTC days, today included as far as it has come. What had to run on a day is told by the "
       "schedules and policies of today."},
      {"backups",
       "Successes and failures are backups of the VMs listed now that ended within the period, by the day on "
       "which they were made. A partial success is one, also when it is no longer kept."},
      {"bytes",
       "protected_bytes: the last successful full backup of each VM, or the last one of any type where no "
       "full "
       "size is known. stored_bytes: the backups in the known history that are still there."},
      {"worst",
       "VMs in the states overdue, failing and never_backed_up, or failing in a state that cannot be told: "
       "those past their due time first, the longest first; then the failing, the longest first; then the "
       "others."},
      {"never_backed_up",
       "VMs of which no success is known, whatever their state, except those that are excluded or no longer "
       "exist on their platform."},
      {"vanished", "VMs that the server stopped listing within the period. The totals are without them."},
      {"new", "VMs that were first seen within the period."},
      {"failing",
       "A VM fails at the end of a day when on the last day up to then on which a backup of it ended none "
       "succeeded; today, when its newest backup that has ended failed. newly_failing: it fails at the end "
       "of "
       "the period and did not at the end of the previous one; recovered: the other way round."},
      {"unknown", "What is not known is null, empty in CSV, and n/a in Markdown; never 0."},
  };
  return statements;
}

}  // namespace report
