#include <gtest/gtest.h>

#include "test_client.h"

namespace simulator {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Id kErp = 1, kUnassigned = 4, kRetired = 5, kTwin = 9;  // VMs of the golden scenario

std::int64_t millis(TimePoint time) { return time.time_since_epoch().count(); }

json reference(Kind kind, Id id) { return {{"guid", guid(kind, id)}}; }

// What 7.4 takes for a full export of erp-db-01 by the rule of its policy.
json modern_export() {
  return {{"protectedEntityType", "VM"},
          {"backupType", {{"name", "FULL"}}},
          {"protectedEntities", json::array({reference(Kind::vm, kErp)})},
          {"rules", json::array({reference(Kind::rule, 1)})}};
}

json old_export(const std::vector<Id>& vms) {
  json body{{"backupType", "FULL"}, {"backupDestination", reference(Kind::destination, 2)}};
  for (const Id vm : vms) body["protectedEntities"].push_back(reference(Kind::vm, vm));
  return body;
}

class Site {
 public:
  explicit Site(const std::string& profile = "7.4") : simulator(golden(profile)), client(simulator) {
    simulator.set_session_lifetime(Millis(0));
    client.log_in();
  }

  httplib::Result export_vms(const json& body) { return client.post("/tasks/export", body.dump()); }
  json restore(const json& body) {
    return json::parse(client.post("/tasks/restore-and-import", body.dump())->body);
  }
  // The task of a new export as 7.4 answers it.
  json exported(const json& body = modern_export()) {
    return json::parse(export_vms(body)->body)["tasks"][0];
  }
  json task(const json& details) { return client.json("/tasks/" + details["guid"].get<std::string>()); }
  json backup(const json& details) {
    return client.json("/backups/" + details["backup"]["guid"].get<std::string>());
  }
  std::string state(const json& details) { return task(details)["state"]["name"]; }
  std::string status(const json& details) { return backup(details)["status"]["name"]; }
  int cancel(const json& details, const std::string& state = "CANCELLED") {
    const json body{{"state", {{"name", state}}}, {"statusInfo", "not needed"}};
    return client.put("/tasks/" + details["guid"].get<std::string>() + "/state", body.dump())->status;
  }

  Simulator simulator;
  TestClient client;
};

TEST(Export, BecomesAQueuedTaskOfAUserAndAQueuedBackup) {
  Site site;
  const auto answer = site.export_vms(modern_export());
  const json body = json::parse(answer->body);
  const json& task = body["tasks"][0];
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(body["successful"], json({{{"guid", vm_guid(kErp)}, {"name", "erp-db-01"}}}));
  EXPECT_EQ(body["unsuccessful"], json::array());
  EXPECT_EQ(task["type"]["name"], "EXPORT");
  EXPECT_EQ(task["state"]["name"], "QUEUED");
  EXPECT_EQ(task["originEntity"]["type"]["name"], "USER");
  EXPECT_EQ(task["priority"], 50);
  EXPECT_EQ(site.status(task), "QUEUED");
}

TEST(Export, IsFollowedByItsStoreAndASuccess) {
  Site site;
  const json task = site.exported();
  site.simulator.advance(hours(1));
  EXPECT_EQ(site.state(task), "FINISHED");
  EXPECT_EQ(site.status(task), "SUCCESS");
  const auto tasks = site.client.json("/tasks?backup=" + task["backup"]["guid"].get<std::string>());
  ASSERT_EQ(tasks.size(), 2U);
  EXPECT_EQ(tasks[1]["type"]["name"], "STORE");
}

TEST(Export, ShowsItsWindowAsItWasSent) {
  Site site;
  json body = modern_export();
  body["windowStart"] = millis(kGoldenNow) - 12'345;
  body["windowEnd"] = millis(kGoldenNow) + 67'891;
  const json task = site.task(site.exported(body));
  EXPECT_EQ(task["windowStart"], body["windowStart"]);
  EXPECT_EQ(task["windowEnd"], body["windowEnd"]);
  const json listed = site.client.json("/tasks").back();
  EXPECT_EQ(listed["windowStart"], body["windowStart"]);
  EXPECT_EQ(listed["windowEnd"], body["windowEnd"]);
}

TEST(Export, DoesNotStartBeforeItsWindow) {
  Site site;
  json body = modern_export();
  body["windowStart"] = millis(kGoldenNow + hours(1));
  const json task = site.exported(body);
  site.simulator.advance(minutes(59));
  EXPECT_EQ(site.state(task), "QUEUED");
  site.simulator.advance(minutes(2));
  EXPECT_EQ(site.state(task), "RUNNING");
}

TEST(Export, FailsWithItsBackupWhenItsWindowCloses) {
  Site site;
  site.simulator.hold_tasks(true);
  json body = modern_export();
  body["windowEnd"] = millis(kGoldenNow + minutes(5));
  const json task = site.exported(body);
  site.simulator.advance(minutes(6));
  EXPECT_EQ(site.state(task), "FAILED");
  EXPECT_EQ(site.task(task)["statusInfo"], "Task was not started within its window");
  EXPECT_EQ(site.status(task), "FAILED");
}

TEST(Export, StartsWhenTasksAreNoLongerHeld) {
  Site site;
  site.simulator.hold_tasks(true);
  const json task = site.exported();
  site.simulator.advance(minutes(5));
  EXPECT_EQ(site.state(task), "QUEUED");
  site.simulator.hold_tasks(false);
  site.simulator.advance(seconds(6));
  EXPECT_EQ(site.state(task), "RUNNING");
}

TEST(Export, IsFullWhereAnIncrementalHasNoBase) {
  Site site;
  json body = modern_export();
  body["backupType"] = "INCREMENTAL";
  EXPECT_EQ(site.backup(site.exported(body))["type"]["name"], "INCREMENTAL");
  body["protectedEntities"] = json::array({reference(Kind::vm, 3)});  // never backed up
  const json task = site.exported(body);
  EXPECT_EQ(task["backupType"]["name"], "INCREMENTAL");
  EXPECT_EQ(site.backup(task)["type"]["name"], "FULL");
}

TEST(Export, TellsWhichVmsCannotBeBackedUp) {
  Site site;
  json body = modern_export();
  body["protectedEntities"] = json::array({reference(Kind::vm, kUnassigned), reference(Kind::vm, kRetired),
                                           reference(Kind::vm, kTwin), reference(Kind::vm, kErp)});
  const json answer = json::parse(site.export_vms(body)->body);
  EXPECT_EQ(answer["successful"].size(), 1U);
  EXPECT_EQ(answer["unsuccessful"].size(), 3U);
  EXPECT_EQ(answer["tasks"].size(), 1U);
}

TEST(Export, TellsNoTasksWhenAsynchronous) {
  Site site;
  json body = modern_export();
  body["async"] = true;
  const json answer = json::parse(site.export_vms(body)->body);
  EXPECT_EQ(answer["successful"].size(), 1U);
  EXPECT_EQ(answer["tasks"], json::array());
  EXPECT_EQ(site.simulator.exports().size(), 1U);
}

TEST(Export, RefusesWrongBodies) {
  Site site;
  const auto status = [&](const char* key, const json& value) {
    json body = modern_export();
    body[key] = value;
    return site.export_vms(body)->status;
  };
  EXPECT_EQ(site.client.post("/tasks/export", "no json")->status, 400);
  EXPECT_EQ(status("backupType", nullptr), 400);
  EXPECT_EQ(status("backupType", "DIFFERENTIAL"), 400);
  EXPECT_EQ(status("protectedEntityType", nullptr), 400);
  EXPECT_EQ(status("protectedEntities", json::array()), 400);
  EXPECT_EQ(status("protectedEntities", json::array({vm_guid(1)})), 400);
  EXPECT_EQ(status("protectedEntities", json::array({reference(Kind::vm, 99)})), 404);
  EXPECT_EQ(status("rules", nullptr), 400);
  EXPECT_EQ(status("rules", json::array({reference(Kind::rule, 99)})), 404);
  EXPECT_EQ(status("priority", 101), 400);
  EXPECT_EQ(status("priority", "50"), 400);
  EXPECT_EQ(status("windowEnd", millis(kGoldenNow)), 400);
  EXPECT_EQ(status("windowStart", "now"), 400);
  EXPECT_EQ(site.simulator.exports().size(), 0U);
}

TEST(Export, RefusesInTheShapeOfItsVersion) {
  Site site("5.1");
  EXPECT_EQ(site.export_vms({{"backupType", "FULL"}})->body,
            R"({"error":{"message":"protectedEntities is required"}})");
}

TEST(Export, NeedsASession) {
  Simulator simulator(golden());
  TestClient client(simulator);
  const auto answer = client.post("/tasks/export", modern_export().dump());
  EXPECT_EQ(answer->status, 401);
  EXPECT_EQ(answer->body, "");
  EXPECT_EQ(simulator.exports().size(), 0U);
}

TEST(OldExport, AnswersOneTaskOrSeveral) {
  Site site("3.9");
  const auto one = site.export_vms(old_export({kErp}));
  EXPECT_EQ(one->status, 201);
  EXPECT_EQ(json::parse(one->body)["backupDestination"]["guid"], guid(Kind::destination, 2));
  EXPECT_EQ(json::parse(site.export_vms(old_export({kErp, kTwin}))->body).size(), 2U);
}

TEST(OldExport, DoesAllOrNothing) {
  Site site("3.9");
  EXPECT_EQ(site.export_vms(old_export({kErp, kUnassigned}))->status, 400);
  EXPECT_EQ(site.export_vms(old_export({kErp, kRetired}))->status, 400);
  EXPECT_EQ(site.simulator.exports().size(), 0U);
}

TEST(OldExport, NeedsADestinationAndIgnoresRules) {
  Site site("3.9");
  json body = old_export({kErp});
  body["rules"] = "nonsense";
  EXPECT_EQ(site.export_vms(body)->status, 201);
  body.erase("backupDestination");
  EXPECT_EQ(site.export_vms(body)->status, 400);
}

TEST(Exports, AreToldOneByOne) {
  Site site;
  json body = modern_export();
  body["backupType"] = "INCREMENTAL";
  body["windowEnd"] = millis(kGoldenNow + hours(1));
  body["priority"] = 90;
  const json task = site.exported(body);
  const ExportCall expected{.at = kGoldenNow,
                            .vm = vm_guid(kErp),
                            .backup_type = "INCREMENTAL",
                            .window_end = kGoldenNow + hours(1),
                            .priority = 90,
                            .rules = {guid(Kind::rule, 1)},
                            .destination = guid(Kind::destination, 1),
                            .task = task["guid"]};
  EXPECT_EQ(site.simulator.exports(), std::vector{expected});
}

TEST(Writes, AreToldWithBodyAndStatus) {
  Site site;
  site.client.post("/tasks/export", "{}");
  site.client.json("/tasks");
  const WriteCall expected{kGoldenNow, "POST", "/tasks/export", "{}", 400};
  EXPECT_EQ(site.simulator.writes(), std::vector{expected});
}

TEST(FailedExport, IsTriedAgainByANewTaskWhileRetriesAreLeft) {
  Site site;
  site.simulator.fail_next(vm_guid(kErp));
  json body = modern_export();
  body["retryCount"] = 2;
  const json first = site.exported(body);
  site.simulator.advance(hours(1));
  EXPECT_EQ(site.state(first), "FAILED");
  EXPECT_EQ(site.status(first), "SUCCESS");
  const auto tasks = site.client.json("/tasks?backup=" + first["backup"]["guid"].get<std::string>());
  ASSERT_EQ(tasks.size(), 3U);
  EXPECT_EQ(site.task(tasks[1])["retryCount"], 1);
}

TEST(FailedExport, FailsItsBackupWithoutRetries) {
  Site site;
  site.simulator.fail_next(vm_guid(kErp));
  json body = modern_export();
  body["retryCount"] = 0;
  const json task = site.exported(body);
  site.simulator.advance(hours(1));
  EXPECT_EQ(site.state(task), "FAILED");
  EXPECT_EQ(site.status(task), "FAILED");
}

TEST(Cancel, EndsAQueuedTaskAndFailsItsBackup) {
  Site site;
  const json task = site.exported();
  EXPECT_EQ(site.cancel(task), 204);
  EXPECT_EQ(site.state(task), "CANCELLED");
  EXPECT_EQ(site.task(task)["statusInfo"], "not needed");
  EXPECT_EQ(site.status(task), "FAILED");
  site.simulator.advance(hours(1));
  EXPECT_EQ(site.state(task), "CANCELLED");
}

TEST(Cancel, EndsARunningTaskAndFreesItsNode) {
  Site site;
  const json task = site.exported();
  site.simulator.advance(seconds(6));
  EXPECT_EQ(site.state(task), "RUNNING");
  const int running = site.simulator.model().nodes.at(0).running;
  EXPECT_EQ(site.cancel(task), 204);
  EXPECT_EQ(site.state(task), "CANCELLED");
  EXPECT_EQ(site.status(task), "FAILED");
  EXPECT_EQ(site.simulator.model().nodes.at(0).running, running - 1);
}

TEST(Cancel, RefusesWhatHasEndedIsUnknownOrNoCancelling) {
  Site site;
  const json task = site.exported();
  EXPECT_EQ(site.cancel(task, "FINISHED"), 400);
  EXPECT_EQ(site.cancel(task), 204);
  EXPECT_EQ(site.cancel(task), 400);
  EXPECT_EQ(site.cancel({{"guid", vm_guid(1)}}), 404);
}

TEST(DeleteTask, RemovesAnEndedOneOnly) {
  Site site;
  const json task = site.exported();
  const std::string path = "/tasks/" + task["guid"].get<std::string>();
  EXPECT_EQ(site.client.remove(path)->status, 400);
  site.cancel(task);
  EXPECT_EQ(site.client.remove(path)->status, 204);
  EXPECT_EQ(site.client.remove(path)->status, 404);
}

TEST(DeleteTasks, RemovesThoseThatEndedAndOnRequestOthers) {
  Site site;
  site.exported();
  EXPECT_EQ(site.client.remove("/tasks/all-finished")->status, 204);
  EXPECT_EQ(site.client.json("/tasks").size(), 3U);
  EXPECT_EQ(site.client.remove("/tasks/all-finished-and-queued")->status, 204);
  EXPECT_EQ(site.client.json("/tasks").size(), 1U);
  EXPECT_EQ(site.client.remove("/tasks/all-running")->status, 204);
  EXPECT_EQ(site.client.json("/tasks").size(), 0U);
}

// A restore of the newest success of erp-db-01.
json wanted_restore() {
  return {{"backup", guid(Kind::backup, 14)}, {"hypervisorManager", reference(Kind::manager, 1)}};
}

TEST(Restore, IsFollowedByItsImport) {
  Site site;
  const json task = site.restore(wanted_restore());
  EXPECT_EQ(task["type"]["name"], "RESTORE");
  EXPECT_EQ(task["protectedEntity"]["guid"], vm_guid(kErp));
  EXPECT_EQ(task["dstProtectedEntity"], json({{"guid", vm_guid(kErp)}, {"name", "erp-db-01"}}));
  site.simulator.advance(hours(1));
  EXPECT_EQ(site.state(task), "FINISHED");
  EXPECT_EQ(site.client.json("/tasks?type=IMPORT&state=FINISHED").size(), 1U);
  EXPECT_EQ(site.client.json("/backups/" + guid(Kind::backup, 14))["status"]["name"], "SUCCESS");
}

TEST(Restore, IsListedAsAJob) {
  Site site;
  site.restore(wanted_restore());
  site.simulator.advance(hours(1));
  const std::string from = std::to_string(millis(kGoldenNow));
  const json jobs = site.client.json("/restore-jobs?protected-entity=" + vm_guid(kErp) + "&from=" + from);
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_EQ(jobs[0]["restoreTime"], millis(kGoldenNow));
  EXPECT_EQ(jobs[0]["backup"]["guid"], guid(Kind::backup, 14));
  EXPECT_EQ(jobs[0]["status"]["name"], "SUCCESS");
  EXPECT_EQ(jobs[0]["restoreType"]["name"], "RESTORE_AND_IMPORT");
  EXPECT_GT(jobs[0]["taskTimeStats"]["importTime"], 0);
  EXPECT_EQ(site.client.json("/restore-jobs?protected-entity=" + vm_guid(2)).size(), 0U);
  EXPECT_EQ(site.client.json("/restore-jobs?to=1").size(), 0U);
}

TEST(Restore, FailsWithoutAnImport) {
  Site site;
  site.simulator.fail_next(vm_guid(kErp));
  const json task = site.restore(wanted_restore());
  site.simulator.advance(hours(1));
  EXPECT_EQ(site.state(task), "FAILED");
  EXPECT_EQ(site.client.json("/restore-jobs")[0]["status"]["name"], "FAILED");
  EXPECT_EQ(site.client.json("/tasks?type=IMPORT").size(), 0U);
}

TEST(Restore, IsCancelledAsAJobAndLeavesTheBackupAlone) {
  Site site;
  const json task = site.restore(wanted_restore());
  EXPECT_EQ(site.cancel(task), 204);
  EXPECT_EQ(site.client.json("/restore-jobs")[0]["status"]["name"], "FAILED");
  EXPECT_EQ(site.status(task), "SUCCESS");
}

TEST(Restore, RefusesWrongBodies) {
  Site site;
  const auto status = [&](const char* key, const json& value) {
    json body = wanted_restore();
    body[key] = value;
    return site.client.post("/tasks/restore-and-import", body.dump())->status;
  };
  EXPECT_EQ(status("backup", nullptr), 400);
  EXPECT_EQ(status("backup", reference(Kind::backup, 99)), 404);
  EXPECT_EQ(status("backup", reference(Kind::backup, 15)), 400);  // it failed
  EXPECT_EQ(status("backup", reference(Kind::backup, 1)), 400);   // it was removed
  EXPECT_EQ(status("hypervisorManager", nullptr), 400);
  EXPECT_EQ(status("hypervisor", reference(Kind::hypervisor, 1)), 400);
  EXPECT_EQ(status("restoredPeName", ""), 400);
  EXPECT_EQ(status("restoreProject", "a text"), 400);
  EXPECT_EQ(status("dataCenter", "a text"), 400);
  EXPECT_EQ(status("overwrite", "yes"), 400);
  EXPECT_EQ(status("backupLocation", reference(Kind::backup_location, 13)), 404);
  EXPECT_EQ(site.simulator.restores().size(), 0U);
  EXPECT_EQ(status("backupLocation", reference(Kind::backup_location, 14)), 201);
}

TEST(Restores, AreToldOneByOne) {
  Site site("3.9");
  const json body{{"backup", reference(Kind::backup, 14)},
                  {"hypervisor", reference(Kind::hypervisor, 2)},
                  {"restoredPeName", "erp-copy"},
                  {"restoreProject", "finance"},
                  {"overwrite", true}};
  const json task = site.restore(body);
  EXPECT_EQ(task["dstProtectedEntity"], json({{"name", "erp-copy"}}));
  const RestoreCall expected{.at = kGoldenNow,
                             .backup = guid(Kind::backup, 14),
                             .vm = vm_guid(kErp),
                             .name = "erp-copy",
                             .hypervisor = guid(Kind::hypervisor, 2),
                             .overwrite = true,
                             .task = task["guid"]};
  EXPECT_EQ(site.simulator.restores(), std::vector{expected});
}

}  // namespace
}  // namespace simulator
