#include <algorithm>

#include "exposition/samples.h"

// What the exporter knows of its own reading: servers and collectors.
namespace exposition {
namespace {

using domain::ServerState;
using domain::SourceState;

std::optional<double> once_tried(const SourceState& source, double value) {
  if (!source.health.last_attempt) return std::nullopt;
  return value;
}

std::optional<double> once_read(const SourceState& source, double value) {
  if (!source.health.last_success) return std::nullopt;
  return value;
}

bool was_polled(const ServerState& server) {
  return std::any_of(server.sources.begin(), server.sources.end(), [](const SourceState& source) {
    return source.resource == domain::Resource::virtual_machines && source.health.last_attempt.has_value();
  });
}

}  // namespace

std::vector<Family> server_families() {
  return {
      {{"vprotect_up",
        "Whether the last poll of the server's virtual machines (GET /virtual-machines) succeeded: 1 or 0. "
        "Absent "
        "before the first poll has ended.",
        Type::gauge,
        {"server"}},
       Scope::health,
       server_value([](const ServerState& server) {
         return was_polled(server) ? std::optional(number(server.up)) : std::nullopt;
       })},
      {{"vprotect_collector_success",
        "Whether the last read of the resource succeeded: 1 or 0. Absent before the first attempt.",
        Type::gauge,
        {"server", "collector"}},
       Scope::health,
       source_value([](const SourceState& s) { return once_tried(s, number(s.health.success)); })},
      {{"vprotect_collector_last_success_timestamp_seconds",
        "When the resource was last read in full. Absent before the first success.",
        Type::gauge,
        {"server", "collector"}},
       Scope::health,
       source_value([](const SourceState& s) { return number(s.health.last_success); })},
      {{"vprotect_collector_duration_seconds",
        "How long the last attempt to read the resource took, all its pages included. Absent before the "
        "first attempt.",
        Type::gauge,
        {"server", "collector"}},
       Scope::health,
       source_value([](const SourceState& s) { return once_tried(s, number(s.health.duration)); })},
      {{"vprotect_collector_stale",
        "1 while the resource's last data is older than collection.stale_after and is left out of all "
        "metrics, else 0. Absent before the first success.",
        Type::gauge,
        {"server", "collector"}},
       Scope::health,
       source_value([](const SourceState& s) { return once_read(s, number(s.stale)); })},
      {{"vprotect_collector_rows",
        "Records that the last successful read of the resource brought; for backups, that is what is new and "
        "an overlap. Absent before the first success.",
        Type::gauge,
        {"server", "collector"}},
       Scope::site,
       source_value([](const SourceState& s) { return once_read(s, number(s.health.rows)); })},
      {{"vprotect_collector_skipped_records",
        "Records that the last successful read of the resource left out because they made no sense. Absent "
        "before the first success.",
        Type::gauge,
        {"server", "collector"}},
       Scope::site,
       source_value([](const SourceState& s) { return once_read(s, number(s.health.skipped)); })},
      {{"vprotect_collector_reported_rows",
        "Records that the server said it has (X-Total-Count) at the last successful read of the resource; "
        "for backups, of the ranges that were asked for. Absent when the server did not say.",
        Type::gauge,
        {"server", "collector"}},
       Scope::site,
       source_value([](const SourceState& s) { return number(s.health.reported_rows); })},
      {{"vprotect_collector_pages",
        "Pages that the last successful read of the resource took. Absent before the first success.",
        Type::gauge,
        {"server", "collector"}},
       Scope::site,
       source_value([](const SourceState& s) { return once_read(s, number(s.health.pages)); })},
      {{"vprotect_collector_incomplete_reads_total",
        "Reads of the resource whose answer was not used because it was not the whole list: truncated, not "
        "understood, too large, or with rows that do not add up to X-Total-Count. Counted since the exporter "
        "started.",
        Type::counter,
        {"server", "collector"}},
       Scope::site,
       source_value([](const SourceState& s) { return number(s.health.incomplete_reads); })},
      {{"vprotect_collector_error",
        "1 for the kind of error in which the last read of the resource ended: forbidden (403: a missing "
        "privilege), not_found (404: no such resource in this version), unauthorized, unreachable, timeout, "
        "rejected, malformed, incomplete, too_large. Absent when it succeeded.",
        Type::gauge,
        {"server", "collector", "kind"}},
       Scope::health,
       server_values([](const ServerState& server, const auto& add) {
         for (const SourceState& source : server.sources) {
           if (source.health.error) add({name_of(source.resource), name_of(source.health.error->kind)}, 1);
         }
       })},
      {{"vprotect_backup_history_rows",
        "Backups that the exporter holds of the server, over collection.history. Absent while they are not "
        "known.",
        Type::gauge,
        {"server"}},
       Scope::site,
       server_value([](const ServerState& server) { return number(server.history_backups); })},
      {{"vprotect_server_clock_skew_seconds",
        "The server's clock minus the exporter's, from the header Date of its last answer. Absent while not "
        "measured.",
        Type::gauge,
        {"server"}},
       Scope::health,
       server_value([](const ServerState& server) { return number(server.clock_skew); })},
      {{"vprotect_tenant_filter_effective",
        "Whether the configured tenant filter narrows what the server answers: 1 or 0. Absent when none is "
        "configured or it was not checked yet.",
        Type::gauge,
        {"server"}},
       Scope::site,
       server_value([](const ServerState& server) { return number(server.tenant_filter_effective); })},
      {{"vprotect_snapshot_timestamp_seconds",
        "When the data of this scrape was put together; ages were measured at this moment.",
        Type::gauge,
        {}},
       Scope::health,
       [](const View& view, FamilyWriter& out) { out.sample({}, {}, number(view.snapshot.taken_at)); }},
  };
}

}  // namespace exposition
