#include <gtest/gtest.h>

#include "test_client.h"

namespace simulator {
namespace {

using nlohmann::json;

class ControlPort : public testing::Test {
 protected:
  ControlPort() { client.log_in(); }

  json post(const std::string& path, const std::string& body) {
    const auto result = control.Post(path, body, "application/json");
    return result ? json::parse(result->body) : json();
  }
  json get(const std::string& path) { return json::parse(control.Get(path)->body); }

  Simulator simulator{golden()};
  TestClient client{simulator};
  httplib::Client control{"127.0.0.1", simulator.control_port()};
};

TEST_F(ControlPort, SetsAndRemovesFaults) {
  const json set = post("/faults", R"({"kind":"status","path":"/tasks","times":3,"status":503})");
  EXPECT_EQ(set, json({{"number", 1}}));
  EXPECT_EQ(client.status("/tasks"), 503);
  EXPECT_EQ(get("/faults")[0]["hit"], 1);
  EXPECT_EQ(control.Delete("/faults/1")->status, 200);
  EXPECT_EQ(client.status("/tasks"), 200);
}

TEST_F(ControlPort, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(control.Post("/faults", R"({"kind":"earthquake"})", "application/json")->status, 400);
  EXPECT_EQ(control.Post("/faults", R"({"kind":"reset","tmies":1})", "application/json")->status, 400);
  EXPECT_EQ(control.Post("/clock", "no json", "application/json")->status, 400);
  EXPECT_EQ(control.Post("/vms/" + vm_guid(99), R"({"name":"x"})", "application/json")->status, 400);
}

TEST_F(ControlPort, MovesTheClock) {
  const auto noon = kGoldenNow.time_since_epoch().count();
  EXPECT_EQ(get("/clock")["now_ms"], noon);
  EXPECT_EQ(post("/clock", R"({"advance_ms":1500})")["now_ms"], noon + 1500);
  EXPECT_EQ(post("/clock", R"({"set":"2026-01-01T13:00:00Z"})")["now_ms"], noon + 3'600'000);
}

TEST_F(ControlPort, ChangesVmsBackupsAndTasks) {
  post("/vms/" + vm_guid(1), R"({"name":"renamed","present":false})");
  EXPECT_EQ(client.json("/virtual-machines")[0]["name"], "renamed");
  EXPECT_EQ(post("/backups", R"({"removed":true})"), json({{"changed", 14}}));
  post("/tasks/wipe", "");
  EXPECT_EQ(client.guids("/tasks").size(), 2U);
}

TEST_F(ControlPort, AddsVms) {
  const json added = post("/vms", R"({"name":"new-01","project":"finance","policy":"Gold"})");
  EXPECT_EQ(added, json({{"guid", vm_guid(15)}}));
  const json vm = client.json("/virtual-machines")[14];
  EXPECT_EQ(vm["name"], "new-01");
  EXPECT_EQ(vm["backupUpToDate"], false);
  EXPECT_FALSE(post("/vms", R"({"name":"new-02"})").contains("error"));
  EXPECT_EQ(post("/vms", R"({"name":"x","policy":"Platinum"})"), json({{"error", "no policy 'Platinum'"}}));
}

TEST_F(ControlPort, KeepsSchedulesFromAVm) {
  const auto last_success_a_day_later = [&] {
    post("/clock", R"({"advance_ms":86400000})");
    return get("/truth")["vms"][0]["last_success_ms"];
  };
  const json first = last_success_a_day_later();
  post("/vms/" + vm_guid(1), R"({"frozen":true})");
  EXPECT_EQ(last_success_a_day_later(), first);
  post("/vms/" + vm_guid(1), R"({"frozen":false})");
  EXPECT_GT(last_success_a_day_later(), first);
}

TEST_F(ControlPort, AssignsPolicies) {
  post("/vms/" + vm_guid(1), R"({"policy":null})");
  EXPECT_FALSE(client.json("/virtual-machines")[0].contains("vmBackupPolicy"));
  EXPECT_FALSE(client.json("/virtual-machines")[0].contains("backupUpToDate"));
  post("/vms/" + vm_guid(1), R"({"policy":"Silver"})");
  EXPECT_EQ(client.json("/virtual-machines")[0]["vmBackupPolicy"]["name"], "Silver");
  EXPECT_EQ(client.json("/virtual-machines")[0]["backupUpToDate"], true);
}

TEST_F(ControlPort, SwitchesPoliciesSchedulesAndRules) {
  post("/policies/" + guid(Kind::policy, 1), R"({"active":false})");
  post("/schedules/" + guid(Kind::schedule, 5), R"({"active":true})");
  post("/rules/" + guid(Kind::rule, 2), R"({"active":false})");
  EXPECT_EQ(client.json("/policies/vm-backup")[0]["active"], false);
  EXPECT_EQ(client.json("/schedules")[4]["active"], true);
  EXPECT_EQ(client.json("/rules/vm-backup")[1]["active"], false);
  EXPECT_TRUE(post("/rules/" + guid(Kind::rule, 99), R"({"active":false})").contains("error"));
}

TEST_F(ControlPort, SwitchingAPolicyMakesItsVmsUnscheduled) {
  post("/policies/" + guid(Kind::policy, 1), R"({"active":false})");
  EXPECT_FALSE(client.json("/virtual-machines")[0].contains("backupUpToDate"));
  post("/policies/" + guid(Kind::policy, 1), R"({"active":true})");
  EXPECT_EQ(client.json("/virtual-machines")[0]["backupUpToDate"], true);
  EXPECT_EQ(client.json("/virtual-machines")[1]["backupUpToDate"], false);
}

TEST_F(ControlPort, WipesTheBackupHistory) {
  post("/backups/wipe", "");
  EXPECT_EQ(client.guids("/backups").size(), 2U);  // one runs, one waits
  EXPECT_EQ(client.json("/virtual-machines")[0]["lastBackup"], 1767229205000);
}

TEST_F(ControlPort, AddsEndedTasks) {
  post("/tasks/wipe", "");
  const json guids =
      post("/tasks", R"({"vm":")" + vm_guid(1) + R"(","type":"EXPORT","state":"FAILED","count":3})");
  EXPECT_EQ(client.guids("/tasks?state=FAILED"), guids["guids"].get<std::vector<std::string>>());
  EXPECT_EQ(guids["guids"].size(), 3U);
  EXPECT_EQ(get("/truth")["events"]["tasks"]["EXPORT"], json({{"ended", 6}, {"failed", 4}}));
  EXPECT_TRUE(post("/tasks", R"({"type":"EXPORT","state":"RUNNING"})").contains("error"));
  EXPECT_TRUE(post("/tasks", R"({"type":"DANCE","state":"FAILED"})").contains("error"));
}

TEST_F(ControlPort, AddsEndedBackups) {
  const std::string path = "/vms/" + vm_guid(3) + "/backups";
  post(path, R"({"status":"FAILED","at":"2026-01-01T11:00:00Z"})");
  const json added = post(path, R"({"status":"PARTIAL_SUCCESS","type":"FULL","size":4096})");
  const json rows = client.json("/backups?protected-entity=" + vm_guid(3));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0]["backupTime"], (kGoldenNow - std::chrono::hours(1)).time_since_epoch().count());
  EXPECT_EQ(rows[1]["guid"], added["guid"]);
  EXPECT_EQ(rows[1]["size"], 4096);
  EXPECT_EQ(client.json("/virtual-machines")[2]["lastSuccessfulFullBackupSize"], 4096);
  EXPECT_EQ(client.json("/virtual-machines")[2]["backupUpToDate"], true);
  EXPECT_EQ(get("/truth")["events"]["failed_backups"][vm_guid(3)], 1);
}

TEST_F(ControlPort, AnOldBackupIsListedButNotTheLast) {
  post("/vms/" + vm_guid(1) + "/backups", R"({"status":"FAILED","at":"2025-12-30T01:00:00Z"})");
  EXPECT_EQ(client.json("/virtual-machines")[0]["backupUpToDate"], true);
  EXPECT_EQ(get("/truth")["vms"][0]["last_attempt_failed"], false);
  EXPECT_EQ(client.guids("/backups?from=1767056000000&to=1767057000000").size(), 1U);
}

TEST_F(ControlPort, TellsTheTruthAsToWhoeverWatches) {
  const auto third = [&] { return get("/truth")["vms"][2]; };
  EXPECT_EQ(third()["coverage"], "never_backed_up");
  EXPECT_EQ(third()["overdue"], false);
  post("/watch", R"({"since":"2025-12-25T12:00:00Z","grace_ms":1800000})");
  EXPECT_EQ(third()["overdue"], true);
  EXPECT_EQ(third()["due_ms"], 1766732400000 + 1800000);
}

TEST_F(ControlPort, ChangesSessions) {
  post("/sessions", R"({"expire":true,"cookies":{"name":"other"}})");
  EXPECT_EQ(client.status("/session"), 401);
  client.log_in();
  EXPECT_EQ(client.jar().count("other"), 1U);
}

TEST_F(ControlPort, ClosesAndOpensTheApi) {
  post("/listen", R"({"open":false})");
  EXPECT_FALSE(client.get("/nodes"));
  post("/listen", R"({"open":true})");
  EXPECT_EQ(client.status("/nodes"), 200);
}

TEST_F(ControlPort, TellsWhatHappened) {
  client.get("/nodes");
  const json counts = get("/counts");
  EXPECT_EQ(counts["logins"], 1);
  EXPECT_EQ(counts["open_sessions"], 1);
  EXPECT_EQ(counts["by_path"]["/api/nodes"], 1);
  EXPECT_EQ(get("/log").back()["path"], "/api/nodes");
  const json vm = get("/truth")["vms"][1];
  EXPECT_EQ(vm["consecutive_failures"], 2);
  EXPECT_EQ(vm["last_success_ms"], 1766883605000);
}

TEST_F(ControlPort, BeginsAgain) {
  post("/clock", R"({"advance_ms":1500})");
  post("/reset", "");
  EXPECT_EQ(get("/clock")["now_ms"], kGoldenNow.time_since_epoch().count());
  EXPECT_EQ(get("/counts")["requests"], 0);
}

TEST_F(ControlPort, TellsWhatWasWritten) {
  const std::string body = R"({"backupType":"FULL","protectedEntityType":"VM","windowEnd":1767268900000,
    "protectedEntities":[{"guid":")" +
                           vm_guid(1) + R"("}],"rules":[{"guid":")" + guid(Kind::rule, 1) + R"("}]})";
  const auto noon = kGoldenNow.time_since_epoch().count();
  const json answer = json::parse(client.post("/tasks/export", body)->body);
  EXPECT_EQ(get("/exports"), json::array({{{"at_ms", noon},
                                           {"vm", vm_guid(1)},
                                           {"backup_type", "FULL"},
                                           {"window_start_ms", nullptr},
                                           {"window_end_ms", 1767268900000},
                                           {"priority", 50},
                                           {"rules", json::array({guid(Kind::rule, 1)})},
                                           {"destination", guid(Kind::destination, 1)},
                                           {"task", answer["tasks"][0]["guid"]}}}));
  EXPECT_EQ(get("/restores"), json::array());
  EXPECT_EQ(get("/writes"), json::array({{{"at_ms", noon},
                                          {"method", "POST"},
                                          {"path", "/tasks/export"},
                                          {"body", body},
                                          {"status", 201}}}));
}

TEST_F(ControlPort, HoldsTasksAndLetsThemFail) {
  post("/tasks/hold", R"({"held":true})");
  EXPECT_TRUE(simulator.model().nodes_are_full);
  post("/vms/" + vm_guid(2), R"({"fail_next":3})");
  EXPECT_EQ(simulator.model().vms.at(1).failures_ahead, 3);
}

TEST_F(ControlPort, SetsFaultsOfOneMethod) {
  post("/faults", R"({"kind":"status","path":"/tasks","method":"DELETE","status":409})");
  EXPECT_EQ(client.status("/tasks"), 200);
  EXPECT_EQ(client.remove("/tasks/all-finished")->status, 409);
}

}  // namespace
}  // namespace simulator
