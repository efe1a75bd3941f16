#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/scope.h"
#include "report/period.h"
#include "report/rows.h"
#include "report/select.h"
#include "report/sources.h"
#include "report/table.h"
#include "report/totals.h"
#include "report/view.h"

namespace report {

inline constexpr std::string_view kReportSchema = "vprotect_exporter/report/v1";

struct Question {
  domain::Scope scope;                              // narrows all of the report
  std::optional<std::vector<std::string>> servers;  // so does this; absent: every server
  Selection vms;                                    // over vm_fields(): narrows the lists of VMs alone
  bool lists_whole = true;  // else each list has kFewItems at most, and there is none of all VMs
};
inline constexpr std::size_t kFewItems = 50;

// Rows of Report::vms.
using Rows = std::vector<std::size_t>;

// What differs from the period before. Absent where nobody remembers.
struct Changes {
  std::optional<Rows> added;  // first seen within the period
  std::optional<Rows> newly_failing;
  std::optional<Rows> recovered;
};

// What a snapshot says of a period. rules() states what each part means.
struct Report {
  base::TimePoint taken_at;
  Period period;
  domain::Scope scope;
  std::optional<std::vector<std::string>> servers;
  bool lists_whole = true;

  std::vector<std::string> warnings;  // sentences; none: all is fresh and complete
  std::vector<SourcePart> sources;
  std::vector<std::string> unknown_servers;  // whose VMs are not known

  Totals totals;
  std::vector<TenantPart> tenants;

  Table vms;    // that the scope and the servers show
  Rows wanted;  // those of them that were asked for, as are all that follow
  Rows worst;   // overdue, the longest first; then failing, the longest first; then never backed up
  Rows never_backed_up;
  Rows not_present;
  std::optional<std::vector<Vanished>> vanished;  // within the period; absent where nobody remembers
  Changes changes;
};

// Over the view's period. The view, and its snapshot, outlive the report.
Report report_on(View& view, const Question& question);

struct Statement {
  std::string_view about;
  std::string_view text;
};
const std::vector<Statement>& rules();

}  // namespace report
