#include "report/report.h"

#include <algorithm>
#include <utility>

#include "report/fields.h"
#include "report/worst.h"

namespace report {
namespace {

using domain::ServerState;

std::vector<const ServerState*> servers_of(const View& view, const Question& question) {
  std::vector<const ServerState*> servers;
  for (const ServerState& server : view.snapshot().servers) {
    const auto& wanted = question.servers;
    if (!wanted || std::find(wanted->begin(), wanted->end(), server.name) != wanted->end())
      servers.push_back(&server);
  }
  return servers;
}

std::vector<VmRow> rows_at(const std::vector<const ServerState*>& servers, const domain::Scope& scope,
                           View& view) {
  std::vector<VmRow> rows = vm_rows(scope, view);
  std::erase_if(rows, [&](const VmRow& row) {
    return std::find(servers.begin(), servers.end(), row.server) == servers.end();
  });
  return rows;
}

// The selection's columns of VMs, as those of what vanished; nothing where a filter's is none of these.
std::optional<Selection> translated(const Selection& selection, const Table& vms, const Table& vanished) {
  const auto place = [&](std::size_t column) { return vanished.column(vms.columns()[column]->name); };
  Selection result{.filters = {}, .search = selection.search, .searched = {}};
  for (const Filter& filter : selection.filters) {
    const auto column = place(filter.column);
    if (!column) return std::nullopt;
    result.filters.push_back({*column, filter.values});
  }
  for (const std::size_t searched : selection.searched) {
    if (const auto column = place(searched)) result.searched.push_back(*column);
  }
  return result;
}

std::vector<Vanished> selected(std::vector<Vanished> vanished, const Selection& selection, const Table& vms) {
  const Table table(vanished_fields(), vanished);
  const auto wanted = translated(selection, vms, table);
  std::vector<Vanished> result;
  if (!wanted) return result;
  for (const std::size_t row : rows_of(table, *wanted)) result.push_back(std::move(vanished[row]));
  return result;
}

// Makes the lists of rows, of those alone that are wanted.
class Lists {
 public:
  Lists(const std::vector<VmRow>& rows, const Rows& wanted) : rows_(rows), is_wanted_(rows.size()) {
    for (const std::size_t row : wanted) is_wanted_[row] = true;
  }

  Rows only_wanted(Rows list) const {
    std::erase_if(list, [&](std::size_t row) { return !is_wanted_[row]; });
    return list;
  }

  template <class Holds>
  Rows of(Holds holds) const {
    Rows list;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (is_wanted_[i] && holds(rows_[i])) list.push_back(i);
    }
    return list;
  }

 private:
  const std::vector<VmRow>& rows_;
  std::vector<bool> is_wanted_;
};

template <class Known>
bool any(const std::vector<const ServerState*>& servers, Known known) {
  return std::any_of(servers.begin(), servers.end(),
                     [&](const ServerState* server) { return known(*server); });
}

bool remembers_days(const ServerState& server) { return server.memory.days != nullptr; }
bool remembers_vms(const ServerState& server) { return server.memory.sightings != nullptr; }

Changes changes_of(const Lists& lists, const std::vector<const ServerState*>& servers, const Period& period) {
  Changes changes;
  if (any(servers, remembers_vms)) {
    changes.added = lists.of([&](const VmRow& row) {
      return remembers_vms(*row.server) && row.state->first_seen && period.holds(*row.state->first_seen);
    });
  }
  if (!any(servers, remembers_days)) return changes;
  changes.newly_failing = lists.of(
      [&](const VmRow& row) { return remembers_days(*row.server) && is_newly_failing(row, period); });
  changes.recovered = lists.of([&](const VmRow& row) { return has_recovered(row, period); });
  return changes;
}

void add_sources(Report& report, const domain::Shard& shard, const std::vector<const ServerState*>& servers) {
  if (!shard.is_everything())
    report.warnings.push_back("Only the tenants of shard " + domain::to_text(shard) + " are in this report.");
  for (const ServerState* server : servers) {
    for (SourcePart& part : sources_of(*server, report.taken_at, report.scope))
      report.sources.push_back(std::move(part));
    for (std::string& warning : warnings_of(*server, report.period, report.scope))
      report.warnings.push_back(std::move(warning));
    if (!vms_known(*server)) report.unknown_servers.push_back(server->name);
  }
}

void add_totals(Report& report, const std::vector<VmRow>& rows,
                const std::vector<const ServerState*>& servers) {
  report.tenants = tenant_parts(rows, report.period);
  report.totals = sum_of(report.tenants);
  if (any(servers, vms_known)) report.totals.vms = report.totals.vms.value_or(0);
}

void add_vanished(Report& report, const Question& question, const std::vector<const ServerState*>& servers) {
  if (!any(servers, remembers_vms)) return;
  std::vector<Vanished> all;
  for (const ServerState* server : servers) {
    for (Vanished& vm : vanished_from(*server, question.scope, report.period)) all.push_back(std::move(vm));
  }
  report.vanished = selected(std::move(all), question.vms, report.vms);
}

}  // namespace

Report report_on(View& view, const Question& question) {
  const auto servers = servers_of(view, question);
  const std::vector<VmRow> rows = rows_at(servers, question.scope, view);
  Report report{.taken_at = view.snapshot().taken_at,
                .period = view.period(),
                .scope = question.scope,
                .servers = question.servers,
                .lists_whole = question.lists_whole,
                .vms = Table(vm_fields(), rows)};
  report.wanted = rows_of(report.vms, question.vms);
  add_sources(report, view.snapshot().shard, servers);
  add_totals(report, rows, servers);
  add_vanished(report, question, servers);
  const Lists lists(rows, report.wanted);
  report.worst = lists.only_wanted(worst_of(rows));
  report.never_backed_up = lists.of(is_never_backed_up);
  report.not_present = lists.of(is_not_present);
  report.changes = changes_of(lists, servers, report.period);
  return report;
}

}  // namespace report
