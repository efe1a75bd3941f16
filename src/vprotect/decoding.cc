#include "vprotect/decoding.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "vprotect/fields.h"

namespace vprotect {
namespace {

// Fills in the id; false when the record has none.
template <class Row>
bool identify(const Value& record, Row& row) {
  row.id = decltype(row.id)(own_guid(record));
  return !row.id.empty();
}

std::string name_of(const Value& record) { return std::string(record["name"].text()); }

// Only one of the two is set; 7.x also names the provider (API page, 3.1).
base::SharedText platform(const Value& record, base::TextPool& pool) {
  for (const Value& type :
       {record["hvmType"], record["hvType"], record["virtualProvider"]["virtualProviderType"]}) {
    if (const auto name = enum_name(type); !name.empty()) return pool.share(name);
  }
  return {};
}

// A longer one than it can hold is as good as not said.
std::optional<domain::PhaseTime> phase_time(const Value& value) {
  const auto time = duration(value);
  if (!time || *time > domain::PhaseTime::max()) return std::nullopt;
  return std::chrono::duration_cast<domain::PhaseTime>(*time);
}

domain::BackupPhases phases(const Value& stats) {
  return {.queued_export = phase_time(stats["queuedExportTime"]),
          .exporting = phase_time(stats["exportTime"]),
          .queued_store = phase_time(stats["queuedStoreTime"]),
          .storing = phase_time(stats["storeTime"])};
}

bool is_or_may_be(const base::SharedText& type, std::string_view wanted) {
  return type.empty() || type == wanted;
}

// Where a rule stores: the primary destination first. 3.9 and 4.x have a plain list instead.
std::vector<domain::Reference> rule_destinations(const Value& record, base::TextPool& pool) {
  std::vector<domain::Reference> result;
  std::size_t primaries = 0;
  const Value list = record["ruleBackupDestinations"];
  for (Value item = list.is_array() ? list.first() : Value(); item; item = item.next()) {
    domain::Reference destination = reference(item["backupDestination"], pool);
    if (destination.empty()) continue;
    const bool primary = enum_name(item["roleType"]) == "PRIMARY";
    result.insert(primary ? result.begin() + static_cast<std::ptrdiff_t>(primaries) : result.end(),
                  std::move(destination));
    primaries += primary ? 1 : 0;
  }
  return result.empty() ? references(record["backupDestinations"], pool) : result;
}

}  // namespace

Verdict decode(const Value& record, base::TextPool& pool, domain::Vm& row) {
  if (!identify(record, row)) return Verdict::unreadable;
  row.uuid = domain::PlatformId(record["uuid"].text());
  row.name = name_of(record);
  row.platform = platform(record, pool);
  row.hypervisor = reference(record["hypervisor"], pool);
  row.cluster = reference(record["hvCluster"], pool);
  row.project = reference(record["project"], pool);
  row.project_uuid = pool.share(record["project"]["uuid"].text());
  row.policy = reference(record["vmBackupPolicy"], pool);
  row.present = flag(record["present"]);
  row.up_to_date = flag(record["backupUpToDate"]);
  row.restorable = flag(record["restorable"]);
  row.warnings = flag(record["warningsPresent"]);
  row.last_backup = time(record["lastBackup"]);
  row.last_size = bytes(record["lastSuccessfulBackupSize"]);
  row.last_full_size = bytes(record["lastSuccessfulFullBackupSize"]);
  row.last_full_backup = domain::Guid(guid_of(record["lastSuccessfulFullBackup"]));
  return Verdict::wanted;
}

Verdict decode(const Value& record, base::TextPool& pool, domain::Backup& row) {
  if (!identify(record, row)) return Verdict::unreadable;
  const Value entity = record["protectedEntity"];
  row.entity_type = enum_text(entity["type"], pool);
  if (!is_or_may_be(row.entity_type, "VM")) return Verdict::unwanted;
  row.vm = domain::VmId(guid_of(entity));
  row.status = domain::parse_backup_status(enum_name(record["status"]));
  row.type = domain::parse_backup_type(enum_name(record["type"]));
  row.backup_time = time(record["backupTime"]);
  row.snapshot_time = time(record["snapshotTime"]);
  row.size = bytes(record["size"]).value_or(domain::Bytes{});
  row.duration = duration(record["taskDurationTime"]);
  row.phases = phases(record["taskTimeStats"]);
  row.status_info = pool.share(free_text(record["statusInfo"]));
  return Verdict::wanted;
}

Verdict decode(const Value& record, base::TextPool& pool, domain::Task& row) {
  if (!identify(record, row)) return Verdict::unreadable;
  const Value entity = record["protectedEntity"];
  row.type = enum_text(record["type"], pool);
  row.state = enum_text(record["state"], pool);
  row.entity = domain::VmId(guid_of(entity));
  row.entity_type = enum_text(entity["type"], pool);
  row.entity_name = reference(entity, pool).name.str();
  if (row.entity_name.empty()) row.entity_name = record["protectedEntityDisplayName"].text();
  row.backup_type = enum_text(record["backupType"], pool);
  row.node = reference(record["node"], pool);
  row.destination = reference(record["backupDestination"], pool);
  row.progress = number(record["progress"]);
  row.window_start = time(record["windowStart"]);
  row.window_end = time(record["windowEnd"]);
  row.started = time(record["startTime"]);
  row.finished = time(record["finishTime"]);
  row.status_info = free_text(record["statusInfo"]);
  return Verdict::wanted;
}

Verdict decode(const Value& record, base::TextPool& pool, domain::Policy& row) {
  if (!identify(record, row)) return Verdict::unreadable;
  row.name = name_of(record);
  row.active = flag(record["active"]);
  row.vm_count = count(record["vmCount"]);
  row.rules = references(record["rules"], pool);
  row.destinations = references(record["backupDestinations"], pool);
  row.tenant_id = pool.share(record["tenantId"].text());
  return Verdict::wanted;
}

Verdict decode(const Value& record, base::TextPool& pool, domain::Rule& row) {
  if (!identify(record, row)) return Verdict::unreadable;
  row.name = name_of(record);
  row.policy = reference(record["policy"], pool);
  row.active = flag(record["active"]);
  if (flag(record["markedForDeletion"]).value_or(false)) row.active = false;
  row.schedules = references(record["schedules"], pool);
  row.destinations = rule_destinations(record, pool);
  return Verdict::wanted;
}

Verdict decode(const Value& record, base::TextPool& pool, domain::Node& row) {
  if (!identify(record, row)) return Verdict::unreadable;
  row.name = name_of(record);
  row.version = record["version"].text();
  row.state = enum_text(record["state"], pool);
  row.last_seen = time(record["lastSeen"]);
  row.staging_used = bytes(record["stagingSpace"]["usedSpace"]);
  row.staging_total = bytes(record["stagingSpace"]["totalSpace"]);
  return Verdict::wanted;
}

Verdict decode(const Value& record, base::TextPool& pool, domain::Destination& row) {
  if (!identify(record, row)) return Verdict::unreadable;
  row.name = name_of(record);
  row.type = enum_text(record["type"], pool);
  row.used = bytes(record["totalUsedSpace"]);
  row.capacity = bytes(record["totalAvailableSpace"]);
  return Verdict::wanted;
}

domain::ProtectionTotals decode_protection(const Value& answer) {
  const Value vm = answer["vm"];
  return {.is_protected = count(vm["protectedNo"]),
          .not_protected = count(vm["notProtected"]),
          .no_schedule = count(vm["noSchedule"])};
}

}  // namespace vprotect
