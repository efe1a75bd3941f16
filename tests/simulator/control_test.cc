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

}  // namespace
}  // namespace simulator
