// The vendor's records, and what is tolerated in them.
#include "vprotect/decoding.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>

#include "support/manual_clock.h"

namespace {

using namespace std::chrono_literals;
using base::SharedText;
using domain::Bytes;
using domain::Reference;
using vprotect::Verdict;

template <class Row>
Verdict decode(const std::string& text, Row& row) {
  vprotect::Record record;
  base::TextPool pool;
  EXPECT_EQ(record.parse(text), vprotect::Record::Outcome::parsed) << text;
  return vprotect::decode(record.root(), pool, row);
}

template <class Row>
Row decoded(const std::string& text) {
  Row row;
  EXPECT_EQ(decode(text, row), Verdict::wanted) << text;
  return row;
}

// A record with a guid and these members.
template <class Row>
Row with(const std::string& members) {
  return decoded<Row>(R"({"guid":"a",)" + members + "}");
}

Reference ref(std::string_view guid, std::string_view name) { return {SharedText(guid), SharedText(name)}; }

base::TimePoint at(std::int64_t milliseconds) {
  return base::TimePoint(std::chrono::milliseconds(milliseconds));
}

TEST(DecodeVm, TheDocumentedListRecord) {
  const auto vm = decoded<domain::Vm>(R"(
    {"guid":"3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11","uuid":"9f0e6c6a-58b3-4f0e-8f2c-1f4f6b7a0c55","name":"erp-db-01",
     "originalName":"erp","type":{"name":"VM","description":"Virtual machine"},"present":true,"backupUpToDate":false,
     "lastBackup":1767232805000,"lastSuccessfulBackupSize":7516192768,"lastSuccessfulFullBackupSize":128849018880,
     "lastSuccessfulFullBackup":{"guid":"b0d3f6c1-41b9-4e63-8a0c-000000000101","name":"erp-db-01 - 2025-12-28 01:00"},
     "restorable":true,"restoreStatus":"SUCCESS","warningsPresent":false,"averageProgress":null,
     "hvmType":{"name":"OPENSTACK","description":"OpenStack"},
     "hypervisor":{"guid":"71aa0a10-9c0b-4b1e-93b7-aa0000000001","name":"compute-03","hvManager":{"guid":"x"}},
     "hvCluster":{"guid":"c1","name":"az1"},"project":{"guid":"p1","name":"finance","uuid":"pu"},
     "vmBackupPolicy":{"guid":"0D9F4F5E-3F7E-4C8D-8A33-EE0000000001","name":"Gold"},
     "networks":[{"guid":"n","name":"net"}],"possibleActions":[{"name":"READ"}]})");

  domain::Vm expected;
  expected.id = domain::VmId("3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11");
  expected.uuid = domain::PlatformId("9f0e6c6a-58b3-4f0e-8f2c-1f4f6b7a0c55");
  expected.name = "erp-db-01";
  expected.platform = SharedText("OPENSTACK");
  expected.hypervisor = ref("71aa0a10-9c0b-4b1e-93b7-aa0000000001", "compute-03");
  expected.cluster = ref("c1", "az1");
  expected.project = ref("p1", "finance");
  expected.project_uuid = SharedText("pu");
  expected.policy = ref("0d9f4f5e-3f7e-4c8d-8a33-ee0000000001", "Gold");
  expected.present = true;
  expected.up_to_date = false;
  expected.restorable = true;
  expected.warnings = false;
  expected.last_backup = at(1767232805000);
  expected.last_size = Bytes{7516192768};
  expected.last_full_size = Bytes{128849018880};
  expected.last_full_backup = domain::Guid("b0d3f6c1-41b9-4e63-8a0c-000000000101");
  EXPECT_EQ(vm, expected);
}

TEST(DecodeVm, WhatIsMissingOrNullIsAbsent) {
  domain::Vm expected;
  expected.id = domain::VmId("a");
  EXPECT_EQ(decoded<domain::Vm>(R"({"guid":"a"})"), expected);
  EXPECT_EQ(with<domain::Vm>(R"("uuid":null,"name":null,"hvmType":null,"hypervisor":null,"present":null,
      "backupUpToDate":null,"lastBackup":null,"lastSuccessfulBackupSize":null,"vmBackupPolicy":null,"project":null)"),
            expected);
}

TEST(DecodeVm, WhatHasAnotherTypeIsAbsent) {
  domain::Vm expected;
  expected.id = domain::VmId("a");
  EXPECT_EQ(with<domain::Vm>(R"("uuid":7,"name":["x"],"hvmType":1,"hypervisor":3.5,"present":"maybe",
      "backupUpToDate":1,"lastBackup":"soon","lastSuccessfulBackupSize":{"value":1},"vmBackupPolicy":[],"project":true)"),
            expected);
}

TEST(DecodeVm, ARecordWithoutAGuidIsUnreadable) {
  domain::Vm row;
  for (const std::string text : {"{}", "null", "[]", "\"a\"", "7", R"({"guid":null})", R"({"guid":""})",
                                 R"({"guid":7})", R"({"guid":{"guid":"a"}})", R"({"name":"a"})"})
    EXPECT_EQ(decode(text, row), Verdict::unreadable) << text;
  EXPECT_EQ(decode(R"({"guid":")" + std::string(300, 'x') + "\"}", row), Verdict::unreadable);
}

TEST(DecodeVm, UnknownFieldsAreIgnoredAtAnyDepth) {
  const auto vm =
      with<domain::Vm>(R"("future":{"guid":"no","name":[{"guid":"no"}]},"name":"x","more":[[{"name":"y"}]])");
  EXPECT_EQ(vm.id, domain::VmId("a"));
  EXPECT_EQ(vm.name, "x");
}

TEST(DecodeVm, AnEnumIsAnObjectOrAText) {
  EXPECT_EQ(with<domain::Vm>(R"("hvType":{"name":"KVM"})").platform, "KVM");
  EXPECT_EQ(with<domain::Vm>(R"("hvType":"KVM")").platform, "KVM");
  EXPECT_EQ(with<domain::Vm>(R"("hvType":{"description":"KVM"})").platform, "");
}

TEST(DecodeVm, ThePlatformIsThatOfTheManagerElseOfTheHypervisorElseOfTheProvider) {
  EXPECT_EQ(with<domain::Vm>(R"("hvType":"KVM","hvmType":"RHV")").platform, "RHV");
  EXPECT_EQ(with<domain::Vm>(R"("hvType":"KVM","hvmType":null)").platform, "KVM");
  EXPECT_EQ(with<domain::Vm>(R"("virtualProvider":{"virtualProviderType":{"name":"PROXMOX"}})").platform,
            "PROXMOX");
}

TEST(DecodeVm, AReferenceIsAnObjectOrAText) {
  const std::string uuid = "71AA0A10-9C0B-4B1E-93B7-AA0000000001";
  EXPECT_EQ(with<domain::Vm>(R"("hypervisor":")" + uuid + "\"").hypervisor,
            ref("71aa0a10-9c0b-4b1e-93b7-aa0000000001", ""));
  EXPECT_EQ(with<domain::Vm>(R"("hypervisor":"compute-03")").hypervisor, ref("", "compute-03"));
  EXPECT_EQ(with<domain::Vm>(R"("hypervisor":{"name":"compute-03"})").hypervisor, ref("", "compute-03"));
  EXPECT_EQ(with<domain::Vm>(R"("hypervisor":{"guid":"Not-A-UUID"})").hypervisor, ref("Not-A-UUID", ""));
}

TEST(DecodeVm, TheLastFullBackupMayBeAText) {
  EXPECT_EQ(with<domain::Vm>(R"("lastSuccessfulFullBackup":"b0d3f6c1-41b9-4e63-8a0c-000000000101")")
                .last_full_backup,
            domain::Guid("b0d3f6c1-41b9-4e63-8a0c-000000000101"));
  EXPECT_EQ(with<domain::Vm>(R"("lastSuccessfulFullBackup":"erp - 2025-12-28 01:00")").last_full_backup,
            domain::Guid());
}

TEST(DecodeVm, ABooleanMayBeAText) {
  EXPECT_EQ(with<domain::Vm>(R"("present":"true")").present, true);
  EXPECT_EQ(with<domain::Vm>(R"("present":"False")").present, false);
  EXPECT_EQ(with<domain::Vm>(R"("present":0)").present, std::nullopt);
}

TEST(DecodeVm, ANumberMayBeAnIntegerAFractionOrAText) {
  const auto size = [](const std::string& text) {
    return with<domain::Vm>("\"lastSuccessfulBackupSize\":" + text).last_size;
  };
  EXPECT_EQ(size("12"), Bytes{12});
  EXPECT_EQ(size("12.75"), Bytes{12});
  EXPECT_EQ(size("1.2e3"), Bytes{1200});
  EXPECT_EQ(size("\"12\""), Bytes{12});
  EXPECT_EQ(size("\"12.5\""), Bytes{12});
  EXPECT_EQ(size("0"), Bytes{0});
  EXPECT_EQ(size("9223372036854775807"), Bytes{9223372036854775807ULL});
}

TEST(DecodeVm, ANumberThatMakesNoSenseIsAbsent) {
  const auto size = [](const std::string& text) {
    return with<domain::Vm>("\"lastSuccessfulBackupSize\":" + text).last_size;
  };
  for (const std::string text :
       {"-1", "9223372036854775808", "18446744073709551616", "1e300", "-1e300", "\"NaN\"", "\"inf\"", "\"\"",
        "\" 12\"", "\"12 MB\"", "\"1e999\"", "true", "[]"})
    EXPECT_EQ(size(text), std::nullopt) << text;
}

TEST(DecodeVm, ATimeIsPositiveAndBeforeTheYear10000) {
  const auto time = [](const std::string& text) {
    return with<domain::Vm>("\"lastBackup\":" + text).last_backup;
  };
  EXPECT_EQ(time("1"), at(1));
  EXPECT_EQ(time("1767232805000.0"), at(1767232805000));
  EXPECT_EQ(time("253402300799999"), at(253402300799999));
  for (const std::string text : {"0", "-1", "253402300800000", "9223372036854775807"})
    EXPECT_EQ(time(text), std::nullopt) << text;
}

TEST(DecodeVm, TextKeepsEveryCharacter) {
  EXPECT_EQ(with<domain::Vm>(R"("name":"a\"b\\c\n\u00e4\ud83d\ude00\u0000z")").name,
            std::string("a\"b\\c\n\xC3\xA4\xF0\x9F\x98\x80\0z", 14));
}

TEST(DecodeVm, TextsThatRepeatAreShared) {
  vprotect::Record record;
  base::TextPool pool;
  domain::Vm first;
  domain::Vm second;
  ASSERT_EQ(record.parse(R"({"guid":"a","vmBackupPolicy":{"guid":"p","name":"Gold"}})"),
            vprotect::Record::Outcome::parsed);

  vprotect::decode(record.root(), pool, first);
  vprotect::decode(record.root(), pool, second);

  EXPECT_EQ(first.policy.name.view().data(), second.policy.name.view().data());
}

TEST(DecodeBackup, TheDocumentedListRecord) {
  const auto backup = decoded<domain::Backup>(R"(
    {"guid":"b0d3f6c1-41b9-4e63-8a0c-000000000108","status":{"name":"FAILED","description":"Failed"},
     "statusInfo":"Export failed:\nsnapshot could not be created","type":{"name":"INCREMENTAL"},
     "backupTime":1767319205000,"snapshotTime":1767319203000,"size":7,
     "protectedEntity":{"guid":"3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11","name":"erp-db-01","type":{"name":"VM"}},
     "originEntity":{"guid":"60c0","name":"Nightly inc","type":{"name":"SCHEDULE"}},
     "taskTimeStats":{"queuedExportTime":12000,"exportTime":48000,"queuedStoreTime":0,"storeTime":null},
     "taskDurationTime":60000,"warningsPresent":true,"warnings":["quiesce not available"],
     "backupLocations":[{"guid":"l","status":"PRESENT"}]})");

  domain::Backup expected;
  expected.id = domain::BackupId("b0d3f6c1-41b9-4e63-8a0c-000000000108");
  expected.vm = domain::VmId("3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11");
  expected.entity_type = SharedText("VM");
  expected.status = domain::BackupStatus::failed;
  expected.type = domain::BackupType::incremental;
  expected.backup_time = at(1767319205000);
  expected.snapshot_time = at(1767319203000);
  expected.size = Bytes{7};
  expected.duration = 60s;
  expected.phases = {.queued_export = 12s, .exporting = 48s, .queued_store = 0s};
  expected.status_info = SharedText("Export failed: snapshot could not be created");
  EXPECT_EQ(backup, expected);
}

TEST(DecodeBackup, ARecordOf39HasItsDestinationInItself) {
  const auto backup = with<domain::Backup>(
      R"("status":"SUCCESS","type":"FULL","size":0,"backupDestination":{"guid":"d","name":"xfs"},
         "protectedEntity":"3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11")");

  EXPECT_EQ(backup.status, domain::BackupStatus::success);
  EXPECT_EQ(backup.vm, domain::VmId("3c1b7a52-0d5e-4a44-9e0b-5a1f6f0c2d11"));
  EXPECT_EQ(backup.entity_type, "");
}

TEST(DecodeBackup, UnknownStatusesAndTypesAreOther) {
  EXPECT_EQ(with<domain::Backup>(R"("status":{"name":"PAUSED"})").status, domain::BackupStatus::other);
  EXPECT_EQ(with<domain::Backup>(R"("type":"DIFFERENTIAL")").type, domain::BackupType::other);
}

TEST(DecodeBackup, OfAnotherEntityIsUnwanted) {
  domain::Backup row;
  EXPECT_EQ(decode(R"({"guid":"a","protectedEntity":{"guid":"x","type":{"name":"APP"}}})", row),
            Verdict::unwanted);
  EXPECT_EQ(row.id, domain::BackupId("a"));
}

TEST(DecodeBackup, TheStatusInfoIsBounded) {
  const auto backup = with<domain::Backup>(R"("statusInfo":")" + std::string(5000, 'x') + "\"");
  EXPECT_EQ(backup.status_info, std::string(2048, 'x') + "...");
}

TEST(DecodeBackup, NegativeDurationsAreAbsent) {
  const auto backup = with<domain::Backup>(R"("taskDurationTime":-5,"taskTimeStats":{"exportTime":-1})");
  EXPECT_EQ(backup.duration, std::nullopt);
  EXPECT_EQ(backup.phases, domain::BackupPhases{});
}

TEST(DecodeBackup, APhaseBeyond49DaysIsAbsent) {
  const auto backup =
      with<domain::Backup>(R"("taskTimeStats":{"queuedExportTime":4294967295,"exportTime":4294967296})");
  EXPECT_EQ(backup.phases.queued_export, 4294967295ms);
  EXPECT_EQ(backup.phases.exporting, std::nullopt);
}

TEST(DecodeTask, TheDocumentedListRecord) {
  const auto task = decoded<domain::Task>(R"(
    {"guid":"t1","type":{"name":"EXPORT"},"state":{"name":"RUNNING"},"progress":66.5,"priority":50,
     "windowStart":1767319200000,"windowEnd":1767340800000,"startTime":1767319260000,"backupType":{"name":"FULL"},
     "protectedEntity":{"guid":"vm1","name":"erp-db-01","type":{"name":"VM"}},"protectedEntityDisplayName":"other",
     "node":{"guid":"n1","name":"node-1"},"backupDestination":{"guid":"d1","name":"xfs-main"},
     "statusInfo":"exporting","powerOnAfterRestore":false})");

  domain::Task expected;
  expected.id = domain::TaskId("t1");
  expected.type = SharedText("EXPORT");
  expected.state = SharedText("RUNNING");
  expected.entity = domain::VmId("vm1");
  expected.entity_type = SharedText("VM");
  expected.entity_name = "erp-db-01";
  expected.backup_type = SharedText("FULL");
  expected.node = ref("n1", "node-1");
  expected.destination = ref("d1", "xfs-main");
  expected.progress = 66.5;
  expected.window_start = at(1767319200000);
  expected.window_end = at(1767340800000);
  expected.started = at(1767319260000);
  expected.status_info = "exporting";
  EXPECT_EQ(task, expected);
}

TEST(DecodeTask, AnEntityThatIsGoneHasADisplayName) {
  EXPECT_EQ(with<domain::Task>(R"("protectedEntityDisplayName":"erp-db-01")").entity_name, "erp-db-01");
}

TEST(DecodeTask, UnknownTypesAndStatesAreKeptAsText) {
  const auto task = with<domain::Task>(R"("type":"TIME_TRAVEL","state":{"name":"PAUSED"})");
  EXPECT_EQ(task.type, "TIME_TRAVEL");
  EXPECT_EQ(task.state, "PAUSED");
}

TEST(DecodeSchedule, TheDocumentedRecord) {
  const auto schedule = decoded<domain::Schedule>(R"(
    {"guid":"s1","name":"Nightly inc","active":true,"type":{"name":"VM_BACKUP"},"backupType":{"name":"INCREMENTAL"},
     "executionType":{"name":"TIME"},"hour":3600000,"startWindowLength":21600000,
     "daysOfWeek":[{"name":"MONDAY"},"FRIDAY"],"months":[{"name":"JANUARY"},"DECEMBER"],
     "dayOfWeekOccurrences":[{"name":"FIRST_IN_MONTH"},"LAST_IN_MONTH","SECOND"],
     "rules":[{"guid":"r1","name":"Default"}],"policies":[{"guid":"p1","name":"Gold"},"Silver"],"lastRun":1767315600000})");

  domain::Schedule expected;
  expected.id = domain::ScheduleId("s1");
  expected.name = "Nightly inc";
  expected.active = true;
  expected.type = SharedText("VM_BACKUP");
  expected.backup_type = SharedText("INCREMENTAL");
  expected.execution = domain::Execution::time;
  expected.hour = 1h;
  expected.start_window = 6h;
  expected.days = {std::chrono::Monday, std::chrono::Friday};
  expected.months = {std::chrono::January, std::chrono::December};
  expected.occurrences = {domain::Occurrence::first, domain::Occurrence::last, domain::Occurrence::second};
  expected.rules = {ref("r1", "Default")};
  expected.policies = {ref("p1", "Gold"), ref("", "Silver")};
  expected.last_run = at(1767315600000);
  EXPECT_EQ(schedule, expected);
}

TEST(DecodeSchedule, AnIntervalHasThreeTimes) {
  const std::string interval = R"("executionType":"INTERVAL","interval":{"startHour":0,"endHour":79140000,)";
  const auto schedule = with<domain::Schedule>(interval + R"("frequency":7200000})");
  EXPECT_EQ(schedule.execution, domain::Execution::interval);
  EXPECT_EQ(schedule.interval, (domain::Interval{.start = 0ms, .end = 79140000ms, .frequency = 2h}));
  EXPECT_EQ(with<domain::Schedule>(interval + R"("frequency":null})").interval, std::nullopt);
}

TEST(DecodeSchedule, AnExecutionThatIsNotNamedFollowsFromWhatIsThere) {
  EXPECT_EQ(with<domain::Schedule>(R"("hour":0)").execution, domain::Execution::time);
  EXPECT_EQ(
      with<domain::Schedule>(R"("hour":0,"interval":{"startHour":0,"endHour":1,"frequency":1})").execution,
      domain::Execution::interval);
  EXPECT_EQ(with<domain::Schedule>(R"("name":"x")").execution, domain::Execution::other);
  EXPECT_EQ(with<domain::Schedule>(R"("hour":0,"executionType":"MOON")").execution, domain::Execution::other);
}

TEST(DecodeSchedule, TermsThatAreNotKnownAreTold) {
  const auto schedule = with<domain::Schedule>(
      R"("daysOfWeek":["MONDAY","HOLIDAY"],"months":[{"name":"SMARCH"}],"dayOfWeekOccurrences":[7])");
  EXPECT_EQ(schedule.days, (std::vector{std::chrono::Monday}));
  EXPECT_EQ(schedule.unknown_terms, (std::vector<std::string>{"HOLIDAY", "SMARCH", ""}));
}

TEST(DecodeSchedule, OneTermMayStandAlone) {
  EXPECT_EQ(with<domain::Schedule>(R"("daysOfWeek":"MONDAY")").days, (std::vector{std::chrono::Monday}));
  EXPECT_EQ(with<domain::Schedule>(R"("daysOfWeek":true)").unknown_terms, (std::vector<std::string>{""}));
  EXPECT_EQ(with<domain::Schedule>(R"("daysOfWeek":null,"months":null)").unknown_terms,
            std::vector<std::string>{});
}

TEST(DecodeSchedule, OfAnotherKindIsUnwanted) {
  domain::Schedule row;
  EXPECT_EQ(decode(R"({"guid":"a","type":{"name":"VM_SNAPSHOT"}})", row), Verdict::unwanted);
  EXPECT_EQ(decode(R"({"type":{"name":"VM_SNAPSHOT"}})", row), Verdict::unreadable);
}

TEST(DecodePolicy, TheDocumentedListRecord) {
  const auto policy = decoded<domain::Policy>(R"(
    {"guid":"p1","name":"Gold","active":true,"priority":50,"vmCount":42,"ruleCount":1,"rules":[{"guid":"r1","name":"Default"},null],
     "autoAssignMode":{"name":"DISABLED"},"backupDestinations":[{"guid":"d1","name":"xfs-main"}],"averageBackupSize":1})");

  domain::Policy expected;
  expected.id = domain::PolicyId("p1");
  expected.name = "Gold";
  expected.active = true;
  expected.vm_count = 42;
  expected.rules = {ref("r1", "Default")};
  expected.destinations = {ref("d1", "xfs-main")};
  EXPECT_EQ(policy, expected);
}

TEST(DecodeRule, TheDocumentedRecordWithItsPrimaryDestinationFirst) {
  const auto rule = decoded<domain::Rule>(R"(
    {"guid":"r1","name":"Default","policy":{"guid":"p1","name":"Gold"},"schedules":[{"guid":"s1","name":"Nightly inc"}],
     "ruleBackupDestinations":[
       {"active":true,"roleType":{"name":"SECONDARY"},"backupDestination":{"guid":"d2","name":"tape"}},
       {"active":true,"roleType":"PRIMARY","backupDestination":{"guid":"d1","name":"xfs-main","type":{"name":"SYNTHETICXFS"}}},
       {"roleType":{"name":"ARCHIVE"},"backupDestination":null}],
     "vmCount":42,"position":0,"active":true,"markedForDeletion":false})");

  domain::Rule expected;
  expected.id = domain::RuleId("r1");
  expected.name = "Default";
  expected.policy = ref("p1", "Gold");
  expected.active = true;
  expected.schedules = {ref("s1", "Nightly inc")};
  expected.destinations = {ref("d1", "xfs-main"), ref("d2", "tape")};
  EXPECT_EQ(rule, expected);
}

TEST(DecodeRule, ARuleOf39HasAPlainListOfDestinations) {
  EXPECT_EQ(with<domain::Rule>(R"("backupDestinations":[{"guid":"d1"},"xfs"])").destinations,
            (std::vector{ref("d1", ""), ref("", "xfs")}));
}

TEST(DecodeNode, TheDocumentedRecord) {
  const auto node = decoded<domain::Node>(R"(
    {"guid":"n1","name":"node-1","version":"7.4.0-27","lastSeen":1767319255000,"nodeIp":"10.0.0.21",
     "state":{"name":"RUNNING"},"stagingSpace":{"totalSpace":1099511627776,"usedSpace":219902325555}})");

  domain::Node expected;
  expected.id = domain::NodeId("n1");
  expected.name = "node-1";
  expected.version = "7.4.0-27";
  expected.state = SharedText("RUNNING");
  expected.last_seen = at(1767319255000);
  expected.staging_used = Bytes{219902325555};
  expected.staging_total = Bytes{1099511627776};
  EXPECT_EQ(node, expected);
}

TEST(DecodeDestination, TheDocumentedRecord) {
  const auto destination = decoded<domain::Destination>(R"(
    {"guid":"d1","name":"xfs-main","type":{"name":"SYNTHETICXFS"},"totalUsedSpace":9771050598,
     "totalAvailableSpace":194347270144,"totalDedupUsedSpace":5771050598,"defaultBackupDestination":true})");

  domain::Destination expected;
  expected.id = domain::DestinationId("d1");
  expected.name = "xfs-main";
  expected.type = SharedText("SYNTHETICXFS");
  expected.used = Bytes{9771050598};
  expected.capacity = Bytes{194347270144};
  EXPECT_EQ(destination, expected);
}

TEST(Record, TellsJsonThatCannotBeHeldFromWhatIsNoJson) {
  vprotect::Record record;
  using Outcome = vprotect::Record::Outcome;
  EXPECT_EQ(record.parse(R"({"a":1e999})"), Outcome::unusable);
  EXPECT_EQ(record.parse(R"({"a":"\ud83d"})"), Outcome::unusable);
  EXPECT_EQ(record.parse(R"({"a":NaN})"), Outcome::invalid);
  EXPECT_EQ(record.parse("{\"a\":\"\xED\xA0\xBD\"}"), Outcome::invalid);
  EXPECT_EQ(record.parse(""), Outcome::invalid);
  EXPECT_FALSE(record.root());
}

TEST(Record, NestsAsDeepAsItsTextAllows) {
  vprotect::Record record;
  const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
  EXPECT_EQ(record.parse(R"({"guid":"a","x":)" + deep + "}"), vprotect::Record::Outcome::parsed);
  EXPECT_EQ(record.root()["guid"].text(), "a");
}

}  // namespace
